import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Post-stratify the differences; the error is that of the pooled residuals of all rows."""
    _, stratum = np.unique(df["stratum"].to_numpy(), return_inverse=True)
    treated, trust = df["treated"].to_numpy(), df["trust"].to_numpy()
    cell = 2 * stratum + treated
    count = np.bincount(cell)
    mean = np.bincount(cell, weights=trust) / count
    share = np.zeros(stratum.max() + 1)
    share[stratum] = df["population_share"].to_numpy()
    value = (share * (mean[1::2] - mean[::2])).sum()
    spread = ((trust - mean[cell]) ** 2).sum() / (len(df) - len(count))
    half = 1.96 * np.sqrt(spread * (1 / treated.sum() + 1 / (1 - treated).sum()))
    return value, value - half, value + half
