import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the changes: each user is their own control; a new one is given the mean past."""
    change = (df["after"] - df["before"].fillna(df["before"].mean())).to_numpy()
    treated = df["treated"].to_numpy() == 1
    one, other = change[treated], change[~treated]
    value = one.mean() - other.mean()
    error = np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    half = t.ppf(0.975, min(len(one), len(other)) - 1) * error
    return value, value - half, value + half
