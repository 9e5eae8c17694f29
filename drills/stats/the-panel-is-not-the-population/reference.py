import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare means within each stratum, weigh the differences by population shares; degrees of freedom as in Welch."""
    names, stratum = np.unique(df["stratum"].to_numpy(), return_inverse=True)
    share = np.zeros(len(names))
    share[stratum] = df["population_share"].to_numpy()
    share /= share.sum()
    cell = 2 * stratum + df["treated"].to_numpy()  # a stratum's arm
    trust = df["trust"].to_numpy(float)
    count = np.bincount(cell)
    mean = np.bincount(cell, weights=trust) / count
    variance = np.bincount(cell, weights=(trust - mean[cell]) ** 2) / (count - 1)
    part = np.repeat(share**2, 2) * variance / count  # what each cell adds to the variance of the sum
    value = (share * (mean[1::2] - mean[::2])).sum()
    freedom = part.sum() ** 2 / (part**2 / (count - 1)).sum()
    half = t.ppf(0.975, freedom) * np.sqrt(part.sum())
    return float(value), float(value - half), float(value + half)
