import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the settled weeks of users who were there in all of them."""
    stage = df["week"].to_numpy() - df["started"].to_numpy() + 1
    settled = (stage >= 5) & (stage <= 8)
    user = df["user_id"].to_numpy()[settled]
    mean = np.bincount(user, df["minutes"].to_numpy()[settled]) / 4  # NaN where a week is missing
    treated = np.bincount(user, df["treated"].to_numpy()[settled]) > 0
    stayed = ~np.isnan(mean)
    return welch(mean[stayed], treated[stayed])


def welch(outcome: np.ndarray, treated: np.ndarray) -> tuple[float, float, float]:
    """Compare two means with their own variances."""
    with_it, without = outcome[treated], outcome[~treated]
    value = with_it.mean() - without.mean()
    first, second = with_it.var(ddof=1) / len(with_it), without.var(ddof=1) / len(without)
    freedom = (first + second) ** 2 / (first**2 / (len(with_it) - 1) + second**2 / (len(without) - 1))
    half = t.ppf(0.975, freedom) * np.sqrt(first + second)
    return float(value), float(value - half), float(value + half)
