from collections import defaultdict
from math import isnan, sqrt
from statistics import NormalDist


def is_missing(verdict):
    """Say whether a reviewer could not tell, however that is written."""
    return verdict is None or (isinstance(verdict, float) and isnan(verdict))


def harm_bounds(labels, confidence):
    """Collect verdicts per topic, then solve Wilson's quadratic."""
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    verdicts = defaultdict(list)
    for topic, verdict in zip(labels["topic"], labels["harmful"]):
        known = verdicts[topic]
        if not is_missing(verdict):
            known.append(bool(verdict))

    table = []
    for topic, known in verdicts.items():
        n, k = len(known), sum(known)
        row = {"topic": topic, "n": n, "rate": None, "low": 0.0, "high": 1.0}
        if n:
            # The bounds are the roots of (p - k/n)^2 = z^2 p (1 - p) / n.
            p = row["rate"] = k / n
            root = sqrt(z2 * (z2 / 4 + n * p * (1 - p)))
            row["low"] = max(0.0, (n * p + z2 / 2 - root) / (n + z2))
            row["high"] = min(1.0, (n * p + z2 / 2 + root) / (n + z2))
        table.append(row)
    return table
