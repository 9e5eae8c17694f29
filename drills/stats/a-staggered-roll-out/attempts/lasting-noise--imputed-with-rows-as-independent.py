import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Impute from the untreated cells by least squares, with the variance of their residuals."""
    df = df.sort_values(["team_id", "week"])
    weeks = df["week"].nunique()
    hours = df["hours"].to_numpy().reshape(-1, weeks)
    treated = df["treated"].to_numpy().reshape(-1, weeks) == 1
    kept = ~treated.all(axis=0)
    hours, treated = hours[:, kept], treated[:, kept]
    teams, weeks = hours.shape
    free = (~treated).astype(float)

    # Sums over untreated cells: equations for team and week effects, the first week held at 0.
    corner = free[:, 1:]
    equations = np.block([[np.diag(free.sum(axis=1)), corner], [corner.T, np.diag(corner.sum(axis=0))]])
    inverse = np.linalg.inv(equations)
    effects = inverse @ np.r_[(free * hours).sum(axis=1), (corner * hours[:, 1:]).sum(axis=0)]
    fitted = effects[:teams, None] + np.r_[0.0, effects[teams:]]
    count = treated.sum()
    value = (treated * (hours - fitted)).sum() / count

    needed = np.r_[treated.sum(axis=1), treated[:, 1:].sum(axis=0)] / count
    freedom = free.sum() - len(effects)
    spread = (free * (hours - fitted) ** 2).sum() / freedom
    half = t.ppf(0.975, freedom) * np.sqrt(spread * (1 / count + needed @ inverse @ needed))
    return value, value - half, value + half
