import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Give each cohort an interval in each week, from its last week before; then average estimates, lows and highs."""
    df = df.sort_values(["team_id", "week"])
    weeks = df["week"].nunique()
    hours = df["hours"].to_numpy().reshape(-1, weeks)
    treated = df["treated"].to_numpy().reshape(-1, weeks) == 1
    start = (~treated).sum(axis=1)
    found, counts = [], []
    for cohort in np.unique(start[start < weeks]):
        change = hours[:, cohort:] - hours[:, [cohort - 1]]
        for week in range(cohort, min(weeks, start.max())):
            ours, others = change[start == cohort, week - cohort], change[start > week, week - cohort]
            error = np.sqrt(ours.var(ddof=1) / len(ours) + others.var(ddof=1) / len(others))
            value = ours.mean() - others.mean()
            found.append((value, error, min(len(ours), len(others)) - 1))
            counts.append(len(ours))
    value, error, freedom = np.array(found).T
    half = t.ppf(0.975, freedom) * error
    value, half = np.average(value, weights=counts), np.average(half, weights=counts)
    return value, value - half, value + half
