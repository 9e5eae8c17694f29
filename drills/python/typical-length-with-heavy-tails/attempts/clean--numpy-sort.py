import numpy as np
import pandas as pd


def typical_tokens(messages, share):
    """Sort each topic's lengths and average the slice in the middle."""
    known = messages[messages["tokens"].notna()]
    found = {"topic": [], "n": [], "trimmed_mean": []}
    for topic, group in known.groupby("topic"):
        lengths = np.sort(group["tokens"].to_numpy(dtype=float))
        cut = int(np.floor(share * lengths.size))
        found["topic"].append(topic)
        found["n"].append(lengths.size)
        found["trimmed_mean"].append(lengths[cut : lengths.size - cut].mean())
    return pd.DataFrame(found)
