import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Add a trend of the treated group to the two-way regression, with the error that the software prints."""
    df = df.sort_values(["account_id", "week"])
    week = df["week"].to_numpy(float)
    weeks = len(np.unique(week))
    treated = df["treated"].to_numpy(float)

    def within(column):
        table = column.reshape(-1, weeks)
        return (table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()).ravel()

    # An indicator for each week after, so that the trend is learnt from the weeks before alone.
    late = [treated * (week == one) for one in range(int(week.max()) + 1)]
    design = np.column_stack([within(column) for column in (treated * week, *late)])
    outcome = within(df["refusals"].to_numpy())
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ outcome
    accounts = len(df) // weeks
    freedom = len(df) - accounts - weeks - design.shape[1] + 1
    spread = ((outcome - design @ beta) ** 2).sum() / freedom
    weights = np.r_[0.0, np.full(len(late), 1 / len(late))]
    half = t.ppf(0.975, freedom) * np.sqrt(spread * weights @ bread @ weights)
    value = weights @ beta
    return value, value - half, value + half
