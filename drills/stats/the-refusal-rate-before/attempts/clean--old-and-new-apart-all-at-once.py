import numpy as np
from scipy.stats import norm


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Estimate the effect on old users along their past and that on new ones without, then weigh both by their number."""
    treated, before, after = data["treated"] == 1, data["before"], data["after"]
    users, new = before.shape[1], np.isnan(data["before"])
    value, variance = 0.0, 0.0
    for group, past in ((~new, before), (new, np.zeros_like(before))):
        share = group.sum(1) / users
        past = np.where(group, past, 0.0)
        centre = past.sum(1) / np.maximum(group.sum(1), 1)
        for arm, sign in ((treated & group, 1.0), (~treated & group, -1.0)):
            middle, spread = line_at(arm, past, after, centre)
            value = value + sign * share * middle
            variance = variance + share**2 * spread
    # The quantile of t by its expansion, with the degrees of freedom of the smaller arm.
    freedom = np.minimum(treated.sum(1), (~treated).sum(1)) - 2
    z = norm.ppf(0.975)
    half = (z + (z**3 + z) / (4 * freedom)) * np.sqrt(variance)
    return value, value - half, value + half


def line_at(arm, past, after, centre):
    """Fit a line to the users of an arm and read it at `centre`; a flat one where all pasts are the same."""
    count = np.maximum(arm.sum(1), 1)
    x = (past - ((past * arm).sum(1) / count)[:, None]) * arm
    middle = (after * arm).sum(1) / count
    y = (after - middle[:, None]) * arm
    below = (x**2).sum(1)
    sloped = below > 0
    below = np.where(sloped, below, 1.0)
    slope = (x * y).sum(1) / below
    away = centre - (past * arm).sum(1) / count
    residual = y - slope[:, None] * x
    noise = (residual**2).sum(1) / np.maximum(count - 1 - sloped, 1)
    return middle + slope * away, noise * (1 / count + away**2 / below)
