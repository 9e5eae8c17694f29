import numpy as np
import pandas as pd
from scipy.stats import f


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Solve for the two effects at which the Anderson-Rubin test is just not significant: the ends of the interval."""
    _, first, account = np.unique(df["account_id"].to_numpy(), return_index=True, return_inverse=True)
    size = np.bincount(account)
    y = np.bincount(account, df["rating"].to_numpy()) / size
    d = np.bincount(account, df["hours"].to_numpy()) / size
    y, d = y - y.mean(), d - d.mean()
    wording = df["wording"].to_numpy()[first]
    count = np.bincount(wording)
    fit_y, fit_d = ((np.bincount(wording, one) / count)[wording] for one in (y, d))
    k, freedom = len(count) - 1, len(y) - len(count)
    times = k * f.ppf(0.95, k, freedom) / freedom

    def part(one, other, fit_one, fit_other):
        between = fit_one @ fit_other
        return between - times * (one @ other - between)

    a, b, c = part(d, d, fit_d, fit_d), part(y, d, fit_y, fit_d), part(y, y, fit_y, fit_y)
    half = np.sqrt(max(b**2 - a * c, 0.0)) / abs(a)
    return b / a, b / a - half, b / a + half
