from math import sqrt

from scipy.stats import t


def mean_with_bounds(users, confidence):
    """Average each account first, then the accounts."""
    wrote = users.drop_duplicates().dropna(subset=["tokens_per_message"])
    if wrote.empty:
        return None, None, None
    means = wrote.groupby("account_id")["tokens_per_message"].mean()
    if len(means) == 1:
        return means.iloc[0], None, None
    half = t.ppf((1 + confidence) / 2, len(means) - 1) * means.std() / sqrt(len(means))
    return means.mean(), means.mean() - half, means.mean() + half
