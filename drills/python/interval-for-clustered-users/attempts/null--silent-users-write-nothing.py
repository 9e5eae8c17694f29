from math import sqrt

from scipy.stats import t


def mean_with_bounds(users, confidence):
    """Count users who never wrote as writing messages of no length."""
    known = users.drop_duplicates().fillna({"tokens_per_message": 0.0})
    if known.empty:
        return None, None, None
    mean = known["tokens_per_message"].mean()
    pulls = (known["tokens_per_message"] - mean).groupby(known["account_id"]).sum()
    count = len(pulls)
    if count == 1:
        return mean, None, None
    error = sqrt(count / (count - 1) * (pulls**2).sum()) / len(known)
    half = t.ppf((1 + confidence) / 2, count - 1) * error
    return mean, mean - half, mean + half
