import pandas as pd


def rates_at(decisions: pd.DataFrame, verdicts: pd.DataFrame, threshold: float) -> pd.DataFrame:
    in_force = {}
    for row in verdicts.sort_values("known_at").itertuples(index=False):
        in_force[row.message_id] = row.harmful

    rows = []
    for topic, messages in decisions.drop_duplicates("message_id").groupby("topic"):
        stopped = {True: [], False: []}
        for message_id, score in zip(messages["message_id"], messages["score"]):
            harmful = in_force.get(message_id)
            if harmful is not None and not pd.isna(harmful):
                stopped[bool(harmful)].append(bool(score >= threshold))
        recall = sum(stopped[True]) / len(stopped[True])
        over_refusal = sum(stopped[False]) / len(stopped[False])
        rows.append((topic, len(stopped[True]) + len(stopped[False]), recall, over_refusal))
    return pd.DataFrame(rows, columns=["topic", "judged", "recall", "over_refusal"])
