import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Run Welch's t-test on what there was when it was stopped."""
    run = df["score"].notna()
    treated = df.loc[run & (df["treated"] == 1), "score"].to_numpy()
    control = df.loc[run & (df["treated"] == 0), "score"].to_numpy()
    parts = np.array([one.var(ddof=1) / len(one) for one in (treated, control)])
    freedom = parts.sum() ** 2 / (parts**2 / (np.array([len(treated), len(control)]) - 1)).sum()
    value = treated.mean() - control.mean()
    half = t.ppf(0.975, freedom) * np.sqrt(parts.sum())
    return value, value - half, value + half
