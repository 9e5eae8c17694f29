import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Divide sums in each arm; the error is that of the users' linear parts (delta method), each freed of its own pull."""
    treated = df["treated"].to_numpy() == 1
    requests, refused = df["requests"].to_numpy(float), df["refused"].to_numpy(float)

    def rate_of(arm: np.ndarray) -> tuple[float, float, int]:
        below = requests[arm].sum()
        rate = refused[arm].sum() / below
        linear = (refused[arm] - rate * requests[arm]) / below
        freed = linear / (1 - requests[arm] / below)  # as if each user were left out in turn
        count = int(arm.sum())
        return rate, (count - 1) / count * (freed**2).sum(), count - 1

    one, variance_one, df_one = rate_of(treated)
    other, variance_other, df_other = rate_of(~treated)
    variance = variance_one + variance_other
    freedom = variance**2 / (variance_one**2 / df_one + variance_other**2 / df_other)
    value, half = one - other, t.ppf(0.975, freedom) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
