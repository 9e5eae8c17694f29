import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Look at the first cohort, which is seen for the longest, against the teams that are not treated yet."""
    df = df.sort_values(["team_id", "week"])
    weeks = df["week"].nunique()
    hours = df["hours"].to_numpy().reshape(-1, weeks)
    treated = df["treated"].to_numpy().reshape(-1, weeks) == 1
    start = (~treated).sum(axis=1)
    weights = np.zeros(hours.shape)
    counted = 0
    cohort = start.min()
    ours = start == cohort
    for week in range(cohort, weeks):
        others = start > week
        if others.any():
            counted += ours.sum()
            share = ours.sum() / others.sum()
            weights[ours, week] += 1.0
            weights[ours, :cohort] -= 1.0 / cohort
            weights[others, week] -= share
            weights[others, :cohort] += share / cohort
    parts = (weights * hours).sum(axis=1) / counted
    variance, below = 0.0, 0.0
    for cohort in np.unique(start):
        mine = parts[start == cohort]
        own = len(mine) * mine.var(ddof=1)
        variance += own
        below += own**2 / (len(mine) - 1)
    half = t.ppf(0.975, variance**2 / below) * np.sqrt(variance)
    return parts.sum(), parts.sum() - half, parts.sum() + half
