import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the accounts' means, each account once."""
    accounts = df.groupby("account_id").agg(treated=("treated", "first"), minutes=("minutes", "mean"))
    treated = accounts.loc[accounts["treated"] == 1, "minutes"]
    control = accounts.loc[accounts["treated"] == 0, "minutes"]
    value = treated.mean() - control.mean()
    error = np.sqrt(treated.var() / len(treated) + control.var() / len(control))
    half = t.ppf(0.975, len(accounts) - 2) * error
    return value, value - half, value + half
