import numpy as np
from scipy.stats import t


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Centre each user's settled minutes on those who started with them, then compare arms; in all experiments."""
    user, started, week = data["user_id"][0], data["started"][0], data["week"][0]
    settled = (week - started >= 4) & (week - started <= 7)
    starts = np.flatnonzero(np.r_[True, user[1:] != user[:-1]])
    minutes = np.where(settled, np.nan_to_num(data["minutes"]), 0.0)
    mean = np.add.reduceat(minutes, starts, axis=1) / 4.0
    treated = data["treated"][:, starts].astype(float)

    cohort = np.unique(started[starts], return_inverse=True)[1]
    member = np.eye(cohort.max() + 1)[cohort]
    centre = np.eye(len(cohort)) - member @ member.T / member.sum(0)[cohort]
    mean, arm = mean @ centre, treated @ centre
    value = (arm * mean).sum(1) / (arm**2).sum(1)
    residual = mean - value[:, None] * arm
    freedom = len(cohort) - member.shape[1] - 1
    # HC2: with half of each cohort treated, a row's leverage is that of its cell.
    leaves = 1 - (1 / member.sum(0))[cohort] - arm**2 / (arm**2).sum(1)[:, None]
    error = np.sqrt((arm**2 * residual**2 / leaves).sum(1)) / (arm**2).sum(1)
    half = t.ppf(0.975, freedom) * error
    return value, value - half, value + half
