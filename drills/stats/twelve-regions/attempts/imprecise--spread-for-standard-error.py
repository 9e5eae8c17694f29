import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """The mean user of each arm, give or take how far regions lie from it."""
    _, region = np.unique(df["region"].to_numpy(), return_inverse=True)
    users = np.bincount(region).astype(float)
    mean = np.bincount(region, weights=df["score"].to_numpy()) / users
    treated = np.bincount(region, weights=df["treated"].to_numpy()) > 0
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        value += sign * np.average(mean[arm], weights=users[arm])
        variance += mean[arm].var(ddof=1)
    half = t.ppf(0.975, min(treated.sum(), (~treated).sum()) - 1) * np.sqrt(variance)
    return value, value - half, value + half
