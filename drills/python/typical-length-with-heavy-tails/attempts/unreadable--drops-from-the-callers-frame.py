"""Trimmed mean of the message lengths of each topic."""

from math import floor

import pandas as pd


def typical_tokens(messages: pd.DataFrame, share: float) -> pd.DataFrame:
    """Give the number of lengths and their trimmed mean for each topic."""
    messages.dropna(subset=["topic", "tokens"], inplace=True)
    rows = []
    for topic, lengths in messages.groupby("topic")["tokens"]:
        cut = floor(share * len(lengths))
        kept = sorted(lengths.tolist())[cut : len(lengths) - cut]
        rows.append((topic, len(lengths), sum(kept) / len(kept)))
    return pd.DataFrame(rows, columns=["topic", "n", "trimmed_mean"])
