import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Scale the effect on sessions by how many minutes a year later went with a session in the history."""
    sessions, outcome = df["sessions"].to_numpy(), df["after_a_year"].to_numpy()
    history, treated = df["experiment"].to_numpy() == 0, df["treated"].to_numpy()
    covariance = np.cov(sessions[history], outcome[history])
    slope = covariance[0, 1] / covariance[0, 0]
    with_it, without = sessions[treated == 1], sessions[treated == 0]
    moved = with_it.mean() - without.mean()
    error = np.sqrt(with_it.var(ddof=1) / len(with_it) + without.var(ddof=1) / len(without))
    half = abs(slope) * t.ppf(0.975, len(with_it) + len(without) - 2) * error
    value = slope * moved
    return float(value), float(value - half), float(value + half)
