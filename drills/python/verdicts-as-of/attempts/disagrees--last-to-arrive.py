import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Take the verdict that arrived last."""
    known_at = pd.to_datetime(labels["known_at"], utc=True)
    known = labels.assign(known_at=known_at)[(known_at <= as_of).to_numpy()]
    ordered = known.sort_values(["known_at", "revision"], kind="stable")
    return ordered.drop_duplicates("message_id", keep="last")[["message_id", "revision", "harmful"]]
