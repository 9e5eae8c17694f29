import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Fit a linear surrogate index, with the errors of both samples."""
    history = df["experiment"].to_numpy() == 0
    treated = df["treated"].to_numpy() == 1
    control = ~history & ~treated
    design = np.column_stack([np.ones(len(df)), df["sessions"], df["copied"], df["reworded"]])
    past, outcome = design[history], df["after_a_year"].to_numpy()[history]
    bread = np.linalg.inv(past.T @ past)
    link = bread @ (past.T @ outcome)
    moved = design[treated].mean(axis=0) - design[control].mean(axis=0)

    residual = (outcome - past @ link) / (1 - ((past @ bread) * past).sum(axis=1))
    variance = ((past @ (bread @ moved) * residual) ** 2).sum()
    index = design @ link
    variance += index[treated].var(ddof=1) / treated.sum() + index[control].var(ddof=1) / control.sum()
    half = t.ppf(0.975, len(outcome) - 4) * np.sqrt(variance)
    value = moved @ link
    return float(value), float(value - half), float(value + half)
