import pandas as pd
import polars as pl


def rates_at(decisions: pd.DataFrame, verdicts: pd.DataFrame, threshold: float) -> pl.DataFrame:
    messages = pl.DataFrame(
        {
            "message_id": decisions["message_id"].tolist(),
            "topic": decisions["topic"].tolist(),
            "stopped": decisions["score"].ge(threshold).tolist(),
        },
        schema={"message_id": pl.Int64, "topic": pl.String, "stopped": pl.Boolean},
    ).unique("message_id")
    said = pl.DataFrame(
        {
            "message_id": verdicts["message_id"].tolist(),
            "harmful": [None if pd.isna(cell) else bool(cell) for cell in verdicts["harmful"]],
            "known_at": pd.to_datetime(verdicts["known_at"], utc=True).astype("int64").tolist(),
        },
        schema={"message_id": pl.Int64, "harmful": pl.Boolean, "known_at": pl.Int64},
    )
    in_force = said.sort("known_at").unique("message_id", keep="last")
    judged = messages.join(in_force, on="message_id", how="left")
    stopped = pl.col("stopped").cast(pl.Float64)
    return judged.group_by("topic").agg(
        judged=pl.col("harmful").count(),
        recall=stopped.filter(pl.col("harmful")).mean(),
        over_refusal=stopped.filter(~pl.col("harmful")).mean(),
    )
