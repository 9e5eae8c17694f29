import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Impute what treated teams would have had, and build the error from what each team adds to the estimate."""
    hours, treated = laid_out(df)
    some_left = ~treated.all(axis=0)
    hours, treated = hours[:, some_left], treated[:, some_left]
    cohort = treated.sum(axis=1)  # teams that start together have the same weeks
    free = (~treated).astype(float)

    # Shocks of weeks, from untreated cells whose team's own mean is taken out: the normal equations, week 0 held at 0.
    own_mean = (free * hours).sum(axis=1) / free.sum(axis=1)
    equations = np.diag(free.sum(axis=0)) - (free / free.sum(axis=1, keepdims=True)).T @ free
    adds = free * (hours - own_mean[:, None])
    # The sum of effects is what treated cells exceed their team's mean by, less `share` times the shocks.
    exceeds = (treated * (hours - own_mean[:, None])).sum(axis=1)
    share = (treated - cohort[:, None] * free / free.sum(axis=1, keepdims=True)).sum(axis=0)
    pull = np.r_[0.0, np.linalg.solve(equations[1:, 1:], share[1:])]
    parts = (exceeds - adds @ pull) / treated.sum()  # [team]: the estimate is their sum

    value, variance, below = parts.sum(), 0.0, 0.0
    for one in np.unique(cohort):
        mine = parts[cohort == one]
        own = len(mine) * mine.var(ddof=1)
        variance += own
        below += own**2 / (len(mine) - 1)
    half = t.ppf(0.975, variance**2 / below) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)


def laid_out(df: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give hours and who is treated: [team, week] each."""
    teams, row = np.unique(df["team_id"].to_numpy(), return_inverse=True)
    weeks, column = np.unique(df["week"].to_numpy(), return_inverse=True)
    hours, treated = np.empty((len(teams), len(weeks))), np.empty((len(teams), len(weeks)), bool)
    hours[row, column] = df["hours"].to_numpy()
    treated[row, column] = df["treated"].to_numpy() == 1
    return hours, treated
