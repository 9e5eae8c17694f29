import pandas as pd


def verdict_on(message_id: int, verdicts: pd.DataFrame):
    mine = verdicts[verdicts["message_id"] == message_id]
    return None if mine.empty else mine.loc[mine["known_at"].idxmax(), "harmful"]


def rates_at(decisions: pd.DataFrame, verdicts: pd.DataFrame, threshold: float) -> pd.DataFrame:
    messages = decisions.drop_duplicates("message_id").copy()
    numbered = verdicts.drop_duplicates().reset_index(drop=True)
    said = [verdict_on(message_id, numbered) for message_id in messages["message_id"]]
    messages["harmful"] = [float("nan") if pd.isna(one) else float(one) for one in said]
    messages["stopped"] = (messages["score"] >= threshold).astype(float)

    result = messages.groupby("topic")["harmful"].count().rename("judged").to_frame()
    for name, side in (("recall", 1.0), ("over_refusal", 0.0)):
        result[name] = messages["stopped"].where(messages["harmful"] == side).groupby(messages["topic"]).mean()
    return result.reset_index()
