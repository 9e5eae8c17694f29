import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Fill the weeks of those who left with their last one, then compare the weeks 5 to 8."""
    minutes = df["minutes"].ffill().to_numpy()  # the first week of a user is never missing
    stage = df["week"].to_numpy() - df["started"].to_numpy() + 1
    settled = (stage >= 5) & (stage <= 8)
    user = df["user_id"].to_numpy()[settled]
    treated = np.bincount(user, df["treated"].to_numpy()[settled]) > 0
    return welch(np.bincount(user, minutes[settled]) / 4, treated)


def welch(outcome: np.ndarray, treated: np.ndarray) -> tuple[float, float, float]:
    """Compare two means with their own variances."""
    with_it, without = outcome[treated], outcome[~treated]
    value = with_it.mean() - without.mean()
    first, second = with_it.var(ddof=1) / len(with_it), without.var(ddof=1) / len(without)
    freedom = (first + second) ** 2 / (first**2 / (len(with_it) - 1) + second**2 / (len(without) - 1))
    half = t.ppf(0.975, freedom) * np.sqrt(first + second)
    return float(value), float(value - half), float(value + half)
