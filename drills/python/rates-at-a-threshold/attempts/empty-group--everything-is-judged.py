import pandas as pd


def rates_at(decisions: pd.DataFrame, verdicts: pd.DataFrame, threshold: float) -> pd.DataFrame:
    messages = decisions.drop_duplicates("message_id").copy()
    if verdicts.empty:
        topics = messages["topic"].unique()
        return pd.DataFrame({"topic": topics, "judged": 0, "recall": float("nan"), "over_refusal": float("nan")})

    in_force = verdicts.sort_values("known_at").drop_duplicates("message_id", keep="last").set_index("message_id")
    harmful = in_force["harmful"].loc[messages["message_id"]]
    messages["harmful"] = [float("nan") if pd.isna(cell) else float(cell) for cell in harmful]
    messages["stopped"] = (messages["score"] >= threshold).astype(float)

    result = messages.groupby("topic")["harmful"].count().rename("judged").to_frame()
    for name, side in (("recall", 1.0), ("over_refusal", 0.0)):
        result[name] = messages["stopped"].where(messages["harmful"] == side).groupby(messages["topic"]).mean()
    return result.reset_index()
