import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Weigh rows by population over panel, then a t-test in which a weight of 4 counts as four volunteers."""
    count = df["stratum"].map(df["stratum"].value_counts()).to_numpy()
    weight = df["population_share"].to_numpy() / (count / len(df))
    trust, treated = df["trust"].to_numpy(), df["treated"].to_numpy() == 1
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        mean = np.average(trust[arm], weights=weight[arm])
        value += sign * mean
        variance += np.average((trust[arm] - mean) ** 2, weights=weight[arm]) / weight[arm].sum()
    half = 1.96 * np.sqrt(variance)
    return value, value - half, value + half
