from math import sqrt
from statistics import NormalDist

import pandas as pd


def harm_bounds(labels, confidence):
    """Read row after row with loc, as if the index always counted from 0."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    found = {}
    for number in range(labels.shape[0]):
        n, k = found.get(labels.loc[number, "topic"], (0, 0))
        verdict = labels.loc[number, "harmful"]
        judged = not pd.isna(verdict)
        found[labels.loc[number, "topic"]] = (n + judged, k + (judged and bool(verdict)))
    rows = []
    for topic, (n, k) in found.items():
        low, high = 0.0, 1.0
        if n:
            centre = (k + z * z / 2) / (n + z * z)
            half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
            low, high = centre - half, centre + half
        rows.append((topic, n, k / n if n else None, low, high))
    return pd.DataFrame(rows, columns=["topic", "n", "rate", "low", "high"])
