import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Divide the effect of the assignment by the share of those assigned who switched it on (Bloom)."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    size = np.bincount(account)
    y = np.bincount(account, df["rating"].to_numpy()) / size
    d = np.bincount(account, df["switched_on"].to_numpy()) / size
    one = df["assigned"].to_numpy()[first] == 1
    share = d[one].mean()
    value = (y[one].mean() - y[~one].mean()) / share
    left = y[one] - value * d[one]
    error = np.sqrt(left.var(ddof=1) / one.sum() + y[~one].var(ddof=1) / (~one).sum()) / share
    half = stdtrit(min(one.sum(), (~one).sum()) - 1, 0.975) * error
    return value, value - half, value + half
