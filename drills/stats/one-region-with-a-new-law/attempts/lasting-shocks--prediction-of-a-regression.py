import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress on all donors before the law, and predict the mean after, as a textbook does."""
    ours, donors, before = laid_out(df)
    design = np.column_stack([np.ones(len(ours)), donors])
    early = design[:before]
    inverse = np.linalg.inv(early.T @ early)
    beta = inverse @ early.T @ ours[:before]
    freedom = before - design.shape[1]
    spread = ((ours[:before] - early @ beta) ** 2).sum() / freedom
    late = design[before:].mean(axis=0)
    value = ours[before:].mean() - late @ beta
    half = t.ppf(0.975, freedom) * np.sqrt(spread * (1 / (len(ours) - before) + late @ inverse @ late))
    return value, value - half, value + half


def laid_out(df):
    """Give our series, those of donors that never had the law [period, donor], and the periods before the law."""
    df = df.sort_values(["region", "period"])
    periods = df["period"].nunique()
    rate, law, ours = (df[name].to_numpy().reshape(-1, periods) for name in ("rate", "law", "ours"))
    mine = ours.any(axis=1)
    return rate[mine][0], rate[~mine & ~law.any(axis=1)].T, int((df["period"].to_numpy()[:periods] < 0).sum())
