import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Take the score that goes with the outcome best: its effect times its slope, with the errors of both."""
    history = df["experiment"].to_numpy() == 0
    outcome, treated = df["after_a_year"].to_numpy()[history], df["treated"].to_numpy()
    scores = np.column_stack([df["sessions"], df["copied"], df["reworded"]])
    strength = np.abs(np.corrcoef(scores[history].T, outcome)[3, :3])
    best = scores[:, strength.argmax()]

    past = best[history] - best[history].mean()
    spread = (past**2).sum()
    slope = past @ outcome / spread
    residual = outcome - outcome.mean() - slope * past
    slope_variance = (residual**2).sum() / (len(outcome) - 2) / spread
    with_it, without = best[treated == 1], best[treated == 0]
    moved = with_it.mean() - without.mean()
    moved_variance = with_it.var(ddof=1) / len(with_it) + without.var(ddof=1) / len(without)
    half = t.ppf(0.975, len(outcome) - 2) * np.sqrt(slope**2 * moved_variance + moved**2 * slope_variance)
    return float(slope * moved), float(slope * moved - half), float(slope * moved + half)
