from math import sqrt

from scipy.stats import t


def mean_with_bounds(users, confidence):
    """Take every user for an independent draw."""
    wrote = users.drop_duplicates().dropna(subset=["tokens_per_message"])
    values = wrote["tokens_per_message"]
    if values.empty:
        return None, None, None
    if wrote["account_id"].nunique() == 1:
        return values.mean(), None, None
    half = t.ppf((1 + confidence) / 2, len(values) - 1) * values.std() / sqrt(len(values))
    return values.mean(), values.mean() - half, values.mean() + half
