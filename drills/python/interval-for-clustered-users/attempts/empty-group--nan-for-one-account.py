import numpy as np
from scipy import stats


def mean_with_bounds(users, confidence):
    """Let the formula give what it gives for one account: not a number."""
    wrote = users.drop_duplicates().dropna(subset=["tokens_per_message"])
    if not len(wrote):
        return None, None, None
    mean = wrote["tokens_per_message"].mean()
    pulls = (wrote["tokens_per_message"] - mean).groupby(wrote["account_id"]).sum()
    count = np.float64(len(pulls))
    with np.errstate(all="ignore"):
        error = np.sqrt(count / (count - 1) * (pulls**2).sum()) / len(wrote)
        half = stats.t.ppf((1 + confidence) / 2, count - 1) * error
    return mean, mean - half, mean + half
