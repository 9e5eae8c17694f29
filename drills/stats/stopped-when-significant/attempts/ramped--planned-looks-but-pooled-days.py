import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Share the error between the planned looks, and compare the arms' accounts, all days together."""
    looks = len(np.unique(df["day"].to_numpy()[df["looked"].to_numpy() == 1]))
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    score = np.bincount(account, df["score"].to_numpy()) / np.bincount(account)
    arm = df["treated"].to_numpy()[first] == 1
    run = ~np.isnan(score)
    one, none = score[run & arm], score[run & ~arm]
    value = one.mean() - none.mean()
    error = np.sqrt(one.var(ddof=1) / len(one) + none.var(ddof=1) / len(none))
    half = stdtrit(min(len(one), len(none)) - 1, 1 - 0.025 / looks) * error
    return value, value - half, value + half
