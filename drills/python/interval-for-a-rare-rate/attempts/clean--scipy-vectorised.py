import numpy as np
import pandas as pd
from scipy import stats


def harm_bounds(labels: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Wilson's interval per topic, for all topics at once."""
    z = stats.norm.ppf((1 + confidence) / 2)
    verdict = labels["harmful"].astype("boolean")
    counts = pd.DataFrame({"topic": labels["topic"], "n": verdict.notna(), "k": verdict.fillna(False)})
    table = counts.groupby("topic", as_index=False)[["n", "k"]].sum().astype({"n": int, "k": int})
    n, k = table["n"].to_numpy(float), table["k"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(n > 0, k * (n - k) / n, 0.0)
        table["rate"] = np.where(n > 0, k / n, np.nan)
    centre = (k + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(spread + z**2 / 4)
    table["low"] = np.where(k == 0, 0.0, centre - half)
    table["high"] = np.where(k == n, 1.0, centre + half)
    return table[["topic", "n", "rate", "low", "high"]]
