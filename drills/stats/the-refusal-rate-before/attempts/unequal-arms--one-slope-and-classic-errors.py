import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Ordinary ANCOVA: one slope for both arms, one variance for all."""
    before = df["before"].to_numpy(float)
    new = np.isnan(before)
    past = np.where(new, before[~new].mean(), before)
    columns = [np.ones(len(df)), df["treated"].to_numpy(float), past]
    if new.any():
        columns.append(new.astype(float))
    design, outcome = np.column_stack(columns), df["after"].to_numpy()
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ (design.T @ outcome)
    residual = outcome - design @ beta
    freedom = len(df) - design.shape[1]
    error = np.sqrt((residual**2).sum() / freedom * bread[1, 1])
    half = t.ppf(0.975, freedom) * error
    return beta[1], beta[1] - half, beta[1] + half
