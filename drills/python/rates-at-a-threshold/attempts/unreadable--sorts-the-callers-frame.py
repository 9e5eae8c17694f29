import pandas as pd


def rates_at(decisions: pd.DataFrame, verdicts: pd.DataFrame, threshold: float) -> pd.DataFrame:
    verdicts.sort_values("known_at", inplace=True)
    verdicts.drop_duplicates("message_id", keep="last", inplace=True)
    judged = decisions.drop_duplicates("message_id").merge(verdicts, on="message_id", how="left")
    stopped = judged["score"].ge(threshold).astype(float)
    harmful = judged["harmful"].eq(True).fillna(False)
    harmless = judged["harmful"].eq(False).fillna(False)
    judged["judged"] = (harmful | harmless).astype(int)
    judged["recall"] = stopped.where(harmful)
    judged["over_refusal"] = stopped.where(harmless)
    return judged.groupby("topic", as_index=False).agg(
        judged=("judged", "sum"), recall=("recall", "mean"), over_refusal=("over_refusal", "mean")
    )
