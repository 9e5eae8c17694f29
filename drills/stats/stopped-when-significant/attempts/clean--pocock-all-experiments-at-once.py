import numpy as np
from scipy.stats import norm, t

CONSTANTS = {}


def pocock(information):
    """Find the constant that the largest of all planned |z| stays below in 95 %, effect or not."""
    key = tuple(np.round(information / information[-1], 4))
    if key not in CONSTANTS:
        steps = np.random.default_rng(7).standard_normal((20_000, len(key))) * np.sqrt(np.diff(key, prepend=0.0))
        CONSTANTS[key] = np.quantile(np.abs(steps.cumsum(1) / np.sqrt(key)).max(1), 0.95)
    return CONSTANTS[key]


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Give repeated confidence intervals: they hold at all planned looks together, so at the stop too.

    Rows of an account lie together, and so do accounts of a day.
    """
    account, day, looked = data["account_id"][0], data["day"][0], data["looked"][0]
    first = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    size = np.diff(np.r_[first, len(account)])
    score = np.add.reduceat(data["score"], first, axis=1) / size
    treated = data["treated"][:, first].astype(float)
    begin = np.flatnonzero(np.r_[True, day[first][1:] != day[first][:-1]])
    count = np.diff(np.r_[begin, len(first)])

    def crossed(a, b):
        """Sum products of deviations from the means of each day."""
        whole, one, other = (np.add.reduceat(part, begin, axis=1) for part in (a * b, a, b))
        return whole - one * other / count

    xx, xy, yy = crossed(treated, treated), crossed(treated, score), crossed(score, score)
    run = ~np.isnan(yy)
    sums = [np.where(run, part, 0.0).sum(1) for part in (xx, xy, yy)]
    value = sums[1] / sums[0]
    df = (run * (count - 1)).sum(1) - 1
    error = np.sqrt((sums[2] - value**2 * sums[0]) / df / sums[0])
    planned = xx.cumsum(1)[:, looked[first][begin] == 1]
    times = np.array([pocock(one) for one in planned])
    half = t.isf(norm.sf(times), df) * error
    return value, value - half, value + half
