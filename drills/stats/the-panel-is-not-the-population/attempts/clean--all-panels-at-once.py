import numpy as np
from scipy.stats import t


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Go through strata and arms, in all experiments together."""
    stratum, treated, trust = data["stratum"], data["treated"] == 1, data["trust"]
    value, variance, below = 0.0, 0.0, 0.0
    for name in np.unique(stratum):
        inside = stratum == name
        share = np.where(inside, data["population_share"], 0.0).max(axis=1)
        for arm, sign in ((treated & inside, 1.0), (~treated & inside, -1.0)):
            count = arm.sum(1)
            mean = (trust * arm).sum(1) / count
            part = share**2 * (((trust - mean[:, None]) * arm) ** 2).sum(1) / (count - 1) / count
            value = value + sign * share * mean
            variance, below = variance + part, below + part**2 / (count - 1)
    half = t.ppf(0.975, variance**2 / below) * np.sqrt(variance)
    return value, value - half, value + half
