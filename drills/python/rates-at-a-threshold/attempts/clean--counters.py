from collections import defaultdict

import pandas as pd


def verdicts_in_force(verdicts: pd.DataFrame) -> dict:
    in_force = {}
    for row in verdicts.sort_values("known_at").itertuples(index=False):
        in_force[row.message_id] = row.harmful
    return in_force


def share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def rates_at(decisions: pd.DataFrame, verdicts: pd.DataFrame, threshold: float) -> pd.DataFrame:
    in_force = verdicts_in_force(verdicts)
    counts = {}
    for row in decisions.drop_duplicates("message_id").itertuples(index=False):
        topic = counts.setdefault(row.topic, defaultdict(int))
        harmful = in_force.get(row.message_id)
        if harmful is None or pd.isna(harmful):
            continue
        side = "harmful" if harmful else "harmless"
        topic[side] += 1
        topic[side + " stopped"] += not pd.isna(row.score) and row.score >= threshold
    rows = [
        {
            "topic": topic,
            "judged": count["harmful"] + count["harmless"],
            "recall": share(count["harmful stopped"], count["harmful"]),
            "over_refusal": share(count["harmless stopped"], count["harmless"]),
        }
        for topic, count in counts.items()
    ]
    return pd.DataFrame(rows, columns=["topic", "judged", "recall", "over_refusal"])
