from math import floor

import pandas as pd


def typical_tokens(messages: pd.DataFrame, share: float) -> pd.DataFrame:
    """Take the cut from all rows of a topic, those without a length included."""
    rows = []
    for topic, lengths in messages.groupby("topic")["tokens"]:
        cut = floor(share * len(lengths))
        known = sorted(lengths.dropna())
        if known:
            kept = known[cut : len(known) - cut]
            rows.append((topic, len(known), sum(kept) / len(kept) if kept else None))
    return pd.DataFrame(rows, columns=["topic", "n", "trimmed_mean"])
