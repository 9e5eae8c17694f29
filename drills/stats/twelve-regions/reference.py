import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the mean user of each arm, with a jackknife over its regions and the freedom of the smaller arm."""
    _, region = np.unique(df["region"].to_numpy(), return_inverse=True)
    users = np.bincount(region)
    total = np.bincount(region, weights=df["score"].to_numpy(float))
    treated = np.bincount(region, weights=df["treated"].to_numpy(float)) > 0

    def mean_user(arm: np.ndarray) -> tuple[float, float]:
        mean = total[arm].sum() / users[arm].sum()
        left_out = (total[arm].sum() - total[arm]) / (users[arm].sum() - users[arm])
        count = int(arm.sum())
        return mean, (count - 1) / count * ((left_out - mean) ** 2).sum()

    (one, variance_one), (other, variance_other) = mean_user(treated), mean_user(~treated)
    # The freedom that Welch's formula comes near to when one arm makes all of the error, and never goes below.
    freedom = min(treated.sum(), (~treated).sum()) - 1
    value, half = one - other, t.ppf(0.975, freedom) * np.sqrt(variance_one + variance_other)
    return float(value), float(value - half), float(value + half)
