import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Take the last hour of each block, when nothing of the one before can be left."""
    block = df["block"].to_numpy()
    last = np.r_[block[1:] != block[:-1], True]
    handled, on = df["handled"].to_numpy()[last], df["treated"].to_numpy()[last] == 1
    value = handled[on].mean() - handled[~on].mean()
    freedom = len(handled) - 2
    spread = ((handled[on] - handled[on].mean()) ** 2).sum() + ((handled[~on] - handled[~on].mean()) ** 2).sum()
    half = t.ppf(0.975, freedom) * np.sqrt(spread / freedom * (1 / on.sum() + 1 / (~on).sum()))
    return float(value), float(value - half), float(value + half)
