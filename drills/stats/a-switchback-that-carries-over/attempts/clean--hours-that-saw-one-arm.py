import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Keep every hour whose own arm and last three are one; where a block follows one of its arm, that is all of it."""
    arm = df["treated"].to_numpy()
    before = np.r_[0, 0, 0, arm]  # it was off before the first hour
    kept = (arm == before[2:-1]) & (arm == before[1:-2]) & (arm == before[:-3])
    block = df["block"].to_numpy()[kept]
    hours = np.bincount(block)
    mean = np.bincount(block, df["handled"].to_numpy()[kept]) / hours
    on = np.bincount(block, arm[kept]) > 0

    value = mean[on].mean() - mean[~on].mean()
    spread = (len(mean[on]) - 1) * mean[on].var(ddof=1) + (len(mean[~on]) - 1) * mean[~on].var(ddof=1)
    freedom = len(mean) - 2
    half = t.ppf(0.975, freedom) * np.sqrt(spread / freedom * (1 / on.sum() + 1 / (~on).sum()))
    return float(value), float(value - half), float(value + half)
