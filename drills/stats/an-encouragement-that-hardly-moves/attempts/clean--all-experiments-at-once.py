import numpy as np
from scipy.stats import f


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Invert the Anderson-Rubin test in all experiments together; rows of an account lie together."""
    account = data["account_id"][0]
    first = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    size = np.diff(np.r_[first, len(account)])
    y, d = (np.add.reduceat(data[name], first, axis=1) / size for name in ("rating", "hours"))
    y, d = (one - one.mean(1, keepdims=True) for one in (y, d))
    wording = data["wording"][:, first]
    groups = np.unique(wording)
    k, df = len(groups) - 1, len(first) - len(groups)
    between = {"yy": 0.0, "yd": 0.0, "dd": 0.0}
    for one in groups:
        mine = wording == one
        count, sum_y, sum_d = mine.sum(1), (y * mine).sum(1), (d * mine).sum(1)
        between["yy"] = between["yy"] + sum_y**2 / count
        between["yd"] = between["yd"] + sum_y * sum_d / count
        between["dd"] = between["dd"] + sum_d**2 / count
    whole = {"yy": (y * y).sum(1), "yd": (y * d).sum(1), "dd": (d * d).sum(1)}
    times = k * f.ppf(0.95, k, df) / df
    c, b, a = ((1 + times) * between[name] - times * whole[name] for name in ("yy", "yd", "dd"))
    inside = b**2 - a * c
    half = np.sqrt(np.maximum(inside, 0.0)) / np.abs(a)
    value = between["yd"] / between["dd"]
    centre = np.where(a > 0, b / a, value)
    open_ended = a <= 0
    return centre, np.where(open_ended, -np.inf, centre - half), np.where(open_ended, np.inf, centre + half)
