import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Centre scores where the experiment is, and add up the squares of what each row of either sample adds."""
    history = df["experiment"].to_numpy() == 0
    scores = np.column_stack([df["sessions"], df["copied"], df["reworded"]])
    scores = scores - scores[~history].mean(axis=0)
    design = np.column_stack([np.ones(len(df)), scores, scores**2])
    treated = df["treated"].to_numpy()[~history] == 1

    root, triangle = np.linalg.qr(design[history])
    outcome = df["after_a_year"].to_numpy()[history]
    foretold = design[~history] @ np.linalg.solve(triangle, root.T @ outcome)
    share = np.where(treated, 1 / treated.sum(), -1 / (~treated).sum())
    value = share @ foretold

    means = np.where(treated, foretold[treated].mean(), foretold[~treated].mean())
    in_experiment = share * (foretold - means)
    toward = root @ np.linalg.solve(triangle.T, design[~history].T @ share)
    freedom = len(outcome) - design.shape[1]
    in_history = toward * np.sqrt(((outcome - root @ (root.T @ outcome)) ** 2).sum() / freedom)
    half = t.ppf(0.975, freedom) * np.sqrt((in_experiment**2).sum() + (in_history**2).sum())
    return float(value), float(value - half), float(value + half)
