import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Assume nothing of those who left: between 0 minutes and the most that anybody had, for each arm the worst."""
    stage = df["week"].to_numpy() - df["started"].to_numpy() + 1
    settled = (stage >= 5) & (stage <= 8)
    user, minutes = df["user_id"].to_numpy()[settled], df["minutes"].to_numpy()[settled]
    treated = np.bincount(user, df["treated"].to_numpy()[settled]) > 0
    least = np.bincount(user, np.where(np.isnan(minutes), 0.0, minutes)) / 4
    most = np.bincount(user, np.where(np.isnan(minutes), np.nanmax(minutes), minutes)) / 4
    lowest = welch(np.where(treated, least, most), treated)
    highest = welch(np.where(treated, most, least), treated)
    return (lowest[0] + highest[0]) / 2, lowest[1], highest[2]


def welch(outcome: np.ndarray, treated: np.ndarray) -> tuple[float, float, float]:
    """Compare two means with their own variances."""
    with_it, without = outcome[treated], outcome[~treated]
    value = with_it.mean() - without.mean()
    first, second = with_it.var(ddof=1) / len(with_it), without.var(ddof=1) / len(without)
    freedom = (first + second) ** 2 / (first**2 / (len(with_it) - 1) + second**2 / (len(without) - 1))
    half = t.ppf(0.975, freedom) * np.sqrt(first + second)
    return float(value), float(value - half), float(value + half)
