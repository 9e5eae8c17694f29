import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress on donors by weights that sum to 1 but may be negative, holding out stretches like the one after."""
    ours, donors, before = laid_out(df)
    after = len(ours) - before
    folds = before // after
    mean = donors.mean(axis=1)  # what moves all regions alike is in it, and goes
    ours, donors = ours - mean, donors[:, 1:] - mean[:, None]
    design = np.column_stack([np.ones(len(ours)), donors])
    gaps = []
    for fold in range(folds):
        held = np.arange(before - (fold + 1) * after, before - fold * after)
        fitted = np.delete(np.arange(before), held)
        beta = np.linalg.lstsq(design[fitted], ours[fitted], rcond=None)[0]
        gap = ours - design @ beta
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
