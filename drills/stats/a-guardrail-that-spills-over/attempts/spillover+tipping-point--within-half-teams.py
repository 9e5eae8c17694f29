import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare colleagues: treated against untreated inside the half-treated teams, weighed by members."""
    half_teams = df["share"].to_numpy() == 0.5
    _, team = np.unique(df["team_id"].to_numpy()[half_teams], return_inverse=True)
    treated = df["treated"].to_numpy(float)[half_teams]
    minutes = df["minutes"].to_numpy()[half_teams]
    members = np.bincount(team)
    with_it = np.bincount(team, treated)
    total_with = np.bincount(team, treated * minutes)
    gap = total_with / with_it - (np.bincount(team, minutes) - total_with) / (members - with_it)

    value = (members * gap).sum() / members.sum()
    left_out = (members.sum() * value - members * gap) / (members.sum() - members)
    teams = len(members)
    error = np.sqrt((teams - 1) / teams * ((left_out - value) ** 2).sum())
    half = t.ppf(0.975, teams - 1) * error
    return float(value), float(value - half), float(value + half)
