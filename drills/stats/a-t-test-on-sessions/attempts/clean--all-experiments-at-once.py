import numpy as np
from scipy.stats import t


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Leave out each account in turn, in all experiments together; rows of an account lie together."""
    account = data["account_id"][0]
    starts = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    minutes = np.add.reduceat(data["minutes"], starts, axis=1)
    sessions = np.diff(np.r_[starts, len(account)]).astype(float)[None, :]
    treated = data["treated"][:, starts] == 1
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        total, below, count = (minutes * arm).sum(1), (sessions * arm).sum(1), arm.sum(1)
        mean = total / below
        left_out = (total[:, None] - minutes) / (below[:, None] - sessions)
        value = value + sign * mean
        variance = variance + (count - 1) / count * (((left_out - mean[:, None]) * arm) ** 2).sum(1)
    half = t.ppf(0.975, len(starts) - 2) * np.sqrt(variance)
    return value, value - half, value + half
