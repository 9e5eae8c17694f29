import numpy as np
from scipy.stats import t


def estimate(df):
    """Estimate one panel, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Impute by least squares with team and week effects; who starts when is the same in all panels."""
    teams, row = np.unique(data["team_id"][0], return_inverse=True)
    weeks, column = np.unique(data["week"][0], return_inverse=True)
    order = np.argsort(row * len(weeks) + column)
    treated = data["treated"][0][order].reshape(len(teams), len(weeks)) == 1
    cells = np.flatnonzero((~treated.all(axis=0) & np.ones_like(treated)).ravel())
    row, column = np.divmod(cells, len(weeks))
    hours, dose = data["hours"][:, order][:, cells], treated.ravel()[cells]

    # Weights of cells: +1 / n on treated ones, and on untreated ones what the imputation makes of these.
    design = np.zeros((len(cells), len(teams) + len(weeks)))
    design[np.arange(len(cells)), row] = 1.0
    design[np.arange(len(cells)), len(teams) + column] = 1.0
    weights = dose / dose.sum()
    weights[~dose] = -np.linalg.pinv(design[~dose]).T @ (weights[dose] @ design[dose])

    parts = np.zeros((len(hours), len(teams)))
    np.add.at(parts.T, row, (hours * weights).T)
    variance, below = 0.0, 0.0
    start = treated.sum(axis=1)
    for cohort in np.unique(start):
        mine = parts[:, start == cohort]
        own = mine.shape[1] * mine.var(axis=1, ddof=1)
        variance = variance + own
        below = below + own**2 / (mine.shape[1] - 1)
    value = parts.sum(axis=1)
    half = t.ppf(0.975, variance**2 / below) * np.sqrt(variance)
    return value, value - half, value + half
