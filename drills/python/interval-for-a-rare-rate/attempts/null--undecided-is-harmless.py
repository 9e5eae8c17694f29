from math import sqrt
from statistics import NormalDist

import pandas as pd


def harm_bounds(labels: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Count whoever could not tell as having found no harm."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rows = []
    for topic, verdicts in labels.groupby("topic")["harmful"]:
        n, k = len(verdicts), int(verdicts.eq(True).sum())
        centre = (k + z * z / 2) / (n + z * z)
        half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
        rows.append((topic, n, k / n, centre - half, centre + half))
    return pd.DataFrame(rows, columns=["topic", "n", "rate", "low", "high"])
