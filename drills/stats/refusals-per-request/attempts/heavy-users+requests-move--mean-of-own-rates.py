import pandas as pd
from scipy import stats


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Give each user their own rate and compare the means; users without a request have none."""
    df = df[df["requests"] > 0]
    rate = (df["refused"] / df["requests"]).to_numpy()
    treated = df["treated"].to_numpy() == 1
    interval = stats.ttest_ind(rate[treated], rate[~treated], equal_var=False).confidence_interval()
    return rate[treated].mean() - rate[~treated].mean(), interval.low, interval.high
