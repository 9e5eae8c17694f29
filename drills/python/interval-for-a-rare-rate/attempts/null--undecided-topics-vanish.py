from math import sqrt
from statistics import NormalDist

import pandas as pd


def harm_bounds(labels: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Drop undecided rows first, and with them the topics that have nothing else."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    judged = labels.dropna(subset=["harmful"])
    rows = []
    for topic, verdicts in judged.groupby("topic")["harmful"]:
        n, k = len(verdicts), int(verdicts.astype(bool).sum())
        centre = (k + z * z / 2) / (n + z * z)
        half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
        rows.append((topic, n, k / n, centre - half, centre + half))
    return pd.DataFrame(rows, columns=["topic", "n", "rate", "low", "high"])
