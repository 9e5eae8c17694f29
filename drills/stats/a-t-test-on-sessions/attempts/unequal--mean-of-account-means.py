import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the accounts' means, each account once."""
    accounts = df.groupby("account_id")
    arm, means = accounts["treated"].first(), accounts["minutes"].mean()
    treated, control = means[arm == 1], means[arm == 0]
    value = treated.mean() - control.mean()
    error = np.sqrt(treated.var() / len(treated) + control.var() / len(control))
    half = t.ppf(0.975, len(means) - 2) * error
    return value, value - half, value + half
