import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare our change with the mean change of the donors, as a two-way regression clustered by region does."""
    ours, donors, before = laid_out(df)
    change = ours[before:].mean() - ours[:before].mean()
    others = donors[before:].mean(axis=0) - donors[:before].mean(axis=0)
    value = change - others.mean()
    # The one treated cluster is fitted exactly, so it adds nothing to the robust variance.
    count = len(others)
    variance = ((others - others.mean()) ** 2).sum() / count**2 * (count + 1) / count
    half = 1.96 * np.sqrt(variance)
    return value, value - half, value + half


def laid_out(df):
    """Give our series, those of donors that never had the law [period, donor], and the periods before the law."""
    df = df.sort_values(["region", "period"])
    periods = df["period"].nunique()
    rate, law, ours = (df[name].to_numpy().reshape(-1, periods) for name in ("rate", "law", "ours"))
    mine = ours.any(axis=1)
    return rate[mine][0], rate[~mine & ~law.any(axis=1)].T, int((df["period"].to_numpy()[:periods] < 0).sum())
