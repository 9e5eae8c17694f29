import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress users' own rates on the arm, weighted by requests, with HC3 errors; who sent nothing has no weight."""
    sent = df["requests"].to_numpy() > 0
    weight = df["requests"].to_numpy(float)[sent]
    rate = df["refused"].to_numpy()[sent] / weight
    design = np.column_stack([np.ones(len(rate)), df["treated"].to_numpy(float)[sent]])
    bread = np.linalg.inv((design * weight[:, None]).T @ design)
    beta = bread @ (design * weight[:, None]).T @ rate
    hat = weight * ((design @ bread) * design).sum(axis=1)
    residual = (rate - design @ beta) / (1 - hat)
    error = np.sqrt(((weight * (design @ bread[1]) * residual) ** 2).sum())
    half = t.ppf(0.975, len(rate) - 2) * error
    return beta[1], beta[1] - half, beta[1] + half
