from math import sqrt

from scipy.stats import t


def mean_with_bounds(users, confidence):
    """Trust that no row is there twice."""
    wrote = users.dropna(subset=["tokens_per_message"])
    if wrote.empty:
        return None, None, None
    mean = wrote["tokens_per_message"].mean()
    pulls = (wrote["tokens_per_message"] - mean).groupby(wrote["account_id"]).sum()
    count = len(pulls)
    if count == 1:
        return mean, None, None
    error = sqrt(count / (count - 1) * (pulls**2).sum()) / len(wrote)
    half = t.ppf((1 + confidence) / 2, count - 1) * error
    return mean, mean - half, mean + half
