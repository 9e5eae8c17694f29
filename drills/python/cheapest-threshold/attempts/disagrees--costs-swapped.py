import numpy as np
import pandas as pd


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Charge a miss like an alarm and an alarm like a miss."""
    judged = scored.dropna(subset=["harmful"])
    harmful = judged["harmful"].astype(bool)
    nothing = float(alarm_cost * harmful.sum())
    change = pd.Series(np.where(harmful, -alarm_cost, miss_cost), index=judged.index)
    costs = nothing + change.groupby(judged["score"]).sum().sort_index(ascending=False).cumsum()
    if costs.empty or costs.min() >= nothing:
        return None, nothing
    return float(costs.idxmin()), float(costs.min())
