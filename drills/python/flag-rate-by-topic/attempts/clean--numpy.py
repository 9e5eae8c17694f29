import numpy as np
import pandas as pd


def flag_rates(messages, min_messages):
    """Bin counts over integer codes of the topics."""
    known = messages["flagged"].notna().to_numpy()
    flagged = messages["flagged"].to_numpy()[known].astype(float)
    topics = messages["topic"].to_numpy(dtype=object)[known]
    topics[pd.isna(topics)] = "unclassified"
    names, codes = np.unique(topics.astype(str), return_inverse=True)
    sizes = np.bincount(codes, minlength=len(names))
    rates = np.bincount(codes, weights=flagged, minlength=len(names)) / np.maximum(sizes, 1)
    overall = flagged.mean() if flagged.size else 0.0
    ratios = rates / overall if overall > 0 else np.full(len(names), np.nan)
    table = pd.DataFrame({"topic": names, "messages": sizes, "rate": rates, "ratio": ratios})
    return table[table["messages"] >= min_messages]
