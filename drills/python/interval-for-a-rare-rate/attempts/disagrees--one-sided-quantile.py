import numpy as np
import pandas as pd
from scipy.stats import norm


def harm_bounds(labels, confidence):
    """Take the quantile of the level itself, which is one-sided."""
    z = norm.ppf(confidence)
    verdict = labels["harmful"].astype("boolean")
    table = (
        pd.DataFrame({"topic": labels["topic"], "n": verdict.notna().astype(int), "k": verdict.fillna(False).astype(int)})
        .groupby("topic", as_index=False)
        .sum()
    )
    n, k = table["n"], table["k"]
    rate = (k / n.where(n > 0)).astype(float)
    centre = (k + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt((k * (1 - rate)).fillna(0.0) + z**2 / 4)
    table["rate"] = rate
    table["low"] = (centre - half).clip(0, 1)
    table["high"] = (centre + half).clip(0, 1)
    return table[["topic", "n", "rate", "low", "high"]]
