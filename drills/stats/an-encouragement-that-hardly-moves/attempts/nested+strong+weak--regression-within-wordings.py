import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress the ratings on the hours with a dummy for each wording, so that the wording is held fixed."""
    account = df["account_id"].to_numpy()
    first = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    size = np.diff(np.r_[first, len(account)])
    y = np.add.reduceat(df["rating"].to_numpy(), first) / size
    x = np.add.reduceat(df["hours"].to_numpy(), first) / size
    wording = df["wording"].to_numpy()[first]
    count = np.bincount(wording)
    y = y - (np.bincount(wording, y) / count)[wording]
    x = x - (np.bincount(wording, x) / count)[wording]
    value = x @ y / (x @ x)
    freedom = len(y) - len(count) - 1
    half = stdtrit(freedom, 0.975) * np.sqrt(((y - value * x) ** 2).sum() / freedom / (x @ x))
    return value, value - half, value + half
