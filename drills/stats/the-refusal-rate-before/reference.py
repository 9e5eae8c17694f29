import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Fit a line of its own to each arm, read both at the mean past of all users (Lin 2013), with HC3 errors."""
    treated = df["treated"].to_numpy() == 1
    before, after = df["before"].to_numpy(float), df["after"].to_numpy(float)
    new = np.isnan(before)
    past = np.where(new, before[~new].mean(), before)
    centred = np.column_stack([past - past.mean(), new - new.mean()])
    if not new.any():
        centred = centred[:, :1]

    def at_the_mean(arm: np.ndarray) -> tuple[float, float, int]:
        design = np.column_stack([np.ones(arm.sum()), centred[arm]])
        bread = np.linalg.inv(design.T @ design)
        beta = bread @ design.T @ after[arm]
        pull = design @ bread  # its first column: what each user's outcome does to the intercept
        leverage = (pull * design).sum(axis=1)
        residual = (after[arm] - design @ beta) / (1 - leverage)
        return beta[0], ((pull[:, 0] * residual) ** 2).sum(), len(design) - design.shape[1]

    one, variance_one, df_one = at_the_mean(treated)
    other, variance_other, df_other = at_the_mean(~treated)
    variance = variance_one + variance_other
    freedom = variance**2 / (variance_one**2 / df_one + variance_other**2 / df_other)
    value, half = one - other, t.ppf(0.975, freedom) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
