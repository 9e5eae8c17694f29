def cheapest_threshold(scored, miss_cost, alarm_cost):
    """Count all messages again for every threshold."""
    judged = scored.dropna(subset=["harmful"])
    pairs = [(float(score), bool(harmful)) for score, harmful in zip(judged["score"], judged["harmful"])]
    best, best_cost = None, float(miss_cost * sum(harmful for _, harmful in pairs))
    thresholds = [score for score, _ in sorted(pairs, reverse=True) if score == score]
    for threshold in sorted(thresholds, reverse=True):
        cost = 0.0
        for score, harmful in pairs:
            if harmful and not score >= threshold:
                cost += miss_cost
            elif not harmful and score >= threshold:
                cost += alarm_cost
        if cost < best_cost:
            best, best_cost = threshold, cost
    return best, best_cost
