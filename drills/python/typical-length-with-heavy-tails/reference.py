"""Trimmed mean of the message lengths of each topic."""

from math import floor

import pandas as pd


def trimmed_mean(lengths: list[int], share: float) -> float:
    """Average what is left when a share of the values is cut off at each end."""
    cut = floor(share * len(lengths))
    kept = sorted(lengths)[cut : len(lengths) - cut]
    return sum(kept) / len(kept)


def typical_tokens(messages: pd.DataFrame, share: float) -> pd.DataFrame:
    """Give the number of lengths and their trimmed mean for each topic."""
    known = messages.dropna(subset=["topic", "tokens"])
    rows = [
        (topic, len(lengths), trimmed_mean(lengths.tolist(), share))
        for topic, lengths in known.groupby("topic")["tokens"]
    ]
    return pd.DataFrame(rows, columns=["topic", "n", "trimmed_mean"])
