import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the arms as they were assigned: the only comparison that chance vouches for."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    rating = np.bincount(account, df["rating"].to_numpy()) / np.bincount(account)
    assigned = df["assigned"].to_numpy()[first] == 1
    one, none = rating[assigned], rating[~assigned]
    value = one.mean() - none.mean()
    error = np.sqrt(one.var(ddof=1) / len(one) + none.var(ddof=1) / len(none))
    half = stdtrit(min(len(one), len(none)) - 1, 0.975) * error
    return value, value - half, value + half
