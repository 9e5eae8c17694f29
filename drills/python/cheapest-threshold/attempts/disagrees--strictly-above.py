import numpy as np
import pandas as pd


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Flag what lies above the threshold, and not what lies on it."""
    judged = scored.dropna(subset=["harmful"])
    harmful = judged["harmful"].astype(bool)
    nothing = float(miss_cost * harmful.sum())
    change = pd.Series(np.where(harmful, -miss_cost, alarm_cost), index=judged.index)
    by_score = change.groupby(judged["score"]).sum().sort_index(ascending=False)
    costs = nothing + by_score.cumsum() - by_score
    if costs.empty or costs.min() >= nothing:
        return None, nothing
    return float(costs.idxmin()), float(costs.min())
