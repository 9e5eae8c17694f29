import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress on the arm with a constant for each stratum, robust errors: strata are controlled for."""
    _, stratum = np.unique(df["stratum"].to_numpy(), return_inverse=True)
    count = np.bincount(stratum)

    def within(column: np.ndarray) -> np.ndarray:
        return column - (np.bincount(stratum, weights=column) / count)[stratum]

    treated, trust = within(df["treated"].to_numpy(float)), within(df["trust"].to_numpy())
    value = (treated * trust).sum() / (treated**2).sum()
    residual = trust - value * treated
    factor = len(df) / (len(df) - len(count) - 1)
    half = 1.96 * np.sqrt(factor * ((treated * residual) ** 2).sum()) / (treated**2).sum()
    return value, value - half, value + half
