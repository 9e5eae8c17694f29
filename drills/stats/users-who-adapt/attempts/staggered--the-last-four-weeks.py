import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the last four weeks of the experiment, in which everybody has used it for a month."""
    week = df["week"].to_numpy()
    rows = week > week.max() - 4
    user = df["user_id"].to_numpy()[rows]
    minutes = np.nan_to_num(df["minutes"].to_numpy()[rows])
    treated = np.bincount(user, df["treated"].to_numpy()[rows]) > 0
    return welch(np.bincount(user, minutes) / 4, treated)


def welch(outcome: np.ndarray, treated: np.ndarray) -> tuple[float, float, float]:
    """Compare two means with their own variances."""
    with_it, without = outcome[treated], outcome[~treated]
    value = with_it.mean() - without.mean()
    first, second = with_it.var(ddof=1) / len(with_it), without.var(ddof=1) / len(without)
    freedom = (first + second) ** 2 / (first**2 / (len(with_it) - 1) + second**2 / (len(without) - 1))
    half = t.ppf(0.975, freedom) * np.sqrt(first + second)
    return float(value), float(value - half), float(value + half)
