import pandas as pd


def typical_tokens(messages, share):
    """Pull the ends in instead of leaving them out."""
    known = messages.dropna(subset=["topic", "tokens"])
    rows = []
    for topic, lengths in known.groupby("topic")["tokens"]:
        ordered = sorted(lengths)
        cut = int(share * len(ordered))
        pulled = lengths.clip(ordered[cut], ordered[len(ordered) - cut - 1])
        rows.append((topic, len(lengths), pulled.mean()))
    return pd.DataFrame(rows, columns=["topic", "n", "trimmed_mean"])
