import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Cluster by account (CR0), with a degree of freedom for each account but one."""
    df = df.sort_values(["account_id", "week"])
    week = np.unique(df["week"].to_numpy())
    series = df["refusals"].to_numpy().reshape(-1, len(week)).T
    treated = df["treated"].to_numpy().reshape(-1, len(week))[:, 0] == 1
    before = week < 0
    slope, level = np.polyfit(week[before], series[before], 1)
    step = series[~before].mean(axis=0) - level - slope * week[~before].mean()
    design = np.column_stack([np.ones(len(step)), treated])
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ step
    scores = design * (step - design @ beta)[:, None]
    covariance = bread @ scores.T @ scores @ bread
    half = t.ppf(0.975, len(step) - 1) * np.sqrt(covariance[1, 1])
    return float(beta[1]), float(beta[1] - half), float(beta[1] + half)
