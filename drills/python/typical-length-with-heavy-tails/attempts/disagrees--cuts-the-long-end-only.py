import pandas as pd


def typical_tokens(messages, share):
    """Leave out the longest messages, but keep the shortest."""
    known = messages.dropna(subset=["topic", "tokens"])
    rows = []
    for topic, lengths in known.groupby("topic")["tokens"]:
        kept = lengths.sort_values().head(len(lengths) - int(share * len(lengths)))
        rows.append((topic, len(lengths), kept.mean()))
    return pd.DataFrame(rows, columns=["topic", "n", "trimmed_mean"])
