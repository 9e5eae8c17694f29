import pandas as pd


def flag_rates(messages: pd.DataFrame, min_messages: int) -> pd.DataFrame:
    """Group by topic as it is, so that messages without one vanish."""
    known = messages.dropna(subset=["flagged"]).assign(flagged=lambda frame: frame["flagged"].astype(float))
    rates = known.groupby("topic")["flagged"].agg(messages="size", rate="mean").reset_index()
    overall = known["flagged"].mean() if len(known) else 0.0
    rates["ratio"] = rates["rate"] / overall if overall > 0 else float("nan")
    return rates[rates["messages"] >= min_messages]
