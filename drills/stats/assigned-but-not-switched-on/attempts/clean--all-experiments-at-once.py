import numpy as np
from scipy.special import stdtrit


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Take the ratio of two differences and its delta method, all together; rows of an account lie together."""
    account = data["account_id"][0]
    first = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    size = np.diff(np.r_[first, len(account)])
    y, d = (np.add.reduceat(data[name].astype(float), first, axis=1) / size for name in ("rating", "switched_on"))
    arms = [data["assigned"][:, first] == one for one in (1, 0)]

    def mean(values, arm):
        return (values * arm).sum(1) / arm.sum(1)

    value = (mean(y, arms[0]) - mean(y, arms[1])) / (mean(d, arms[0]) - mean(d, arms[1]))
    left = y - value[:, None] * d
    spread = []
    for arm in arms:
        count = arm.sum(1)
        spread.append((((left - mean(left, arm)[:, None]) * arm) ** 2).sum(1) / (count - 1) / count)
    freedom = (spread[0] + spread[1]) ** 2 / sum(s**2 / (a.sum(1) - 1) for s, a in zip(spread, arms))
    error = np.sqrt(spread[0] + spread[1]) / np.abs(mean(d, arms[0]) - mean(d, arms[1]))
    half = stdtrit(freedom, 0.975) * error
    return value, value - half, value + half
