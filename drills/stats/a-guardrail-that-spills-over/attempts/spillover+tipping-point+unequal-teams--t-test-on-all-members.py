import numpy as np
import pandas as pd
from scipy.stats import norm


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Run a two-sample test on all members."""
    minutes, treated = df["minutes"].to_numpy(), df["treated"].to_numpy() == 1
    with_it, without = minutes[treated], minutes[~treated]
    value = with_it.mean() - without.mean()
    half = norm.ppf(0.975) * np.sqrt(with_it.var(ddof=1) / len(with_it) + without.var(ddof=1) / len(without))
    return float(value), float(value - half), float(value + half)
