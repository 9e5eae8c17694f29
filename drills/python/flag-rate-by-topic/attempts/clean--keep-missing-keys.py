import pandas as pd


def flag_rates(messages: pd.DataFrame, min_messages: int) -> pd.DataFrame:
    """Flag rate per topic and its ratio to the rate over all messages that count."""
    counted = messages[messages["flagged"].notna()].copy()
    counted["flagged"] = counted["flagged"].astype(bool)

    by_topic = counted.groupby("topic", dropna=False)["flagged"].agg(messages="count", flags="sum").reset_index()
    by_topic["topic"] = by_topic["topic"].astype(object).where(by_topic["topic"].notna(), "unclassified")
    by_topic["rate"] = by_topic["flags"] / by_topic["messages"]

    total = by_topic["messages"].sum()
    flags = by_topic["flags"].sum()
    by_topic["ratio"] = by_topic["rate"] / (flags / total) if flags else float("nan")

    shown = by_topic["messages"] >= min_messages
    return by_topic.loc[shown, ["topic", "messages", "rate", "ratio"]]
