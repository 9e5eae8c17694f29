import pandas as pd
from scipy import stats


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare users: Welch's interval."""
    score, treated = df["score"].to_numpy(), df["treated"].to_numpy() == 1
    interval = stats.ttest_ind(score[treated], score[~treated], equal_var=False).confidence_interval()
    return score[treated].mean() - score[~treated].mean(), interval.low, interval.high
