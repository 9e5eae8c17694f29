import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Divide sums; the error is that of refusals per user, over the mean number of requests."""
    treated = df["treated"].to_numpy() == 1
    requests, refused = df["requests"].to_numpy(float), df["refused"].to_numpy(float)
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        below = requests[arm].mean()
        value += sign * refused[arm].mean() / below
        variance += refused[arm].var(ddof=1) / arm.sum() / below**2
    half = t.ppf(0.975, len(df) - 2) * np.sqrt(variance)
    return value, value - half, value + half
