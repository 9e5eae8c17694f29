import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Weigh users' own rates by their requests."""
    rate = (df["refused"] / df["requests"]).to_numpy()
    requests, treated = df["requests"].to_numpy(float), df["treated"].to_numpy() == 1
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        mean = np.average(rate[arm], weights=requests[arm])
        share = requests[arm] / requests[arm].sum()
        value += sign * mean
        variance += ((share / (1 - share) * (rate[arm] - mean)) ** 2).sum()
    half = 1.96 * np.sqrt(variance)
    return value, value - half, value + half
