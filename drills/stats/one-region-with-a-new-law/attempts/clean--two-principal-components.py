import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Find the two forces in the donors, and what our region owes to each, holding out stretches."""
    ours, donors, before = laid_out(df)
    after = len(ours) - before
    folds = before // after
    mean = donors.mean(axis=1)
    ours, donors = ours - mean, donors - mean[:, None]
    gaps = []
    for fold in range(folds):
        held = np.arange(before - (fold + 1) * after, before - fold * after)
        fitted = np.delete(np.arange(before), held)
        moves = donors - donors[fitted].mean(axis=0)
        axes = np.linalg.eigh(moves[fitted].T @ moves[fitted])[1][:, -2:]
        forces = moves @ axes
        early = forces[fitted]
        owed = early.T @ (ours[fitted] - ours[fitted].mean()) / (early**2).sum(axis=0)
        gap = ours - forces @ owed
        gaps.append(gap[before:].mean() - gap[held].mean())
    value = np.mean(gaps)
    half = t.ppf(0.975, folds - 1) * np.std(gaps, ddof=1) * np.sqrt(1 + 1 / folds)
    return value, value - half, value + half


def laid_out(df):
    """Give our series, those of donors that never had the law [period, donor], and the periods before the law."""
    df = df.sort_values(["region", "period"])
    periods = df["period"].nunique()
    rate, law, ours = (df[name].to_numpy().reshape(-1, periods) for name in ("rate", "law", "ours"))
    mine = ours.any(axis=1)
    return rate[mine][0], rate[~mine & ~law.any(axis=1)].T, int((df["period"].to_numpy()[:periods] < 0).sum())
