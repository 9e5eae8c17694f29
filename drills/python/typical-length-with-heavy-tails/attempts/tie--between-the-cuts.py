import pandas as pd


def typical_tokens(messages: pd.DataFrame, share: float) -> pd.DataFrame:
    """Average what lies strictly between the last value cut below and the first cut above."""
    known = messages.dropna(subset=["topic", "tokens"])
    rows = []
    for topic, lengths in known.groupby("topic")["tokens"]:
        ordered = sorted(lengths)
        cut = int(share * len(ordered))
        if cut:
            kept = [length for length in ordered if ordered[cut - 1] < length < ordered[-cut]]
        else:
            kept = ordered
        rows.append((topic, len(ordered), sum(kept) / len(kept) if kept else ordered[cut]))
    return pd.DataFrame(rows, columns=["topic", "n", "trimmed_mean"])
