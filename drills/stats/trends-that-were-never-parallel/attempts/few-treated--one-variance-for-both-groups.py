import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Take each account's step off its own line, then Student's t with the variance of all accounts."""
    df = df.sort_values(["account_id", "week"])
    week = np.unique(df["week"].to_numpy())
    series = df["refusals"].to_numpy().reshape(-1, len(week)).T
    treated = df["treated"].to_numpy().reshape(-1, len(week))[:, 0] == 1
    before = week < 0
    slope, level = np.polyfit(week[before], series[before], 1)
    step = series[~before].mean(axis=0) - level - slope * week[~before].mean()
    ours, others = step[treated], step[~treated]
    freedom = len(step) - 2
    squares = ((ours - ours.mean()) ** 2).sum() + ((others - others.mean()) ** 2).sum()
    error = np.sqrt(squares / freedom * (1 / len(ours) + 1 / len(others)))
    value, half = ours.mean() - others.mean(), t.ppf(0.975, freedom) * error
    return value, value - half, value + half
