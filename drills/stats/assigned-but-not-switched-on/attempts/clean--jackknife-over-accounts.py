import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Leave each account out in turn."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    size = np.bincount(account)
    y = np.bincount(account, df["rating"].to_numpy()) / size
    d = np.bincount(account, df["switched_on"].to_numpy()) / size
    arm = df["assigned"].to_numpy()[first]
    count = np.bincount(arm)

    total_y, total_d = np.bincount(arm, y), np.bincount(arm, d)
    value = np.diff(total_y / count)[0] / np.diff(total_d / count)[0]
    variance = 0.0
    for one in (0, 1):
        mine = arm == one
        less_y = (total_y[one] - y[mine]) / (count[one] - 1) - total_y[1 - one] / count[1 - one]
        less_d = (total_d[one] - d[mine]) / (count[one] - 1) - total_d[1 - one] / count[1 - one]
        variance += (count[one] - 1) / count[one] * ((less_y / less_d - value) ** 2).sum()
    half = stdtrit(count.min() - 1, 0.975) * np.sqrt(variance)
    return value, value - half, value + half
