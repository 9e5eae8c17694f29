"""Threshold with the lowest cost of misses and false alarms."""

import numpy as np
import pandas as pd


def cheapest_threshold(scored: pd.DataFrame, miss_cost: float, alarm_cost: float) -> tuple:
    """Give the threshold that costs least, and what it costs."""
    judged = scored.dropna(subset=["harmful"])
    harmful = judged["harmful"].astype(bool)
    flag_nothing = float(miss_cost * harmful.sum())

    # Going down score by score, each harmful message flagged saves a miss and each harmless one costs an alarm.
    change = pd.Series(np.where(harmful, -miss_cost, alarm_cost), index=judged.index)
    by_score = change.groupby(judged["score"]).sum().sort_index(ascending=False)
    costs = flag_nothing + by_score.cumsum()
    if costs.empty or costs.min() >= flag_nothing:
        return None, flag_nothing
    return float(costs.idxmin()), float(costs.min())
