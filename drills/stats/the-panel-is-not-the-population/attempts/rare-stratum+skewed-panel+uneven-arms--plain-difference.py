import pandas as pd
from scipy import stats


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """It was randomised: compare the means, by Welch."""
    trust, treated = df["trust"].to_numpy(), df["treated"].to_numpy() == 1
    interval = stats.ttest_ind(trust[treated], trust[~treated], equal_var=False).confidence_interval()
    return trust[treated].mean() - trust[~treated].mean(), interval.low, interval.high
