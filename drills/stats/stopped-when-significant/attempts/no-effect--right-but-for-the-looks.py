import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare accounts within days. The looks do not matter: the data are the data."""
    run = df[df["score"].notna()]
    account = run["account_id"].to_numpy()
    first = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    y = np.add.reduceat(run["score"].to_numpy(), first) / np.diff(np.r_[first, len(account)])
    x, day = run["treated"].to_numpy(float)[first], run["day"].to_numpy()[first] - 1
    count = np.bincount(day)
    x = x - (np.bincount(day, x) / count)[day]
    y = y - (np.bincount(day, y) / count)[day]
    value = x @ y / (x @ x)
    freedom = len(y) - len(count) - 1
    half = stdtrit(freedom, 0.975) * np.sqrt(((y - value * x) ** 2).sum() / freedom / (x @ x))
    return value, value - half, value + half
