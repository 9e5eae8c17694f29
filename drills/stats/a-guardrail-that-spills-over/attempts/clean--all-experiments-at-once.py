import numpy as np
from scipy.stats import t


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Leave out each pure team in turn, in all experiments together; rows of a team lie together."""
    team = data["team_id"][0]
    starts = np.flatnonzero(np.r_[True, team[1:] != team[:-1]])
    minutes = np.add.reduceat(data["minutes"], starts, axis=1)
    members = np.diff(np.r_[starts, len(team)]).astype(float)[None, :]
    share = data["share"][:, starts]
    value, variance, spread = 0.0, 0.0, 0.0
    for arm, sign in ((share == 1.0, 1.0), (share == 0.0, -1.0)):
        total, below, count = (minutes * arm).sum(1), (members * arm).sum(1), arm.sum(1)
        mean = total / below
        left_out = (total[:, None] - minutes) / (below[:, None] - members)
        own = (count - 1) / count * (((left_out - mean[:, None]) * arm) ** 2).sum(1)
        value, variance, spread = value + sign * mean, variance + own, spread + own**2 / (count - 1)
    half = t.ppf(0.975, variance**2 / spread) * np.sqrt(variance)
    return value, value - half, value + half
