import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Take off what the past predicts (Deng et al. 2013), then compare means with Welch's interval."""
    treated = df["treated"].to_numpy() == 1
    before, after = df["before"].to_numpy(float), df["after"].to_numpy(float)
    known = ~np.isnan(before)
    past = np.where(known, before - before[known].mean(), 0.0)  # nothing is taken off a new user
    theta = (past * after).sum() / (past**2).sum()
    rest = after - theta * past
    one, other = rest[treated], rest[~treated]
    part_one, part_other = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
    variance = part_one + part_other
    freedom = variance**2 / (part_one**2 / (len(one) - 1) + part_other**2 / (len(other) - 1))
    half = t.ppf(0.975, freedom) * np.sqrt(variance)
    value = one.mean() - other.mean()
    return value, value - half, value + half
