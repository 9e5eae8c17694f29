import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regression adjustment, interacted and robust, on the users that have a past."""
    df = df.dropna(subset=["before"])
    treated = df["treated"].to_numpy(float)
    past = (df["before"] - df["before"].mean()).to_numpy()
    design = np.column_stack([np.ones(len(df)), treated, past, treated * past])
    outcome = df["after"].to_numpy()
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ (design.T @ outcome)
    hat = ((design @ bread) * design).sum(axis=1)
    residual = (outcome - design @ beta) / (1 - hat)
    error = np.sqrt(((design @ bread[1]) ** 2 * residual**2).sum())
    half = t.ppf(0.975, treated.sum() - 2) * error
    return beta[1], beta[1] - half, beta[1] + half
