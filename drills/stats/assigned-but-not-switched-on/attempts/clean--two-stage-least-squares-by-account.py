import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Fit two-stage least squares on users, with errors clustered by account, each divided by its leverage (CR3)."""
    y = df["rating"].to_numpy()
    x = np.column_stack([np.ones(len(df)), df["switched_on"]])
    z = np.column_stack([np.ones(len(df)), df["assigned"]])
    inverse = np.linalg.inv(z.T @ x)
    beta = inverse @ (z.T @ y)
    account = np.unique(df["account_id"].to_numpy(), return_inverse=True)[1]
    left = y - x @ beta
    rows = np.bincount(df["assigned"].to_numpy(), minlength=2)
    share = np.bincount(account) / rows[np.bincount(account, df["assigned"].to_numpy()).astype(bool).astype(int)]
    scores = np.array([np.bincount(account, column * left) for column in z.T]) / (1 - share)
    covariance = inverse @ (scores @ scores.T) @ inverse.T
    smaller = min(np.bincount(df["assigned"].to_numpy()[np.unique(account, return_index=True)[1]]))
    half = t.ppf(0.975, smaller - 1) * np.sqrt(covariance[1, 1])
    return beta[1], beta[1] - half, beta[1] + half
