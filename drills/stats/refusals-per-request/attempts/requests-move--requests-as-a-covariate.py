import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Regress users' own rates, weighted by requests, on the arm and on how many requests they sent; robust errors."""
    df = df[df["requests"] > 0]
    weight = df["requests"].to_numpy(float)
    rate = df["refused"].to_numpy() / weight
    sent = np.log(weight)
    design = np.column_stack([np.ones(len(df)), df["treated"].to_numpy(float), sent])
    bread = np.linalg.inv((design * weight[:, None]).T @ design)
    beta = bread @ (design * weight[:, None]).T @ rate
    hat = weight * ((design @ bread) * design).sum(axis=1)
    residual = (rate - design @ beta) / (1 - hat)
    half = 1.96 * np.sqrt(((weight * (design @ bread[1]) * residual) ** 2).sum())
    return beta[1], beta[1] - half, beta[1] + half
