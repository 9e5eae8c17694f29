import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress on a dummy for each share, with CR2 errors by team and the degrees of freedom of Bell and McCaffrey."""
    share = df["share"].to_numpy()
    design = np.column_stack([share == 0.0, share == 0.5, share == 1.0]).astype(float)
    contrast = np.array([-1.0, 0.0, 1.0])
    outcome = df["minutes"].to_numpy()
    members = design.sum(0)
    residual = outcome - design @ (design.T @ outcome / members)
    _, team = np.unique(df["team_id"].to_numpy(), return_inverse=True)
    of_team = np.bincount(team)
    share_of_team = np.bincount(team, share) / of_team
    # A team lies in one cell, so that CR2 divides its sum of residuals by the root of what it leaves of the cell.
    column = np.rint(2 * share_of_team).astype(int)
    leaves = 1.0 - of_team / members[column]
    summed = np.bincount(team, residual) / np.sqrt(leaves)
    weight = contrast[column] / members[column]
    variance = ((weight * summed) ** 2).sum()
    # The variance is a quadratic form: its trace squared by the trace of its square, under independent rows.
    freedom = bell_mccaffrey(weight / np.sqrt(leaves), of_team, column, members)
    half = t.ppf(0.975, freedom) * np.sqrt(variance)
    value = contrast @ (design.T @ outcome / members)
    return float(value), float(value - half), float(value + half)


def bell_mccaffrey(weight: np.ndarray, of_team: np.ndarray, column: np.ndarray, members: np.ndarray) -> float:
    """Give the degrees of freedom of a sum of squares of weighted sums of residuals, one for each team."""
    same = column[:, None] == column[None, :]
    covariance = np.diag(of_team) - same * np.outer(of_team, of_team) / members[column][:, None]
    form = covariance * np.outer(weight, weight)
    return float(np.trace(form) ** 2 / (form**2).sum())
