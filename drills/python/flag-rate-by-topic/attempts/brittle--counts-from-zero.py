import pandas as pd


def flag_rates(messages, min_messages):
    """Walk over the rows by their number, as if the index always counted from 0."""
    seen = {}
    topics, verdicts = messages["topic"].to_dict(), messages["flagged"].to_dict()
    for number in range(messages.shape[0]):
        topic, flagged = topics[number], verdicts[number]
        if not pd.isna(flagged):
            seen.setdefault("unclassified" if pd.isna(topic) else topic, []).append(bool(flagged))
    count = sum(len(flags) for flags in seen.values())
    overall = sum(sum(flags) for flags in seen.values()) / count if count else 0.0
    rows = []
    for topic, flags in seen.items():
        if len(flags) >= min_messages:
            rate = sum(flags) / len(flags)
            rows.append((topic, len(flags), rate, rate / overall if overall else None))
    return pd.DataFrame(rows, columns=["topic", "messages", "rate", "ratio"])
