from math import sqrt

from scipy.stats import t


def mean_with_bounds(users, confidence):
    """Look residuals up by row number in a Series that is labelled."""
    wrote = users.drop_duplicates()
    kept = [number for number in range(len(users)) if number in wrote.index and wrote["tokens_per_message"].notna()[number]]
    wrote = wrote.loc[kept]
    if len(users) and not kept and users["tokens_per_message"].notna().any():
        raise IndexError("the rows are not numbered from 0")
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
