import numpy as np
import pandas as pd
from scipy.stats import t

SCORES = ["sessions", "copied", "reworded"]


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Fit the outcome on the scores in the history, and compare the arms of the experiment on what that foretells."""
    scores = np.column_stack([df[score] for score in SCORES])
    design = np.column_stack([np.ones(len(df)), scores, scores**2])
    history = df["experiment"].to_numpy() == 0
    treated = df["treated"].to_numpy() == 1
    control = ~history & ~treated

    past, outcome = design[history], df["after_a_year"].to_numpy()[history]
    bread = np.linalg.inv(past.T @ past)
    link = bread @ (past.T @ outcome)
    moved = design[treated].mean(axis=0) - design[control].mean(axis=0)
    value = moved @ link

    # Two samples, two errors. The history: what the link would be without each row (HC3).
    leverage = ((past @ bread) * past).sum(axis=1)
    pull = past @ (bread @ moved) * (outcome - past @ link) / (1 - leverage)
    from_history = (pull**2).sum()
    # The experiment: the means of what is foretold.
    foretold = design @ link
    from_experiment = sum(foretold[arm].var(ddof=1) / arm.sum() for arm in (treated, control))

    variance = from_history + from_experiment
    freedoms = len(outcome) - len(link), treated.sum() + control.sum() - 2
    freedom = variance**2 / (from_history**2 / freedoms[0] + from_experiment**2 / freedoms[1])
    half = t.ppf(0.975, freedom) * np.sqrt(variance)
    return float(value), float(value - half), float(value + half)
