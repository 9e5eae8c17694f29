import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Draw a line through all teams, minutes on share: its slope is all against none. Errors are clustered by team."""
    team, minutes, share = df["team_id"].to_numpy(), df["minutes"].to_numpy(), df["share"].to_numpy()
    away = share - share.mean()
    spread = (away**2).sum()
    value = (away * minutes).sum() / spread
    residual = minutes - minutes.mean() - value * away

    # CR3 by team: all rows of a team have one share, so that its leverage is a number.
    members = np.bincount(team)
    of_team = np.bincount(team, away) / members
    leaves = 1 - members * (1 / len(df) + of_team**2 / spread)
    pulls = of_team / spread * np.bincount(team, residual) / leaves
    half = t.ppf(0.975, len(members) - 2) * np.sqrt((pulls**2).sum())
    return float(value), float(value - half), float(value + half)
