import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Weigh each row by its share of the population over the count of its stratum's arm; a jackknife over rows."""
    _, stratum = np.unique(df["stratum"].to_numpy(), return_inverse=True)
    treated, trust = df["treated"].to_numpy(), df["trust"].to_numpy()
    cell = 2 * stratum + treated
    count = np.bincount(cell)[cell]
    weight = df["population_share"].to_numpy() / count
    mean = np.bincount(cell, weights=trust)[cell] / count
    value = (weight * np.where(treated == 1, trust, -trust)).sum()
    moved = weight * (trust - mean) * count / (count - 1)  # how far the estimate goes when the row is left out
    parts = (count - 1) / count * moved**2
    largest = np.bincount(cell, weights=parts).argmax()  # the cell that makes most of the error gives the freedom
    half = t.ppf(0.975, (cell == largest).sum() - 1) * np.sqrt(parts.sum())
    return value, value - half, value + half
