import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Make no assumption about the law of a ratio: Chebyshev's inequality."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    size = np.bincount(account)
    y = np.bincount(account, df["rating"].to_numpy()) / size
    d = np.bincount(account, df["switched_on"].to_numpy()) / size
    one = df["assigned"].to_numpy()[first] == 1
    uptake = d[one].mean() - d[~one].mean()
    value = (y[one].mean() - y[~one].mean()) / uptake
    left = y - value * d
    error = np.sqrt(left[one].var(ddof=1) / one.sum() + left[~one].var(ddof=1) / (~one).sum()) / abs(uptake)
    half = error / np.sqrt(0.05)
    return value, value - half, value + half
