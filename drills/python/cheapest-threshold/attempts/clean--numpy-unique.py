import numpy as np


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Bin both kinds of messages by distinct score and accumulate from the top."""
    judged = scored.dropna(subset=["harmful"])
    harmful = judged["harmful"].to_numpy(dtype=bool)
    score = judged["score"].to_numpy(dtype=float)
    scored_at_all = ~np.isnan(score)

    levels, codes = np.unique(score[scored_at_all], return_inverse=True)
    caught = np.bincount(codes, weights=harmful[scored_at_all], minlength=levels.size)[::-1].cumsum()
    alarms = np.bincount(codes, weights=~harmful[scored_at_all], minlength=levels.size)[::-1].cumsum()
    costs = np.concatenate([[harmful.sum() * miss_cost], (harmful.sum() - caught) * miss_cost + alarms * alarm_cost])
    best = int(costs.argmin())
    return (None if best == 0 else levels[::-1][best - 1], costs[best])
