import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Horvitz and Thompson: each row's score over its chances, and the spread of these terms over all rows."""
    _, stratum = np.unique(df["stratum"].to_numpy(), return_inverse=True)
    treated, trust = df["treated"].to_numpy(float), df["trust"].to_numpy()
    count = np.bincount(stratum)
    chance = (np.bincount(stratum, weights=treated) / count)[stratum]
    weight = df["population_share"].to_numpy() / (count[stratum] / len(df))
    terms = weight * trust * (treated / chance - (1 - treated) / (1 - chance))
    half = 1.96 * terms.std(ddof=1) / np.sqrt(len(df))
    return terms.mean(), terms.mean() - half, terms.mean() + half
