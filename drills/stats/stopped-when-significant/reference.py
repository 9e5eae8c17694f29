from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtrit


@lru_cache
def critical(information: tuple[float, ...]) -> float:
    """Find how many standard errors hold 95 % at the stop, for the effect at which that takes the most.

    The rule is known, so it is simulated: stop at the first look beyond 1.96, else at the last.
    """
    at = np.array(information)
    steps = np.random.default_rng(1).standard_normal((20_000, len(at))) * np.sqrt(np.diff(at, prepend=0.0))
    pivot = steps.cumsum(axis=1) / np.sqrt(at)  # (estimate - truth) / standard error at each look
    needed = []
    for effect in np.arange(0.0, 3.0, 0.25):  # in standard errors at the planned end
        beyond = np.abs(pivot + effect * np.sqrt(at)) > 1.96
        stop = np.where(beyond.any(axis=1), beyond.argmax(axis=1), len(at) - 1)
        needed.append(np.quantile(np.abs(pivot[np.arange(len(pivot)), stop]), 0.95))
    return max(1.96, *needed)


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare accounts within days, up to the stop, and pay for every look that was planned."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    day = df["day"].to_numpy()[first] - 1
    looked, treated = df["looked"].to_numpy()[first], df["treated"].to_numpy()[first].astype(float)
    score = np.bincount(account, df["score"].to_numpy()) / np.bincount(account)  # NaN where it was not run

    def within_days(column: np.ndarray, day: np.ndarray) -> np.ndarray:
        count = np.maximum(np.bincount(day), 1)
        return column - (np.bincount(day, column) / count)[day]

    planned = within_days(treated, day)
    information = np.bincount(day, planned**2).cumsum()[np.unique(day[looked == 1])]
    run = ~np.isnan(score)
    x, y = planned[run], within_days(score[run], day[run])
    value = x @ y / (x @ x)
    df_left = run.sum() - (day[run].max() + 1) - 1
    error = np.sqrt(((y - value * x) ** 2).sum() / df_left / (x @ x))
    times = critical(tuple((information / information[-1]).round(4)))
    half = stdtrit(df_left, ndtr(times)) * error
    return float(value), float(value - half), float(value + half)
