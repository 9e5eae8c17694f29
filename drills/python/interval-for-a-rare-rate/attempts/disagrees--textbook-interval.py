from math import sqrt
from statistics import NormalDist

import pandas as pd


def harm_bounds(labels, confidence):
    """Use the textbook interval around the rate."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rows = []
    for topic, verdicts in labels.groupby("topic")["harmful"]:
        judged = verdicts.dropna().astype(bool)
        n, k = len(judged), int(judged.sum())
        if n == 0:
            rows.append((topic, 0, None, 0.0, 1.0))
            continue
        p = k / n
        half = z * sqrt(p * (1 - p) / n)
        rows.append((topic, n, p, max(0.0, p - half), min(1.0, p + half)))
    return pd.DataFrame(rows, columns=["topic", "n", "rate", "low", "high"])
