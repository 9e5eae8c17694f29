import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Average each team, then run Welch's t-test on the teams where all are treated and where nobody is."""
    team = df["team_id"].to_numpy()
    members = np.bincount(team)
    share = np.bincount(team, df["share"].to_numpy()) / members
    mean = np.bincount(team, df["minutes"].to_numpy()) / members
    with_it, without = mean[share == 1.0], mean[share == 0.0]

    value = with_it.mean() - without.mean()
    first, second = with_it.var(ddof=1) / len(with_it), without.var(ddof=1) / len(without)
    freedom = (first + second) ** 2 / (first**2 / (len(with_it) - 1) + second**2 / (len(without) - 1))
    half = t.ppf(0.975, freedom) * np.sqrt(first + second)
    return float(value), float(value - half), float(value + half)
