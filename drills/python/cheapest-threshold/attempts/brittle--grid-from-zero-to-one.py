import numpy as np


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Keep scores between 0 and 1, where a probability lives."""
    judged = scored.dropna(subset=["harmful"])
    harmful = judged["harmful"].to_numpy(dtype=bool)
    score = judged["score"].to_numpy(dtype=float).clip(0.0, 1.0)
    levels = np.unique(score[~np.isnan(score)])[::-1]
    best, best_cost = None, float(miss_cost * harmful.sum())
    caught = np.searchsorted(np.sort(score[harmful & ~np.isnan(score)]), levels, side="left")
    alarms = np.searchsorted(np.sort(score[~harmful & ~np.isnan(score)]), levels, side="left")
    flaggable = (harmful & ~np.isnan(score)).sum()
    harmless = (~harmful & ~np.isnan(score)).sum()
    for level, below_harmful, below_harmless in zip(levels, caught, alarms):
        missed = harmful.sum() - (flaggable - below_harmful)
        cost = miss_cost * missed + alarm_cost * (harmless - below_harmless)
        if cost < best_cost:
            best, best_cost = float(level), float(cost)
    return best, best_cost
