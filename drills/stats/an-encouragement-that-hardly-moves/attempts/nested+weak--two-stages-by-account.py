import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Fit two-stage least squares on accounts, with a dummy for each wording as an instrument, robust errors."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    size = np.bincount(account)
    y = np.bincount(account, df["rating"].to_numpy()) / size
    d = np.bincount(account, df["hours"].to_numpy()) / size
    wording = df["wording"].to_numpy()[first]
    fitted = (np.bincount(wording, d) / np.bincount(wording))[wording] - d.mean()
    value = fitted @ y / (fitted @ d)
    left = y - y.mean() - value * (d - d.mean())
    error = np.sqrt((fitted**2 * left**2).sum() * len(y) / (len(y) - 2)) / (fitted @ fitted)
    half = stdtrit(len(y) - 2, 0.975) * error
    return value, value - half, value + half
