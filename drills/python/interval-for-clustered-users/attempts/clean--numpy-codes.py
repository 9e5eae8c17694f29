import numpy as np
from scipy import stats


def mean_with_bounds(users, confidence):
    """Sum residuals per account with bincount."""
    unique = users.drop_duplicates()
    values = unique["tokens_per_message"].to_numpy(dtype=float)
    accounts = unique["account_id"].to_numpy()
    wrote = ~np.isnan(values)
    values, accounts = values[wrote], accounts[wrote]
    if not values.size:
        return (None, None, None)
    mean = values.mean()
    _, codes = np.unique(accounts, return_inverse=True)
    pulls = np.bincount(codes, weights=values - mean)
    if pulls.size < 2:
        return (mean, None, None)
    error = np.sqrt(pulls.size / (pulls.size - 1) * np.square(pulls).sum()) / values.size
    low, high = stats.t.interval(confidence, df=pulls.size - 1, loc=mean, scale=error)
    return (mean, low, high)
