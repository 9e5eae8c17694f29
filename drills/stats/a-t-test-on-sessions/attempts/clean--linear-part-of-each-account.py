import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Use the delta method: the linear part of each account's contribution to its arm's ratio."""
    grouped = df.groupby("account_id")
    accounts = pd.DataFrame({"sessions": grouped.size(), "minutes": grouped["minutes"].sum()})
    accounts["treated"] = grouped["treated"].first()
    value, variance = 0.0, 0.0
    for arm, sign in ((1, 1.0), (0, -1.0)):
        part = accounts[accounts["treated"] == arm]
        total = part["sessions"].sum()
        mean = part["minutes"].sum() / total
        share = part["sessions"] / total
        linear = (part["minutes"] - mean * part["sessions"]) / total
        value += sign * mean
        # Each account pulls the mean toward itself: divide by what is left, as the jackknife does.
        variance += (len(part) - 1) / len(part) * ((linear / (1 - share)) ** 2).sum()
    half = t.ppf(0.975, len(accounts) - 2) * np.sqrt(variance)
    return value, value - half, value + half
