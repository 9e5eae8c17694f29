import numpy as np
import pandas as pd
from scipy.special import fdtri

# From minus to plus infinity: fine where the estimate is, coarse far away.
STEPS = 3 * np.tan(np.linspace(-1.0, 1.0, 403)[1:-1] * np.pi / 2)


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Test each effect with Welch's analysis of variance: each wording has a variance of its own."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    size = np.bincount(account)
    y = np.bincount(account, df["rating"].to_numpy()) / size
    d = np.bincount(account, df["hours"].to_numpy()) / size
    wording = df["wording"].to_numpy()[first]
    count = np.bincount(wording)
    mean_y, mean_d = np.bincount(wording, y) / count, np.bincount(wording, d) / count
    left_y, left_d = y - mean_y[wording], d - mean_d[wording]
    yy, yd, dd = (np.bincount(wording, part) / (count - 1) / count for part in (left_y**2, left_y * left_d, left_d**2))

    # Where to look the closest: two-stage least squares and its error.
    fitted = mean_d[wording] - d.mean()
    value = fitted @ y / (fitted @ fitted)
    left = left_y - value * left_d
    effects = value + STEPS * np.sqrt(left @ left / (len(y) - len(count)) / (fitted @ fitted))

    e = effects[:, None]
    weight = 1 / (yy - 2 * e * yd + e**2 * dd)
    mean = mean_y - e * mean_d
    total = weight.sum(axis=1, keepdims=True)
    centre = (weight * mean).sum(axis=1, keepdims=True) / total
    k = len(count)
    lost = ((1 - weight / total) ** 2 / (count - 1)).sum(axis=1)
    statistic = (weight * (mean - centre) ** 2).sum(axis=1) / (k - 1)
    statistic /= 1 + 2 * (k - 2) / (k**2 - 1) * lost
    kept = np.flatnonzero(statistic <= fdtri(k - 1, (k**2 - 1) / 3 / lost, 0.95))
    value = float(effects[statistic.argmin()])
    if not len(kept):
        return value, value, value
    if kept[0] == 0 or kept[-1] == len(effects) - 1:
        return value, -np.inf, np.inf
    return value, float(effects[kept[0] - 1]), float(effects[kept[-1] + 1])
