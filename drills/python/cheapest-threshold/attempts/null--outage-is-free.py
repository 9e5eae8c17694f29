import numpy as np
import pandas as pd


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Leave out messages without a score, harmful ones too."""
    judged = scored.dropna(subset=["harmful", "score"])
    harmful = judged["harmful"].astype(bool)
    nothing = float(miss_cost * harmful.sum())
    change = pd.Series(np.where(harmful, -miss_cost, alarm_cost), index=judged.index)
    costs = nothing + change.groupby(judged["score"]).sum().sort_index(ascending=False).cumsum()
    if costs.empty or costs.min() >= nothing:
        return None, nothing
    return float(costs.idxmin()), float(costs.min())
