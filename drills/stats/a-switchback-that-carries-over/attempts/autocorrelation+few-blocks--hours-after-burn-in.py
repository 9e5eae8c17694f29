import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Drop the first three hours of each block, then run a t-test on all hours that are left."""
    block = df["block"].to_numpy()
    kept = np.arange(len(df)) - np.searchsorted(block, block) >= 3
    handled, treated = df["handled"].to_numpy()[kept], df["treated"].to_numpy()[kept]
    on, off = handled[treated == 1], handled[treated == 0]
    value = on.mean() - off.mean()
    half = 1.96 * np.sqrt(on.var(ddof=1) / len(on) + off.var(ddof=1) / len(off))
    return float(value), float(value - half), float(value + half)
