import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare teams in which all are treated with teams in which nobody is; each team is one draw of chance."""
    share, minutes = df["share"].to_numpy(), df["minutes"].to_numpy()
    _, team = np.unique(df["team_id"].to_numpy(), return_inverse=True)
    members = np.bincount(team)
    total = np.bincount(team, minutes)
    share_of_team = np.bincount(team, share) / members

    value, variances, freedoms = 0.0, [], []
    for of, sign in ((1.0, 1.0), (0.0, -1.0)):
        arm = np.isclose(share_of_team, of)
        count, sums, sizes = arm.sum(), total[arm], members[arm]
        mean = sums.sum() / sizes.sum()
        left_out = (sums.sum() - sums) / (sizes.sum() - sizes)
        value += sign * mean
        variances.append((count - 1) / count * ((left_out - mean) ** 2).sum())
        freedoms.append(count - 1)

    # Welch and Satterthwaite: each arm has its own variance, known as well as its number of teams allows.
    variance = sum(variances)
    freedom = variance**2 / sum(part**2 / own for part, own in zip(variances, freedoms, strict=True))
    half = t.ppf(0.975, freedom) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
