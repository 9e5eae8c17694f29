import pandas as pd


def rates_at(decisions: pd.DataFrame, verdicts: pd.DataFrame, threshold: float) -> pd.DataFrame:
    last = verdicts.sort_values("known_at").groupby("message_id").tail(1).drop_duplicates("message_id")
    harmful = last.set_index("message_id")["harmful"].astype("boolean").astype("Float64").astype(float)
    messages = decisions.drop_duplicates("message_id").copy()
    messages["harmful"] = messages["message_id"].map(harmful).astype(float)
    messages["stopped"] = (messages["score"] >= threshold).astype(float)

    topics = messages.groupby("topic")
    result = topics["harmful"].count().rename("judged").to_frame()
    for name, side in (("recall", 1.0), ("over_refusal", 0.0)):
        result[name] = messages["stopped"].where(messages["harmful"] == side).groupby(messages["topic"]).mean()
    return result.reset_index()
