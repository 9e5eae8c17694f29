"""Mean over users with bounds that respect their accounts, in the symbols of the brief."""

import pandas as pd
from scipy import stats


def cluster_variance(S: float, G: int, n: int) -> float:
    """Give the cluster-robust variance of a mean."""
    # variance = G / (G - 1) * S / n**2
    return G / (G - 1) * S / n**2


def mean_with_bounds(users: pd.DataFrame, confidence: float) -> tuple:
    """Give the mean and the bounds around it."""
    wrote = users.drop_duplicates().dropna(subset=["tokens_per_message"])
    n = len(wrote)
    if n == 0:
        return None, None, None
    y = wrote["tokens_per_message"]
    m = y.mean()
    by_account = (y - m).groupby(wrote["account_id"]).sum()
    G = len(by_account)
    if G == 1:
        return m, None, None
    # half = t * sqrt(variance)
    t = stats.t.ppf((1 + confidence) / 2, G - 1)
    half = t * cluster_variance((by_account**2).sum(), G, n) ** 0.5
    return m, m - half, m + half
