"""What a threshold stops: of what is harmful, and of what is not."""

import pandas as pd


def rates_at(decisions: pd.DataFrame, verdicts: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Give recall and over-refusal of each topic over the messages whose verdict in force is one."""
    in_force = verdicts.sort_values("known_at").drop_duplicates("message_id", keep="last")
    judged = decisions.drop_duplicates("message_id").merge(in_force, on="message_id", how="left")
    stopped = judged["score"].ge(threshold)  # a missing score compares as False: it stopped nothing
    harmful = judged["harmful"].eq(True).fillna(False)
    harmless = ~harmful
    counts = pd.DataFrame(
        {
            "topic": judged["topic"],
            "judged": (harmful | harmless).astype(int),
            "recall": stopped.astype(float).where(harmful),
            "over_refusal": stopped.astype(float).where(harmless),
        }
    )
    return counts.groupby("topic", as_index=False).agg(
        judged=("judged", "sum"), recall=("recall", "mean"), over_refusal=("over_refusal", "mean")
    )
