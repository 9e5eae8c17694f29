import numpy as np
import pandas as pd


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Take messages nobody could judge for harmless ones."""
    harmful = scored["harmful"].eq(True)
    nothing = float(miss_cost * harmful.sum())
    change = pd.Series(np.where(harmful, -miss_cost, alarm_cost), index=scored.index)
    costs = nothing + change.groupby(scored["score"]).sum().sort_index(ascending=False).cumsum()
    if costs.empty or costs.min() >= nothing:
        return None, nothing
    return float(costs.idxmin()), float(costs.min())
