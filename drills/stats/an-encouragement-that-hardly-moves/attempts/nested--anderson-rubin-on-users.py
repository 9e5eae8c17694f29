import numpy as np
import pandas as pd
from scipy.special import fdtri


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Invert the Anderson-Rubin test on users."""
    wording = df["wording"].to_numpy()
    both = np.array([df["rating"].to_numpy(), df["hours"].to_numpy()])
    both -= both.mean(axis=1, keepdims=True)
    count = np.bincount(wording)
    means = np.array([np.bincount(wording, one) for one in both]) / count
    between = (means * count) @ means.T
    within = both @ both.T - between
    k, freedom = len(count) - 1, len(wording) - len(count)
    (c, b), (_, a) = between - k / freedom * fdtri(k, freedom, 0.95) * within
    value = between[0, 1] / between[1, 1]
    if a <= 0:
        return value, -np.inf, np.inf
    half = np.sqrt(max(b**2 - a * c, 0.0)) / a
    low, high = b / a - half, b / a + half
    return float(np.clip(value, low, high)), low, high
