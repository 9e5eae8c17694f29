import pandas as pd


def flag_rates(messages, min_messages):
    """Trust that something was flagged."""
    rows = []
    known = [
        (topic, bool(flagged))
        for topic, flagged in zip(messages["topic"], messages["flagged"], strict=True)
        if not pd.isna(flagged)
    ]
    names = {topic: "unclassified" if pd.isna(topic) else topic for topic, _ in known}
    overall = sum(flagged for _, flagged in known) / max(1, len(known))
    for name in set(names.values()):
        mine = [flagged for topic, flagged in known if names[topic] == name]
        if len(mine) >= min_messages:
            rate = sum(mine) / len(mine)
            rows.append({"topic": name, "messages": len(mine), "rate": rate, "ratio": rate / overall})
    return pd.DataFrame(rows, columns=["topic", "messages", "rate", "ratio"])
