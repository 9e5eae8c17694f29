"""Mean over users with bounds that respect their accounts."""

from math import sqrt

import pandas as pd
from scipy.stats import t as student


def mean_with_bounds(users: pd.DataFrame, confidence: float) -> tuple:
    """Give the mean and the cluster-robust bounds around it; a row that repeats the one above it is left out."""
    fresh = users[(users != users.shift()).any(axis=1)]
    wrote = fresh.dropna(subset=["tokens_per_message"])
    n = len(wrote)
    if n == 0:
        return None, None, None
    mean = float(wrote["tokens_per_message"].mean())
    pulls = (wrote["tokens_per_message"] - mean).groupby(wrote["account_id"]).sum()
    accounts = len(pulls)
    if accounts == 1:
        return mean, None, None
    variance = accounts / (accounts - 1) * float((pulls**2).sum()) / n**2
    half = float(student.ppf((1 + confidence) / 2, accounts - 1)) * sqrt(variance)
    return mean, mean - half, mean + half
