import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Share 5 % between all planned looks; average the days' differences, each by its information."""
    looks = len(np.unique(df["day"].to_numpy()[df["looked"].to_numpy() == 1]))
    size = np.bincount(df["account_id"].to_numpy())
    score = np.bincount(df["account_id"].to_numpy(), df["score"].to_numpy()) / np.maximum(size, 1)
    accounts = df.drop_duplicates("account_id").sort_values("account_id")
    score = score[accounts["account_id"].to_numpy()]
    run = ~np.isnan(score)
    cell = (2 * accounts["day"].to_numpy() + accounts["treated"].to_numpy())[run]  # a day and an arm
    count = np.bincount(cell, minlength=2 * (cell.max() // 2 + 1))
    mean = np.bincount(cell, score[run], len(count)) / np.maximum(count, 1)
    control, treated = count[0::2], count[1::2]
    information = control * treated / np.maximum(control + treated, 1)
    value = information @ (mean[1::2] - mean[0::2]) / information.sum()
    freedom = (count - 1)[count > 0].sum()
    spread = ((score[run] - mean[cell]) ** 2).sum() / freedom
    half = stdtrit(freedom, 1 - 0.025 / looks) * np.sqrt(spread / information.sum())
    return float(value), float(value - half), float(value + half)
