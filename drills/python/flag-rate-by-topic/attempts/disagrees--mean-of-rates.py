import pandas as pd


def flag_rates(messages, min_messages):
    """Compare each topic with the mean of the topics' rates."""
    known = messages.dropna(subset=["flagged"])
    topic = known["topic"].astype(object).fillna("unclassified")
    rates = known["flagged"].astype(float).groupby(topic).agg(["size", "mean"])
    rates.columns = ["messages", "rate"]
    overall = rates["rate"].mean()
    rates["ratio"] = rates["rate"] / overall if overall > 0 else float("nan")
    return rates[rates["messages"] >= min_messages].rename_axis("topic").reset_index()
