import numpy as np
from scipy.stats import t


def estimate(df):
    """Estimate one launch, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Take each region's linear part, freed of its own pull, in all launches together; the regions are the same in all."""
    _, region = np.unique(data["region"][0], return_inverse=True)
    order = np.argsort(region, kind="stable")
    starts = np.searchsorted(region[order], np.arange(region.max() + 1))
    users = np.bincount(region).astype(float)
    total = np.add.reduceat(data["score"][:, order], starts, axis=1)
    treated = data["treated"][:, order][:, starts] == 1
    value, parts = 0.0, []
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        below, count = (users * arm).sum(1)[:, None], arm.sum(1)
        mean = (total * arm).sum(1)[:, None] / below
        freed = arm * (total - mean * users) / np.where(arm, below - users, 1.0)
        value = value + sign * mean[:, 0]
        parts.append(((count - 1) / count * (freed**2).sum(1), count - 1))
    (one, df_one), (other, df_other) = parts
    freedom = (one + other) ** 2 / (one**2 / df_one + other**2 / df_other)
    half = t.ppf(0.975, freedom) * np.sqrt(one + other)
    return value, value - half, value + half
