import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the accounts' changes from before to after."""
    df = df.sort_values(["account_id", "week"])
    week = np.unique(df["week"].to_numpy())
    series = df["refusals"].to_numpy().reshape(-1, len(week))
    treated = df["treated"].to_numpy().reshape(-1, len(week))[:, 0] == 1
    change = series[:, week >= 0].mean(axis=1) - series[:, week < 0].mean(axis=1)
    ours, others = change[treated], change[~treated]
    error = np.sqrt(ours.var(ddof=1) / len(ours) + others.var(ddof=1) / len(others))
    value = ours.mean() - others.mean()
    half = t.ppf(0.975, min(len(ours), len(others)) - 1) * error
    return value, value - half, value + half
