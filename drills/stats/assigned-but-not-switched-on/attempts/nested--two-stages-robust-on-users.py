import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Fit two-stage least squares on users, with heteroskedasticity-robust errors (HC2)."""
    y, d, z = (df[name].to_numpy(float) for name in ("rating", "switched_on", "assigned"))
    one = z == 1
    uptake = d[one].mean() - d[~one].mean()
    value = (y[one].mean() - y[~one].mean()) / uptake
    left = y - value * d
    error = np.sqrt(left[one].var(ddof=1) / one.sum() + left[~one].var(ddof=1) / (~one).sum()) / abs(uptake)
    half = stdtrit(min(one.sum(), (~one).sum()) - 1, 0.975) * error
    return value, value - half, value + half
