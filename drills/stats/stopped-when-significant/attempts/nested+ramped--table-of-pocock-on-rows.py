import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtrit

TABLE = {1: 1.960, 2: 2.178, 5: 2.413, 10: 2.555, 20: 2.672}


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Take the constant of Pocock's design from a table, for the smallest number of looks in it that is enough."""
    looks = len(np.unique(df["day"].to_numpy()[df["looked"].to_numpy() == 1]))
    constant = TABLE[min(number for number in TABLE if number >= looks)]
    score, arm = df["score"].to_numpy(), df["treated"].to_numpy() == 1
    run = ~np.isnan(score)
    one, none = score[run & arm], score[run & ~arm]
    value = one.mean() - none.mean()
    constant = stdtrit(min(len(one), len(none)) - 1, ndtr(constant))
    half = constant * np.sqrt(one.var(ddof=1) / len(one) + none.var(ddof=1) / len(none))
    return value, value - half, value + half
