import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress the accounts' ratings on their hours."""
    account = np.unique(df["account_id"].to_numpy(), return_inverse=True)[1]
    size = np.bincount(account)
    y = np.bincount(account, df["rating"].to_numpy()) / size
    x = np.bincount(account, df["hours"].to_numpy()) / size
    x, y = x - x.mean(), y - y.mean()
    value = x @ y / (x @ x)
    left = y - value * x
    half = stdtrit(len(y) - 2, 0.975) * np.sqrt(left @ left / (len(y) - 2) / (x @ x))
    return value, value - half, value + half
