import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Make one instrument of it, encouraged or not, and take Fieller's interval."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    size = np.bincount(account)
    both = np.array([np.bincount(account, df[name].to_numpy()) / size for name in ("rating", "hours")])
    told = df["wording"].to_numpy()[first] > 0
    y, d = both[:, told].mean(axis=1) - both[:, ~told].mean(axis=1)
    covariance = np.cov(both[:, told]) / told.sum() + np.cov(both[:, ~told]) / (~told).sum()
    squared = stdtrit((~told).sum() - 1, 0.975) ** 2
    a, b, c = d**2 - squared * covariance[1, 1], y * d - squared * covariance[0, 1], y**2 - squared * covariance[0, 0]
    if a <= 0:
        return y / d, -np.inf, np.inf
    half = np.sqrt(max(b**2 - a * c, 0.0)) / a
    return y / d, b / a - half, b / a + half
