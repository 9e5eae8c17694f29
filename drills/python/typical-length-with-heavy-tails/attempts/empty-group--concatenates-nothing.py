import pandas as pd


def typical_tokens(messages: pd.DataFrame, share: float) -> pd.DataFrame:
    """Build one small frame for each topic and put them together."""
    known = messages.dropna(subset=["topic", "tokens"])
    parts = []
    for topic, lengths in known.groupby("topic")["tokens"]:
        cut = int(share * len(lengths))
        middle = lengths.sort_values().iloc[cut : len(lengths) - cut]
        parts.append(pd.DataFrame({"topic": [topic], "n": [len(lengths)], "trimmed_mean": [middle.mean()]}))
    return pd.concat(parts, ignore_index=True)
