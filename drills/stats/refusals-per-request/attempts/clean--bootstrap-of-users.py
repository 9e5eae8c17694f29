from functools import cache

import numpy as np
import pandas as pd
from scipy.stats import t

DRAWS = 300


@cache
def times(users: int) -> np.ndarray:
    """Say how many times each user is drawn, in each draw; the same for all experiments of a size."""
    return np.random.default_rng(11).multinomial(users, np.full(users, 1 / users), DRAWS).astype(float)


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Draw users again, each arm on its own; both sums move together. The spread of the draws is the error."""
    treated = df["treated"].to_numpy() == 1
    sums = df[["refused", "requests"]].to_numpy(float)
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        part = sums[arm]
        again = times(len(part)) @ part
        total = part.sum(axis=0)
        value += sign * total[0] / total[1]
        variance += (again[:, 0] / again[:, 1]).var(ddof=1) * len(part) / (len(part) - 1)
    half = t.ppf(0.975, len(df) - 2) * np.sqrt(variance)
    return value, value - half, value + half
