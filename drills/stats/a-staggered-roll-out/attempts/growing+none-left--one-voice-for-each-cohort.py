import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Give each cohort one voice: the mean of the cohorts' effects."""
    df = df.sort_values(["team_id", "week"])
    weeks = df["week"].nunique()
    hours = df["hours"].to_numpy().reshape(-1, weeks)
    treated = df["treated"].to_numpy().reshape(-1, weeks) == 1
    start = (~treated).sum(axis=1)
    last = start.max()
    cohorts = np.unique(start[start < last])
    weights = np.zeros(hours.shape)
    for cohort in cohorts:
        ours = start == cohort
        seen = min(last, weeks) - cohort  # weeks in which somebody is left to compare with
        for week in range(cohort, cohort + seen):
            others = start > week
            voice = 1.0 / (len(cohorts) * seen)
            weights[ours, week] += voice / ours.sum()
            weights[ours, :cohort] -= voice / ours.sum() / cohort
            weights[others, week] -= voice / others.sum()
            weights[others, :cohort] += voice / others.sum() / cohort
    counted = 1.0
    parts = (weights * hours).sum(axis=1) / counted
    variance, below = 0.0, 0.0
    for cohort in np.unique(start):
        mine = parts[start == cohort]
        own = len(mine) * mine.var(ddof=1)
        variance += own
        below += own**2 / (len(mine) - 1)
    half = t.ppf(0.975, variance**2 / below) * np.sqrt(variance)
    return parts.sum(), parts.sum() - half, parts.sum() + half
