import numpy as np
import pandas as pd
from scipy.stats import t


def step_of(series, week):
    """Give the mean after of a series, less its line from before; of many series where they are columns."""
    before = week < 0
    slope, level = np.polyfit(week[before], series[before], 1)
    return series[~before].mean(axis=0) - level - slope * week[~before].mean()


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Fit a line to each group's mean, and leave out each of its accounts in turn."""
    df = df.sort_values(["account_id", "week"])
    week = np.unique(df["week"].to_numpy())
    series = df["refusals"].to_numpy().reshape(-1, len(week)).T
    treated = df["treated"].to_numpy().reshape(-1, len(week))[:, 0] == 1
    value, variance = 0.0, 0.0
    for group, sign in ((series[:, treated], 1.0), (series[:, ~treated], -1.0)):
        count = group.shape[1]
        total = group.sum(axis=1)
        whole = step_of(total / count, week)
        left_out = step_of((total[:, None] - group) / (count - 1), week)
        value += sign * whole
        variance += (count - 1) / count * ((left_out - whole) ** 2).sum()
    half = t.ppf(0.975, min(treated.sum(), (~treated).sum()) - 1) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
