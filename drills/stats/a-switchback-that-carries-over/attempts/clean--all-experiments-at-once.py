import numpy as np
from scipy.stats import t


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Lay hours out as [experiment, block, hour], drop the first three of each block, and regress block means."""
    blocks = data["block"][0, -1] + 1
    mean = data["handled"].reshape(len(data["handled"]), blocks, -1)[:, :, 3:].mean(2)
    on = data["treated"].reshape(len(mean), blocks, -1)[:, :, 0].astype(float)
    away = on - on.mean(1, keepdims=True)
    spread = (away**2).sum(1)
    value = (away * mean).sum(1) / spread
    residual = mean - mean.mean(1, keepdims=True) - value[:, None] * away
    half = t.ppf(0.975, blocks - 2) * np.sqrt((residual**2).sum(1) / (blocks - 2) / spread)
    return value, value - half, value + half
