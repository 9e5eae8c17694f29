import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress on the arm, the centred past, a mark for new users, and their products with the arm; HC2 errors."""
    treated = df["treated"].to_numpy(float)
    before = df["before"].fillna(df["before"].mean()).to_numpy()
    new = df["before"].isna().to_numpy(float)
    covariates = [before - before.mean()]
    if new.any():
        covariates.append(new - new.mean())
    design = np.column_stack(
        [np.ones(len(df)), treated, *covariates, *[treated * covariate for covariate in covariates]]
    )
    outcome = df["after"].to_numpy()
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ (design.T @ outcome)
    hat = ((design @ bread) * design).sum(axis=1)
    residual = outcome - design @ beta
    influence = design @ bread[1]
    error = np.sqrt((influence**2 * residual**2 / (1 - hat)).sum())
    freedom = min(treated.sum(), len(df) - treated.sum()) - 1 - len(covariates)
    half = t.ppf(0.975, freedom) * error
    return beta[1], beta[1] - half, beta[1] + half
