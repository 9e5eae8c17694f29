import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare all treated members with all untreated ones; leave out each team in turn for the error."""
    treated, minutes = df["treated"].to_numpy(float), df["minutes"].to_numpy()
    team = df["team_id"].to_numpy()
    with_it, sum_with = np.bincount(team, treated), np.bincount(team, treated * minutes)
    without, sum_without = np.bincount(team, 1 - treated), np.bincount(team, (1 - treated) * minutes)

    value = sum_with.sum() / with_it.sum() - sum_without.sum() / without.sum()
    left_out = (sum_with.sum() - sum_with) / (with_it.sum() - with_it)
    left_out = left_out - (sum_without.sum() - sum_without) / (without.sum() - without)
    teams = len(left_out)
    error = np.sqrt((teams - 1) / teams * ((left_out - value) ** 2).sum())
    half = t.ppf(0.975, teams - 2) * error
    return float(value), float(value - half), float(value + half)
