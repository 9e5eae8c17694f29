import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Drop the half-treated teams, then run a t-test on the members of the others."""
    share, minutes = df["share"].to_numpy(), df["minutes"].to_numpy()
    with_it, without = minutes[share == 1.0], minutes[share == 0.0]
    value = with_it.mean() - without.mean()
    error = np.sqrt(with_it.var(ddof=1) / len(with_it) + without.var(ddof=1) / len(without))
    half = t.ppf(0.975, min(len(with_it), len(without)) - 1) * error
    return float(value), float(value - half), float(value + half)
