import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress on every stratum and its product with the arm, HC2 errors; the effect is a sum of coefficients."""
    names, stratum = np.unique(df["stratum"].to_numpy(), return_inverse=True)
    dummies = (stratum[:, None] == np.arange(len(names))).astype(float)
    treated = df["treated"].to_numpy(float)[:, None]
    design, outcome = np.hstack([dummies, dummies * treated]), df["trust"].to_numpy()
    share = np.zeros(len(names))
    share[stratum] = df["population_share"].to_numpy()
    wanted = np.r_[np.zeros(len(names)), share]
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ (design.T @ outcome)
    hat = ((design @ bread) * design).sum(axis=1)
    pull = design @ (bread @ wanted)  # what each outcome does to the estimate
    parts = pull**2 * (outcome - design @ beta) ** 2 / (1 - hat)
    # Satterthwaite by cell: rows of a cell have the same leverage, and share its count - 1 degrees of freedom.
    cell = np.bincount(2 * stratum + df["treated"].to_numpy(), weights=parts)
    freedom = cell.sum() ** 2 / (cell**2 / (np.bincount(2 * stratum + df["treated"].to_numpy()) - 1)).sum()
    value, half = wanted @ beta, t.ppf(0.975, freedom) * np.sqrt(parts.sum())
    return value, value - half, value + half
