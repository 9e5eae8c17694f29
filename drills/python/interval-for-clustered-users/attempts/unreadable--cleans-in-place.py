from math import sqrt

from scipy.stats import t


def mean_with_bounds(users, confidence):
    """Mean over users, with bounds from the residuals summed by account."""
    users.drop_duplicates(inplace=True)
    users.dropna(subset=["tokens_per_message"], inplace=True)
    if users.empty:
        return None, None, None
    mean = users["tokens_per_message"].mean()
    users["residual"] = users["tokens_per_message"] - mean
    pulls = users.groupby("account_id")["residual"].sum()
    count = len(pulls)
    if count == 1:
        return mean, None, None
    error = sqrt(count / (count - 1) * (pulls**2).sum()) / len(users)
    half = t.ppf((1 + confidence) / 2, count - 1) * error
    return mean, mean - half, mean + half
