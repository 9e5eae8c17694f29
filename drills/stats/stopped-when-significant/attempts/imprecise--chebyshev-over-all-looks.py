import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Assume nothing: Chebyshev's inequality, and the error shared between all planned looks."""
    looks = len(np.unique(df["day"].to_numpy()[df["looked"].to_numpy() == 1]))
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    score = np.bincount(account, df["score"].to_numpy()) / np.bincount(account)
    run = ~np.isnan(score)
    y, x, day = score[run], df["treated"].to_numpy(float)[first][run], df["day"].to_numpy()[first][run] - 1
    count = np.bincount(day)
    x = x - (np.bincount(day, x) / count)[day]
    y = y - (np.bincount(day, y) / count)[day]
    value = x @ y / (x @ x)
    error = np.sqrt(((y - value * x) ** 2).sum() / (len(y) - len(count) - 1) / (x @ x))
    half = error * np.sqrt(looks / 0.05)
    return value, value - half, value + half
