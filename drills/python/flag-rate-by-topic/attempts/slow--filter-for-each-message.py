import pandas as pd


def flag_rates(messages, min_messages):
    """Scan all messages again for every message."""
    known = messages.dropna(subset=["flagged"])
    topics = ["unclassified" if pd.isna(topic) else topic for topic in known["topic"]]
    flags = [bool(flag) for flag in known["flagged"]]
    overall = sum(flags) / len(flags) if flags else 0.0
    rows = {}
    for topic in topics:
        size = topics.count(topic)
        rate = sum(flag for other, flag in zip(topics, flags, strict=True) if other == topic) / size
        if size >= min_messages:
            rows[topic] = (topic, size, rate, rate / overall if overall else None)
    return pd.DataFrame(list(rows.values()), columns=["topic", "messages", "rate", "ratio"])
