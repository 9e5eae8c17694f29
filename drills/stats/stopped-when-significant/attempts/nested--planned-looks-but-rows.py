import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Share the error between the planned looks, and compare users within days."""
    day, looked = df["day"].to_numpy() - 1, df["looked"].to_numpy() == 1
    looks = len(np.unique(day[looked]))
    run = df["score"].notna().to_numpy()
    day = day[run]
    x, y = df["treated"].to_numpy(float)[run], df["score"].to_numpy()[run]
    count = np.bincount(day)
    x = x - (np.bincount(day, x) / count)[day]
    y = y - (np.bincount(day, y) / count)[day]
    value = x @ y / (x @ x)
    freedom = len(y) - len(count) - 1
    error = np.sqrt(((y - value * x) ** 2).sum() / freedom / (x @ x))
    half = stdtrit(freedom, 1 - 0.025 / looks) * error
    return value, value - half, value + half
