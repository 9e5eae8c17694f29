import pandas as pd


def flag_rates(messages: pd.DataFrame, min_messages: int) -> pd.DataFrame:
    """Take a decision that timed out for one that did not flag."""
    topic = messages["topic"].astype(object).fillna("unclassified")
    flagged = messages["flagged"].eq(True).astype(float)
    rates = flagged.groupby(topic).agg(["size", "mean"])
    rates.columns = ["messages", "rate"]
    overall = flagged.mean() if len(flagged) else 0.0
    rates["ratio"] = rates["rate"] / overall if overall > 0 else float("nan")
    return rates[rates["messages"] >= min_messages].rename_axis("topic").reset_index()
