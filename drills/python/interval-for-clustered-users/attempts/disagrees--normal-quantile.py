from math import sqrt
from statistics import NormalDist


def mean_with_bounds(users, confidence):
    """Use the normal quantile, as if there were many accounts."""
    wrote = users.drop_duplicates().dropna(subset=["tokens_per_message"])
    if wrote.empty:
        return None, None, None
    mean = wrote["tokens_per_message"].mean()
    pulls = (wrote["tokens_per_message"] - mean).groupby(wrote["account_id"]).sum()
    count = len(pulls)
    if count == 1:
        return mean, None, None
    error = sqrt(count / (count - 1) * (pulls**2).sum()) / len(wrote)
    half = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return mean, mean - half, mean + half
