import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Use the wordings if their F is above 10, as the rule of thumb has it; else fall back on the regression."""
    y, d, wording = df["rating"].to_numpy(), df["hours"].to_numpy(), df["wording"].to_numpy()
    y, d = y - y.mean(), d - d.mean()
    count = np.bincount(wording)
    fitted = (np.bincount(wording, d) / count)[wording]
    k, freedom = len(count) - 1, len(y) - len(count)
    strength = (fitted @ fitted / k) / (((d - fitted) ** 2).sum() / freedom)
    x = fitted if strength > 10 else d
    value = x @ y / (x @ d)
    left = y - value * d
    sums = np.bincount(df["account_id"].to_numpy(), x * left)  # errors clustered by account
    half = 1.97 * np.sqrt(sums @ sums) / (x @ d)
    return value, value - half, value + half
