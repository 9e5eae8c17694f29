from math import sqrt
from statistics import NormalDist

import pandas as pd


def harm_bounds(labels, confidence):
    """Build the frame from dicts: without labels it has no columns."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rows = []
    for topic, verdicts in labels.groupby("topic")["harmful"]:
        judged = verdicts.dropna().astype(bool)
        n, k = len(judged), int(judged.sum())
        low, high = 0.0, 1.0
        if n:
            centre = (k + z * z / 2) / (n + z * z)
            half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
            low, high = centre - half, centre + half
        rows.append({"topic": topic, "n": n, "rate": k / n if n else None, "low": low, "high": high})
    return pd.DataFrame(rows)
