import numpy as np
import pandas as pd
from scipy.stats import t


def within(table):
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress on team and week effects and on `treated`, leaving out each team in turn for the error."""
    df = df.sort_values(["team_id", "week"])
    weeks = df["week"].nunique()
    hours = within(df["hours"].to_numpy().reshape(-1, weeks))
    dose = within(df["treated"].to_numpy(float).reshape(-1, weeks))
    value = (dose * hours).sum() / (dose**2).sum()
    scores = (dose * (hours - value * dose)).sum(axis=1)
    leverage = (dose**2).sum(axis=1) / (dose**2).sum()
    teams = len(hours)
    error = np.sqrt(((scores / (1 - leverage)) ** 2).sum()) / (dose**2).sum()
    half = t.ppf(0.975, teams - 1) * error
    return value, value - half, value + half
