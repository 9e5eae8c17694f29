import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Divide sums and use the delta method; a floor of one request keeps clear of 0 / 0."""
    treated = df["treated"].to_numpy() == 1
    requests, refused = np.maximum(df["requests"].to_numpy(float), 1.0), df["refused"].to_numpy(float)
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        below, above, count = requests[arm].mean(), refused[arm].mean(), arm.sum()
        linear = (refused[arm] - above / below * requests[arm]) / below
        value += sign * above / below
        variance += linear.var(ddof=2) / count
    half = t.ppf(0.975, len(df) - 2) * np.sqrt(variance)
    return value, value - half, value + half
