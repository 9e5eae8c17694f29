import numpy as np
import pandas as pd


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Always look for the cheapest score first."""
    judged = scored.dropna(subset=["harmful"])
    harmful = judged["harmful"].astype(bool)
    nothing = float(miss_cost * harmful.sum())
    if judged["score"].isna().all() and len(judged):
        return None, nothing
    change = pd.Series(np.where(harmful, -miss_cost, alarm_cost), index=judged.index)
    costs = nothing + change.groupby(judged["score"]).sum().sort_index(ascending=False).cumsum()
    best = costs.idxmin()
    return (float(best), float(costs[best])) if costs[best] < nothing else (None, nothing)
