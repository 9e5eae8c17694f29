import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Weigh rows by population over panel and compare the weighted means of the arms, with robust errors."""
    count = df["stratum"].map(df["stratum"].value_counts()).to_numpy()
    weight = df["population_share"].to_numpy() / (count / len(df))
    trust, treated = df["trust"].to_numpy(), df["treated"].to_numpy() == 1
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        share = weight[arm] / weight[arm].sum()
        mean = (share * trust[arm]).sum()
        value += sign * mean
        variance += ((share * (trust[arm] - mean) / (1 - share)) ** 2).sum()
    effective = weight.sum() ** 2 / (weight**2).sum()
    half = t.ppf(0.975, effective / 4) * np.sqrt(variance)
    return value, value - half, value + half
