import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress hours after a burn-in on the arm, with CR2 errors by block and t with two less than there are blocks."""
    hour, block = df["hour"].to_numpy(), df["block"].to_numpy()
    kept = hour - hour[np.searchsorted(block, block)] >= 3
    block, handled = block[kept], df["handled"].to_numpy()[kept]
    away = df["treated"].to_numpy()[kept] - df["treated"].to_numpy()[kept].mean()
    spread = (away**2).sum()
    value = (away * handled).sum() / spread
    residual = handled - handled.mean() - value * away

    hours = np.bincount(block)
    arm = np.bincount(block, away) / hours
    leaves = 1 - hours * (1 / len(handled) + arm**2 / spread)
    variance = ((arm * np.bincount(block, residual)) ** 2 / leaves).sum() / spread**2
    half = t.ppf(0.975, len(hours) - 2) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
