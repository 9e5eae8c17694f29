import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress with errors clustered by account (CR0), and take the normal quantile."""
    design = np.column_stack([np.ones(len(df)), df["treated"].to_numpy(float)])
    outcome = df["minutes"].to_numpy()
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ outcome
    scores = pd.DataFrame(design * (outcome - design @ beta)[:, None]).groupby(df["account_id"].to_numpy()).sum()
    covariance = bread @ scores.to_numpy().T @ scores.to_numpy() @ bread
    half = 1.96 * np.sqrt(covariance[1, 1])
    return float(beta[1]), float(beta[1] - half), float(beta[1] + half)
