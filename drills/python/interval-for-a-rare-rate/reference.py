"""Wilson's interval for the share of harmful messages in each topic."""

from math import sqrt
from statistics import NormalDist

import pandas as pd


def wilson(k: int, n: int, z: float) -> tuple[float, float]:
    """Give Wilson's bounds for k of n; everything is possible when n is 0."""
    if n == 0:
        return 0.0, 1.0
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
    return (0.0 if k == 0 else centre - half, 1.0 if k == n else centre + half)


def harm_bounds(labels: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Give the judged messages, the harm rate and its bounds for each topic."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rows = []
    for topic, verdicts in labels.groupby("topic")["harmful"]:
        judged = verdicts.dropna().astype(bool)
        n, k = len(judged), int(judged.sum())
        low, high = wilson(k, n, z)
        rows.append((topic, n, k / n if n else None, low, high))
    return pd.DataFrame(rows, columns=["topic", "n", "rate", "low", "high"])
