"""Flag rates with two counters and no group-by."""

from collections import Counter

import pandas as pd

COLUMNS = ["topic", "messages", "rate", "ratio"]


def flag_rates(messages, min_messages):
    """Count messages and flags per topic in one pass."""
    seen, flags = Counter(), Counter()
    for topic, flagged in zip(messages["topic"], messages["flagged"], strict=True):
        if pd.isna(flagged):
            continue
        name = "unclassified" if pd.isna(topic) else topic
        seen[name] += 1
        flags[name] += bool(flagged)
    overall = flags.total() / seen.total() if seen.total() else 0.0
    rows = []
    for name, count in seen.items():
        if count >= min_messages:
            rate = flags[name] / count
            rows.append((name, count, rate, rate / overall if overall else None))
    return pd.DataFrame(rows, columns=COLUMNS)
