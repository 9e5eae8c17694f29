from collections import defaultdict
from math import isnan, sqrt

from scipy.stats import t


def mean_with_bounds(users, confidence):
    """Walk over the distinct rows once for the mean and once for the residuals."""
    rows = set(zip(users["account_id"], users["user_id"], users["tokens_per_message"].fillna(float("nan"))))
    wrote = [(account, tokens) for account, _, tokens in rows if not isnan(tokens)]
    if not wrote:
        return None, None, None

    mean = sum(tokens for _, tokens in wrote) / len(wrote)
    pulls = defaultdict(float)
    for account, tokens in wrote:
        pulls[account] += tokens - mean
    if len(pulls) == 1:
        return mean, None, None

    squares = sum(pull**2 for pull in pulls.values())
    error = sqrt(len(pulls) / (len(pulls) - 1) * squares) / len(wrote)
    half = t.ppf((1 + confidence) / 2, len(pulls) - 1) * error
    return mean, mean - half, mean + half
