import pandas as pd
from scipy import stats


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Randomised, so compare the means: Welch's interval, no covariate."""
    after = df["after"].to_numpy()
    treated = df["treated"].to_numpy() == 1
    result = stats.ttest_ind(after[treated], after[~treated], equal_var=False)
    interval = result.confidence_interval(0.95)
    return after[treated].mean() - after[~treated].mean(), interval.low, interval.high
