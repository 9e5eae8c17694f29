import pandas as pd


def flag_rates(messages, min_messages):
    """Leave the small topics out before the overall rate is taken."""
    known = messages.dropna(subset=["flagged"])
    known = known.assign(topic=known["topic"].astype(object).fillna("unclassified"), flagged=known["flagged"].astype(float))
    sizes = known.groupby("topic")["flagged"].transform("size")
    shown = known[sizes >= min_messages]
    rates = shown.groupby("topic")["flagged"].agg(messages="size", rate="mean").reset_index()
    overall = shown["flagged"].mean() if len(shown) else 0.0
    rates["ratio"] = rates["rate"] / overall if overall > 0 else float("nan")
    return rates
