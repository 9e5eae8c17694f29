import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Fit two-stage least squares on the accounts' means, with the textbook standard error."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    size = np.bincount(account)
    y = np.bincount(account, df["rating"].to_numpy()) / size
    d = np.bincount(account, df["switched_on"].to_numpy()) / size
    z = df["assigned"].to_numpy(float)[first]
    z = z - z.mean()
    value = z @ y / (z @ d)
    left = y - y.mean() - value * (d - d.mean())
    freedom = len(y) - 2
    error = np.sqrt(left @ left / freedom * (z @ z)) / abs(z @ d)
    half = stdtrit(freedom, 0.975) * error
    return value, value - half, value + half
