import numpy as np
import pandas as pd
from scipy import stats


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """One number for each region, then Welch's interval on them."""
    _, region = np.unique(df["region"].to_numpy(), return_inverse=True)
    users = np.bincount(region)
    mean = np.bincount(region, weights=df["score"].to_numpy()) / users
    treated = np.bincount(region, weights=df["treated"].to_numpy()) > 0
    interval = stats.ttest_ind(mean[treated], mean[~treated], equal_var=False).confidence_interval()
    return mean[treated].mean() - mean[~treated].mean(), interval.low, interval.high
