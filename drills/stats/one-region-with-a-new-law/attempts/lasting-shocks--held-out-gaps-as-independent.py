import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Use a synthetic region, with the spread of its held-out gaps, period by period, for the error."""
    ours, donors, before = laid_out(df)
    after = len(ours) - before
    gap, late = np.empty(before), []
    for start in range(0, before, after):
        held = np.arange(start, min(start + after, before))
        fitted = np.delete(np.arange(before), held)
        missed = ours - donors @ weights_of(ours[fitted], donors[fitted])
        gap[held] = missed[held] - missed[fitted].mean()
        late.append(missed[before:].mean() - missed[fitted].mean())
    value = np.mean(late)
    half = t.ppf(0.975, after - 1) * np.sqrt((gap**2).mean() * (1 / after + 1 / before))
    return value, value - half, value + half


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
