import numpy as np
import pandas as pd
from scipy.special import fdtri


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Keep every effect at which rating - effect * hours has the same mean under all wordings (Anderson-Rubin)."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    columns = (df["rating"].to_numpy(), df["hours"].to_numpy())
    means = np.array([np.bincount(account, column) for column in columns]) / np.bincount(account)
    wording = df["wording"].to_numpy()[first]

    # Sums of products of (rating, hours), between and within wordings.
    count = np.bincount(wording)
    by_wording = np.array([np.bincount(wording, column) for column in means]) / count
    left = means - by_wording[:, wording]
    apart = by_wording - means.mean(axis=1, keepdims=True)
    within, between = left @ left.T, (apart * count) @ apart.T

    # F of the effect e: (1, -e) between (1, -e)' / k over (1, -e) within (1, -e)' / df.
    k, freedom = (count > 0).sum() - 1, len(wording) - (count > 0).sum()
    least = np.linalg.eigvals(np.linalg.solve(within, between)).real.min()
    value = between[0, 1] - least * within[0, 1]
    value /= between[1, 1] - least * within[1, 1]  # the effect that is rejected least: LIML

    (c, b), (_, a) = between - k / freedom * fdtri(k, freedom, 0.95) * within  # a e^2 - 2 b e + c <= 0
    inside = b**2 - a * c
    if a <= 0:  # all effects, or all but those between two: no end on either side
        return float(value), -np.inf, np.inf
    if inside < 0:  # every effect is rejected: the wordings disagree
        return float(value), float(value), float(value)
    half = np.sqrt(inside) / a
    return float(value), float(b / a - half), float(b / a + half)
