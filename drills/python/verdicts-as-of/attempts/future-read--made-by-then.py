import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Filter by when a verdict was made."""
    made_at = pd.to_datetime(labels["happened_at"], utc=True)
    made = labels[(made_at <= as_of).to_numpy()]
    ordered = made.sort_values("revision", kind="stable")
    return ordered.drop_duplicates("message_id", keep="last")[["message_id", "revision", "harmful"]]
