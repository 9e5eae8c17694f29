import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare two proportions: each request is a coin."""
    sums = df.groupby("treated")[["refused", "requests"]].sum()
    rate = sums["refused"] / sums["requests"]
    value = rate[1] - rate[0]
    half = 1.96 * np.sqrt((rate * (1 - rate) / sums["requests"]).sum())
    return value, value - half, value + half
