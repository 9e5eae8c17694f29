import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress with errors clustered by region (CR1), and take the normal quantile."""
    design = np.column_stack([np.ones(len(df)), df["treated"].to_numpy(float)])
    outcome = df["score"].to_numpy()
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ outcome
    _, region = np.unique(df["region"].to_numpy(), return_inverse=True)
    residual = outcome - design @ beta
    scores = np.column_stack([np.bincount(region, weights=column * residual) for column in design.T])
    regions = len(scores)
    covariance = bread @ scores.T @ scores @ bread * regions / (regions - 1)
    half = 1.96 * np.sqrt(covariance[1, 1])
    return beta[1], beta[1] - half, beta[1] + half
