import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Adjust for all that predicts the outcome: the past, being new, and the warnings of the first week."""
    treated = df["treated"].to_numpy(float)
    new = df["before"].isna().to_numpy(float)
    before = df["before"].fillna(df["before"].mean()).to_numpy()
    covariates = [before - before.mean(), (df["first_week_warnings"] - df["first_week_warnings"].mean()).to_numpy()]
    if new.any():
        covariates.append(new - new.mean())
    design = np.column_stack(
        [np.ones(len(df)), treated, *covariates, *[treated * covariate for covariate in covariates]]
    )
    outcome = df["after"].to_numpy()
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ (design.T @ outcome)
    hat = ((design @ bread) * design).sum(axis=1)
    residual = (outcome - design @ beta) / (1 - hat)
    error = np.sqrt(((design @ bread[1]) ** 2 * residual**2).sum())
    half = t.ppf(0.975, treated.sum() - 4) * error
    return beta[1], beta[1] - half, beta[1] + half
