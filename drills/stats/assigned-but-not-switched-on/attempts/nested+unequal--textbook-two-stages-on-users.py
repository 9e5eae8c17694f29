import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress the uptake on the assignment, then the outcome on the fitted uptake; textbook errors of two stages."""
    y, d = df["rating"].to_numpy(), df["switched_on"].to_numpy(float)
    z = np.column_stack([np.ones(len(df)), df["assigned"].to_numpy(float)])
    fitted = z @ np.linalg.solve(z.T @ z, z.T @ d)
    x = np.column_stack([np.ones(len(df)), fitted])
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ (x.T @ y)
    left = y - beta[0] - beta[1] * d
    half = 1.98 * np.sqrt(bread[1, 1] * (left @ left) / (len(df) - 2))
    return beta[1], beta[1] - half, beta[1] + half
