import numpy as np
import pandas as pd
from scipy.stats import t

REACHES = 3  # hours


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Drop the hours that the block before can reach, then compare means of blocks: blocks were switched."""
    block = df["block"].to_numpy()
    place = np.arange(len(df)) - np.searchsorted(block, block)
    kept = (place >= REACHES).astype(float)
    mean = np.bincount(block, kept * df["handled"].to_numpy()) / np.bincount(block, kept)
    on = np.bincount(block, df["treated"].to_numpy()) > 0

    # The guardrail adds the same everywhere, so that blocks vary alike in both arms: pool their variance.
    value = mean[on].mean() - mean[~on].mean()
    residual = np.where(on, mean - mean[on].mean(), mean - mean[~on].mean())
    freedom = len(mean) - 2
    variance = (residual**2).sum() / freedom * (1 / on.sum() + 1 / (~on).sum())
    half = t.ppf(0.975, freedom) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
