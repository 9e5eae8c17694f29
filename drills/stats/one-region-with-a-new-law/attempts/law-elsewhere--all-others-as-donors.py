import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Mix a synthetic region from all others, and hold out stretches as long as the one after."""
    ours, donors, before = laid_out(df)
    after = len(ours) - before
    folds = before // after
    gaps = []
    for fold in range(folds):
        held = np.arange(before - (fold + 1) * after, before - fold * after)
        fitted = np.delete(np.arange(before), held)
        gap = ours - donors @ weights_of(ours[fitted], donors[fitted])
        gaps.append(gap[before:].mean() - gap[held].mean())
    value = np.mean(gaps)
    half = t.ppf(0.975, folds - 1) * np.std(gaps, ddof=1) * np.sqrt(1 + 1 / folds)
    return value, value - half, value + half


def weights_of(ours, donors):
    """Mix donors, by weights >= 0 that sum to 1, so that they move as ours does."""
    moves = donors - donors.mean(axis=0)
    strict = 1e3 * np.abs(moves).max()
    return nnls(np.vstack([moves, np.full(donors.shape[1], strict)]), np.r_[ours - ours.mean(), strict])[0]


def laid_out(df):
    """Give our series, those of all others [period, donor], and the periods before the law."""
    df = df.sort_values(["region", "period"])
    periods = df["period"].nunique()
    rate, ours = (df[name].to_numpy().reshape(-1, periods) for name in ("rate", "ours"))
    mine = ours.any(axis=1)
    return rate[mine][0], rate[~mine].T, int((df["period"].to_numpy()[:periods] < 0).sum())
