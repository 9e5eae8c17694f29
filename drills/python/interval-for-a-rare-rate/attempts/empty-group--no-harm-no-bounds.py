from math import sqrt
from statistics import NormalDist

import pandas as pd


def harm_bounds(labels, confidence):
    """Give bounds of zero to topics in which nothing harmful was found."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rows = []
    for topic, verdicts in labels.groupby("topic")["harmful"]:
        judged = verdicts.dropna().astype(bool)
        n, k = len(judged), int(judged.sum())
        if n == 0:
            rows.append((topic, 0, None, 0.0, 1.0))
        elif k == 0:
            rows.append((topic, n, 0.0, 0.0, 0.0))
        else:
            centre = (k + z * z / 2) / (n + z * z)
            half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
            rows.append((topic, n, k / n, centre - half, centre + half))
    return pd.DataFrame(rows, columns=["topic", "n", "rate", "low", "high"])
