import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare with the one region that moved the most alike before the law."""
    ours, others, before = laid_out(df)
    gap = ours[:, None] - others
    gap = gap[:, gap[:before].std(axis=0).argmin()]
    early, late = gap[:before], gap[before:]
    value = late.mean() - early.mean()
    half = t.ppf(0.975, before - 1) * np.sqrt(early.var(ddof=1) * (1 / len(early) + 1 / len(late)))
    return value, value - half, value + half


def laid_out(df):
    """Give our series, those of all others [period, donor], and the periods before the law."""
    df = df.sort_values(["region", "period"])
    periods = df["period"].nunique()
    rate, ours = (df[name].to_numpy().reshape(-1, periods) for name in ("rate", "ours"))
    mine = ours.any(axis=1)
    return rate[mine][0], rate[~mine].T, int((df["period"].to_numpy()[:periods] < 0).sum())
