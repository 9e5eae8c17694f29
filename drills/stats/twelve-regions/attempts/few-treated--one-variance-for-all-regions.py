import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Weigh regions by users; pool the residuals of all regions, and take t with n - 2 degrees of freedom."""
    _, region = np.unique(df["region"].to_numpy(), return_inverse=True)
    users = np.bincount(region).astype(float)
    total = np.bincount(region, weights=df["score"].to_numpy())
    treated = np.bincount(region, weights=df["treated"].to_numpy()) > 0
    mean = np.where(
        treated, total[treated].sum() / users[treated].sum(), total[~treated].sum() / users[~treated].sum()
    )
    below = np.where(treated, users[treated].sum(), users[~treated].sum())
    # Each region's residual, freed of the region's own pull on its arm's mean.
    freed = (total - mean * users) / users.mean() / (1 - users / below)
    count = len(users)
    arms = np.array([treated.sum(), count - treated.sum()])
    spread = (freed**2 * (1 - 1 / np.where(treated, *arms)) ** 2).sum() / (count - 2)
    value = mean[treated][0] - mean[~treated][0]
    half = t.ppf(0.975, count - 2) * np.sqrt(spread * (1 / arms).sum())
    return value, value - half, value + half
