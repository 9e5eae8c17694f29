"""Flag rate of each topic, beside the overall rate over messages."""

import pandas as pd


def flag_rates(messages: pd.DataFrame, min_messages: int) -> pd.DataFrame:
    """Give size, flag rate and lift over the overall rate for each topic that is large enough."""
    known = messages.dropna(subset=["flagged"])
    topic = known["topic"].astype(object).fillna("unclassified")
    flagged = known["flagged"].astype(float)
    rates = flagged.groupby(topic).agg(["size", "mean"])
    rates.columns = ["n", "flag_rate"]
    overall = flagged.mean() if len(flagged) else 0.0
    rates["lift"] = rates["flag_rate"] / overall if overall > 0 else float("nan")
    return rates[rates["n"] >= min_messages].rename_axis("topic").reset_index()
