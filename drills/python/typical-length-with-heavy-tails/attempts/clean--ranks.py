import numpy as np


def typical_tokens(messages, share):
    """Rank the lengths within each topic and keep the middle ranks."""
    known = messages.dropna(subset=["topic", "tokens"]).copy()
    by_topic = known.groupby("topic")["tokens"]
    known["rank"] = by_topic.rank(method="first")
    known["n"] = by_topic.transform("size")
    cut = np.floor(share * known["n"])
    middle = known[(known["rank"] > cut) & (known["rank"] <= known["n"] - cut)]
    return middle.groupby("topic").agg(n=("n", "first"), trimmed_mean=("tokens", "mean")).reset_index()
