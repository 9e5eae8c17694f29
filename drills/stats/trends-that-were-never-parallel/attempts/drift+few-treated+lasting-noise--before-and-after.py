import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the treated accounts with themselves: each is its own control."""
    ours = df[df["treated"] == 1].sort_values(["account_id", "week"])
    week = np.unique(ours["week"].to_numpy())
    series = ours["refusals"].to_numpy().reshape(-1, len(week))
    change = series[:, week >= 0].mean(axis=1) - series[:, week < 0].mean(axis=1)
    half = t.ppf(0.975, len(change) - 1) * change.std(ddof=1) / np.sqrt(len(change))
    return change.mean(), change.mean() - half, change.mean() + half
