import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Divide the effect on the outcome by that on the uptake, and keep what the data do not reject (Fieller)."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    size = np.bincount(account)
    assigned = df["assigned"].to_numpy()[first] == 1
    means = np.array([np.bincount(account, df[name].to_numpy()) / size for name in ("rating", "switched_on")])

    arms = means[:, assigned], means[:, ~assigned]
    y, d = arms[0].mean(axis=1) - arms[1].mean(axis=1)
    parts = [np.cov(arm) / arm.shape[1] for arm in arms]
    (v_yy, v_yd), (_, v_dd) = parts[0] + parts[1]
    value = y / d

    # Welch's degrees of freedom, of the outcome less the effect of what was taken.
    each = [part[0, 0] - 2 * value * part[0, 1] + value**2 * part[1, 1] for part in parts]
    freedom = sum(each) ** 2 / sum(one**2 / (arm.shape[1] - 1) for one, arm in zip(each, arms, strict=True))
    t = stdtrit(freedom, 0.975)

    # (y - e d)^2 <= t^2 (v_yy - 2 e v_yd + e^2 v_dd), solved for the effect e.
    a, b, c = d**2 - t**2 * v_dd, y * d - t**2 * v_yd, y**2 - t**2 * v_yy
    if a <= 0:
        return float(value), -np.inf, np.inf
    half = np.sqrt(b**2 - a * c) / a
    return float(value), float(b / a - half), float(b / a + half)
