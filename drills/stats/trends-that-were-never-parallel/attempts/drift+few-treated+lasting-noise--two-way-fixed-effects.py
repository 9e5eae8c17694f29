import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress on account and week effects and on treated-and-after, with the error that the software prints."""
    df = df.sort_values(["account_id", "week"])
    weeks = df["week"].nunique()

    def within(column):
        table = np.asarray(column, float).reshape(-1, weeks)
        return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()

    outcome = within(df["refusals"])
    dose = within((df["treated"] == 1) & (df["week"] >= 0))
    accounts = len(outcome)
    value = (dose * outcome).sum() / (dose**2).sum()
    freedom = outcome.size - accounts - weeks
    variance = ((outcome - value * dose) ** 2).sum() / freedom / (dose**2).sum()
    half = t.ppf(0.975, freedom) * np.sqrt(variance)
    return value, value - half, value + half
