import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the users who had it on with those who had not."""
    on = df["switched_on"].to_numpy() == 1
    rating = df["rating"].to_numpy()
    with_it, without = rating[on], rating[~on]
    value = with_it.mean() - without.mean()
    error = np.sqrt(with_it.var(ddof=1) / len(with_it) + without.var(ddof=1) / len(without))
    half = stdtrit(min(len(with_it), len(without)) - 1, 0.975) * error
    return value, value - half, value + half
