from math import floor

import pandas as pd


def typical_tokens(messages: pd.DataFrame, share: float) -> pd.DataFrame:
    """Take a missing length for no length at all."""
    filled = messages.fillna({"tokens": 0})
    rows = []
    for topic, lengths in filled.groupby("topic")["tokens"]:
        cut = floor(share * len(lengths))
        kept = sorted(lengths)[cut : len(lengths) - cut]
        rows.append((topic, len(lengths), sum(kept) / len(kept)))
    return pd.DataFrame(rows, columns=["topic", "n", "trimmed_mean"])
