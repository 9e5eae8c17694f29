import numpy as np
import pandas as pd
from scipy import stats


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    treated = df.loc[df["treated"] == 1, "minutes"]
    control = df.loc[df["treated"] == 0, "minutes"]
    result = stats.ttest_ind(treated, control, equal_var=False)
    interval = result.confidence_interval(0.95)
    return float(treated.mean() - control.mean()), float(interval.low), float(interval.high)
