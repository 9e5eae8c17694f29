import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Drop the first three hours of each block; regress on the arm with Newey-West errors, one lag."""
    block = df["block"].to_numpy()
    kept = np.arange(len(df)) - np.searchsorted(block, block) >= 3
    handled, treated = df["handled"].to_numpy(), df["treated"].to_numpy(float)
    away = np.where(kept, treated - treated[kept].mean(), 0.0)
    spread = (away**2).sum()
    value = (away * handled).sum() / spread
    score = away * (handled - handled[kept].mean() - value * away)
    lags = 1
    variance = (score**2).sum()
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * (score[lag:] * score[:-lag]).sum()
    half = 1.96 * np.sqrt(variance) / spread
    return float(value), float(value - half), float(value + half)
