from math import sqrt

from scipy.stats import t


def mean_with_bounds(users, confidence):
    """Let pandas skip what is missing, and divide by the number of rows."""
    users = users.drop_duplicates()
    values = users["tokens_per_message"]
    if values.count() == 0:
        return None, None, None
    mean = values.mean()
    pulls = (values - mean).groupby(users["account_id"]).sum()
    count = len(pulls)
    if count == 1:
        return mean, None, None
    error = sqrt(count / (count - 1) * (pulls**2).sum()) / len(users)
    half = t.ppf((1 + confidence) / 2, count - 1) * error
    return mean, mean - half, mean + half
