import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Post-stratify over strata with thirty volunteers or more; the shares of those are scaled up to one."""
    value, variance, total = 0.0, 0.0, 0.0
    stratum, treated, trust = df["stratum"].to_numpy(), df["treated"].to_numpy() == 1, df["trust"].to_numpy()
    shares = df["population_share"].to_numpy()
    for name in np.unique(stratum):
        inside = stratum == name
        if inside.sum() < 30:
            continue
        share = shares[inside][0]
        one, other = trust[inside & treated], trust[inside & ~treated]
        total += share
        value += share * (one.mean() - other.mean())
        variance += share**2 * (one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    value, half = value / total, 1.98 * np.sqrt(variance) / total
    return value, value - half, value + half
