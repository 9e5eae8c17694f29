import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Weigh the totals of pure teams by one over their chance, as Horvitz and Thompson do; divide by all members."""
    team = df["team_id"].to_numpy()
    share = np.bincount(team, df["share"].to_numpy()) / np.bincount(team)
    totals = np.bincount(team, df["minutes"].to_numpy())
    teams = len(totals)

    value, variances, freedoms = 0.0, [], []
    for of, sign in ((1.0, 1.0), (0.0, -1.0)):
        drawn = totals[share == of] * teams / len(df)
        value += sign * drawn.mean()
        variances.append(drawn.var(ddof=1) / len(drawn))
        freedoms.append(len(drawn) - 1)
    variance = sum(variances)
    freedom = variance**2 / sum(part**2 / own for part, own in zip(variances, freedoms, strict=True))
    half = t.ppf(0.975, freedom) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
