import pandas as pd


def flag_rates(messages: pd.DataFrame, min_messages: int) -> pd.DataFrame:
    """Flag rate per topic and its ratio to the overall rate."""
    messages["topic"] = messages["topic"].astype(object).fillna("unclassified")
    messages["known"] = messages["flagged"].notna()
    known = messages[messages["known"]]
    flagged = known["flagged"].astype(float)
    rates = flagged.groupby(known["topic"]).agg(["size", "mean"])
    rates.columns = ["messages", "rate"]
    overall = flagged.mean() if len(flagged) else 0.0
    rates["ratio"] = rates["rate"] / overall if overall > 0 else float("nan")
    return rates[rates["messages"] >= min_messages].rename_axis("topic").reset_index()
