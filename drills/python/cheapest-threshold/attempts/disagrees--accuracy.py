import numpy as np


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Find the threshold with the fewest errors, and report its cost."""
    judged = scored.dropna(subset=["harmful"])
    harmful = judged["harmful"].astype(bool)
    found = [(harmful.sum(), 0, None)]
    for rank, threshold in enumerate(np.sort(judged["score"].dropna().unique())[::-1], 1):
        flagged = judged["score"] >= threshold
        found.append(((harmful != flagged).sum(), rank, threshold))
    _, _, best = min(found, key=lambda one: one[:2])
    flagged = judged["score"] >= best if best is not None else np.zeros(len(judged), dtype=bool)
    cost = miss_cost * (harmful & ~flagged).sum() + alarm_cost * (~harmful & flagged).sum()
    return best, float(cost)
