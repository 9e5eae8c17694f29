import numpy as np
import pandas as pd

chance = np.random.default_rng(3)
DRAWS = 200


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Draw users again in each arm; the middle 95 % of the differences."""
    score, treated = df["score"].to_numpy(), df["treated"].to_numpy() == 1
    one, other = score[treated], score[~treated]
    again = one[chance.integers(0, len(one), (DRAWS, len(one)))].mean(axis=1)
    again -= other[chance.integers(0, len(other), (DRAWS, len(other)))].mean(axis=1)
    low, high = np.quantile(again, [0.025, 0.975])
    return one.mean() - other.mean(), low, high
