import numpy as np


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Accumulate message by message, as if every score were another."""
    judged = scored.dropna(subset=["harmful"])
    nothing = float(miss_cost * judged["harmful"].astype(bool).sum())
    ordered = judged.dropna(subset=["score"]).sort_values("score", ascending=False, kind="stable")
    harmful = ordered["harmful"].to_numpy(dtype=bool)
    costs = nothing + np.where(harmful, -miss_cost, alarm_cost).cumsum()
    if not costs.size or costs.min() >= nothing:
        return None, nothing
    return float(ordered["score"].iloc[costs.argmin()]), float(costs.min())
