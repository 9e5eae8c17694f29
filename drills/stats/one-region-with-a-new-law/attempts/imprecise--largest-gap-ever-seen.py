import numpy as np
import pandas as pd
from scipy.optimize import nnls


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Use a synthetic region, and be as unsure as it was ever wrong in a period before the law."""
    ours, donors, before = laid_out(df)
    gap = ours - donors @ weights_of(ours[:before], donors[:before])
    gap = gap - gap[:before].mean()
    value, largest = gap[before:].mean(), np.abs(gap[:before]).max()
    return value, value - largest, value + largest


def weights_of(ours, donors):
    """Mix donors, by weights >= 0 that sum to 1, so that they move as ours does."""
    moves = donors - donors.mean(axis=0)
    strict = 1e3 * np.abs(moves).max()
    return nnls(np.vstack([moves, np.full(donors.shape[1], strict)]), np.r_[ours - ours.mean(), strict])[0]


def laid_out(df):
    """Give our series, those of donors that never had the law [period, donor], and the periods before the law."""
    df = df.sort_values(["region", "period"])
    periods = df["period"].nunique()
    rate, law, ours = (df[name].to_numpy().reshape(-1, periods) for name in ("rate", "law", "ours"))
    mine = ours.any(axis=1)
    return rate[mine][0], rate[~mine & ~law.any(axis=1)].T, int((df["period"].to_numpy()[:periods] < 0).sum())
