import numpy as np
import pandas as pd
from scipy.stats import t


def compared(numbers, treated):
    ours, others = numbers[treated], numbers[~treated]
    error = np.sqrt(ours.var(ddof=1) / len(ours) + others.var(ddof=1) / len(others))
    return ours.mean() - others.mean(), error, min(len(ours), len(others)) - 1


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Test for parallel trends; correct for a drift only where there is one."""
    df = df.sort_values(["account_id", "week"])
    week = np.unique(df["week"].to_numpy())
    series = df["refusals"].to_numpy().reshape(-1, len(week))
    treated = df["treated"].to_numpy().reshape(-1, len(week))[:, 0] == 1
    before = week < 0
    centred = week[before] - week[before].mean()
    slope = series[:, before] @ centred / (centred @ centred)
    change = series[:, ~before].mean(axis=1) - series[:, before].mean(axis=1)
    drift, error, freedom = compared(slope, treated)
    if abs(drift) > t.ppf(0.995, freedom) * error:
        change = change - slope * (week[~before].mean() - week[before].mean())
    value, error, freedom = compared(change, treated)
    half = t.ppf(0.975, freedom) * error
    return value, value - half, value + half
