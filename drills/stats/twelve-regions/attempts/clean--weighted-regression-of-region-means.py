import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress region means on the arm, weighted by users, with CR3 errors; the smaller arm gives the freedom."""
    _, region = np.unique(df["region"].to_numpy(), return_inverse=True)
    users = np.bincount(region).astype(float)
    mean = np.bincount(region, weights=df["score"].to_numpy()) / users
    treated = np.bincount(region, weights=df["treated"].to_numpy()) / users
    design = np.column_stack([np.ones(len(users)), treated])
    bread = np.linalg.inv((design * users[:, None]).T @ design)
    beta = bread @ (design * users[:, None]).T @ mean
    leverage = users * ((design @ bread) * design).sum(axis=1)
    residual = (mean - design @ beta) / (1 - leverage)
    arms = np.where(treated == 1, treated.sum(), (1 - treated).sum())
    error = np.sqrt((((arms - 1) / arms) * (users * (design @ bread[1]) * residual) ** 2).sum())
    half = t.ppf(0.975, arms.min() - 1) * error
    return beta[1], beta[1] - half, beta[1] + half
