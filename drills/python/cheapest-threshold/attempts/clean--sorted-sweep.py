from itertools import groupby
from math import isnan


def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Sweep down the scores, one group of equal scores at a time."""
    judged = scored[scored["harmful"].notna()]
    pairs = [(float(score), bool(harmful)) for score, harmful in zip(judged["score"], judged["harmful"])]
    cost = best_cost = float(miss_cost) * sum(harmful for _, harmful in pairs)
    best = None

    flaggable = sorted((pair for pair in pairs if not isnan(pair[0])), reverse=True)
    for score, group in groupby(flaggable, key=lambda pair: pair[0]):
        for _, harmful in group:
            cost += -miss_cost if harmful else alarm_cost
        if cost < best_cost:
            best, best_cost = score, cost
    return best, best_cost
