import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Divide sums over users, without the outliers: more than 40 requests is no ordinary use."""
    df = df[df["requests"] <= 40]
    treated = df["treated"].to_numpy() == 1
    requests, refused = df["requests"].to_numpy(float), df["refused"].to_numpy(float)
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        below = requests[arm].sum()
        rate = refused[arm].sum() / below
        value += sign * rate
        variance += ((refused[arm] - rate * requests[arm]) ** 2).sum() / below**2
    half = 1.96 * np.sqrt(variance)
    return value, value - half, value + half
