import numpy as np
import pandas as pd
from scipy.stats import t

FIRST, LAST = 5, 8


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare users' settled weeks between the arms, within each week of start; who left counts as 0 minutes."""
    stage = df["week"].to_numpy() - df["started"].to_numpy() + 1
    settled = (stage >= FIRST) & (stage <= LAST)
    _, user = np.unique(df["user_id"].to_numpy(), return_inverse=True)
    minutes = np.nan_to_num(df["minutes"].to_numpy())
    mean = np.bincount(user, minutes * settled) / (LAST - FIRST + 1)
    first_row = np.unique(user, return_index=True)[1]
    treated = df["treated"].to_numpy()[first_row] == 1
    started = df["started"].to_numpy()[first_row]

    value, variances, freedoms = 0.0, [], []
    for week in np.unique(started):
        cohort = started == week
        weight = cohort.mean()
        for arm, sign in ((treated, 1.0), (~treated, -1.0)):
            own = mean[cohort & arm]
            value += sign * weight * own.mean()
            variances.append(weight**2 * own.var(ddof=1) / len(own))
            freedoms.append(len(own) - 1)
    variances, freedoms = np.array(variances), np.array(freedoms)
    variance = variances.sum()
    half = t.ppf(0.975, variance**2 / (variances**2 / freedoms).sum()) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
