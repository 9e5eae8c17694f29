import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare each team's weeks with the tool to its weeks without."""
    df = df.sort_values(["team_id", "week"])
    weeks = df["week"].nunique()
    hours = df["hours"].to_numpy().reshape(-1, weeks)
    treated = df["treated"].to_numpy().reshape(-1, weeks) == 1
    start = (~treated).sum(axis=1)
    users = start < weeks
    mean_with = (hours * treated)[users].sum(axis=1) / treated[users].sum(axis=1)
    mean_without = (hours * ~treated)[users].sum(axis=1) / start[users]
    change = mean_with - mean_without
    half = t.ppf(0.975, len(change) - 1) * change.std(ddof=1) / np.sqrt(len(change))
    return change.mean(), change.mean() - half, change.mean() + half
