import pandas as pd


def typical_tokens(messages: pd.DataFrame, share: float) -> pd.DataFrame:
    """Sort the distinct lengths of each topic and average the middle."""
    known = messages.dropna(subset=["topic", "tokens"])
    rows = []
    for topic, lengths in known.groupby("topic")["tokens"]:
        ordered = sorted(set(lengths))
        cut = int(share * len(ordered))
        kept = ordered[cut : len(ordered) - cut]
        rows.append((topic, len(lengths), sum(kept) / len(kept)))
    return pd.DataFrame(rows, columns=["topic", "n", "trimmed_mean"])
