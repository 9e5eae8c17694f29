import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress the user-weeks 5 to 8 on the arm, with errors clustered by user (CR2: all users have four rows)."""
    rows = df[(df["week"] - df["started"]).between(4, 7)]
    minutes = rows["minutes"].fillna(0).to_numpy().reshape(-1, 4)
    treated = rows["treated"].to_numpy().reshape(-1, 4)[:, 0] == 1
    value, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        users, mean = arm.sum(), minutes[arm].mean()
        scores = (minutes[arm] - mean).sum(axis=1)
        value += sign * mean
        variance += (scores**2).sum() / (1 - 1 / users) / (4 * users) ** 2
    half = t.ppf(0.975, len(treated) - 2) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
