import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Estimate the effect on the mean session, with a jackknife over accounts."""
    accounts = df.groupby("account_id")
    treated = accounts["treated"].first().to_numpy() == 1
    sessions, minutes = accounts.size().to_numpy(float), accounts["minutes"].sum().to_numpy()

    def mean_without_each(arm: np.ndarray) -> np.ndarray:
        return (minutes[arm].sum() - minutes[arm]) / (sessions[arm].sum() - sessions[arm])

    value = minutes[treated].sum() / sessions[treated].sum() - minutes[~treated].sum() / sessions[~treated].sum()
    variance = 0.0
    for arm in (treated, ~treated):
        left_out = mean_without_each(arm)
        mean = minutes[arm].sum() / sessions[arm].sum()
        count = arm.sum()
        variance += (count - 1) / count * ((left_out - mean) ** 2).sum()
    half = t.ppf(0.975, len(treated) - 2) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
