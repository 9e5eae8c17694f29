import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Drop the hour of each switch, then run a t-test on the means of blocks."""
    block = df["block"].to_numpy()
    kept = np.r_[False, block[1:] == block[:-1]]
    mean = np.bincount(block[kept], df["handled"].to_numpy()[kept]) / np.bincount(block[kept])
    on = np.bincount(block, df["treated"].to_numpy()) > 0
    value = mean[on].mean() - mean[~on].mean()
    freedom = len(mean) - 2
    spread = ((mean[on] - mean[on].mean()) ** 2).sum() + ((mean[~on] - mean[~on].mean()) ** 2).sum()
    half = t.ppf(0.975, freedom) * np.sqrt(spread / freedom * (1 / on.sum() + 1 / (~on).sum()))
    return float(value), float(value - half), float(value + half)
