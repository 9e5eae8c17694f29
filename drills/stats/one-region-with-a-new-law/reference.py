import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Hold out each stretch before the law in turn: what the synthetic region misses it by is what it will miss by."""
    ours, donors, before, after = laid_out(df)
    folds = before // after
    gaps = []
    for fold in range(folds):
        held = slice(before - (fold + 1) * after, before - fold * after)
        fitted = np.ones(len(ours), bool)
        fitted[held], fitted[before:] = False, False
        gap = ours - donors @ weights_of(ours[fitted], donors[fitted])
        gaps.append(gap[before:].mean() - gap[held].mean())
    # Each number is a stretch after less a stretch before, and they share the one after: hence 1 + 1 / folds.
    value = np.mean(gaps)
    half = t.ppf(0.975, folds - 1) * np.std(gaps, ddof=1) * np.sqrt(1 + 1 / folds)
    return float(value), float(value - half), float(value + half)


def weights_of(ours: np.ndarray, donors: np.ndarray) -> np.ndarray:
    """Mix donors, by weights >= 0 that sum to 1, so that they move as ours does, whatever the level."""
    moves = donors - donors.mean(axis=0)
    strict = 1e3 * np.abs(moves).max()  # a row so heavy that the sum is 1
    return nnls(np.vstack([moves, np.full(donors.shape[1], strict)]), np.r_[ours - ours.mean(), strict])[0]


def laid_out(df: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Give our series, those of donors that never had the law [period, donor], and the periods before and after."""
    regions, row = np.unique(df["region"].to_numpy(), return_inverse=True)
    periods, column = np.unique(df["period"].to_numpy(), return_inverse=True)
    rate, law, ours = np.zeros((3, len(regions), len(periods)))
    rate[row, column], law[row, column], ours[row, column] = df["rate"], df["law"], df["ours"]
    free = ~law.any(axis=1) & ~ours.any(axis=1)
    before = int((periods < 0).sum())
    return rate[ours.any(axis=1)][0], rate[free].T, before, len(periods) - before
