import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress the outcome on every other column, on complete rows, as a formula `after ~ .` does."""
    df = df.dropna()
    design = np.column_stack([np.ones(len(df)), df[["treated", "before", "first_week_warnings"]].to_numpy(float)])
    outcome = df["after"].to_numpy()
    beta, rest, *_ = np.linalg.lstsq(design, outcome, rcond=None)
    covariance = np.linalg.inv(design.T @ design) * rest[0] / (len(df) - design.shape[1])
    half = 1.96 * np.sqrt(covariance[1, 1])
    return beta[1], beta[1] - half, beta[1] + half
