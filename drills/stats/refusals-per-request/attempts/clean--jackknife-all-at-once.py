import numpy as np
from scipy.stats import t


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Leave out each user in turn, in all experiments together."""
    requests, refused, treated = data["requests"].astype(float), data["refused"].astype(float), data["treated"] == 1
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        above, below = (refused * arm).sum(1)[:, None], (requests * arm).sum(1)[:, None]
        count = arm.sum(1)
        left_out = (above - refused) / (below - requests)
        mean = (left_out * arm).sum(1) / count
        value = value + sign * (above / below)[:, 0]
        variance = variance + (count - 1) / count * (((left_out - mean[:, None]) * arm) ** 2).sum(1)
    half = t.ppf(0.975, treated.shape[1] - 2) * np.sqrt(variance)
    return value, value - half, value + half
