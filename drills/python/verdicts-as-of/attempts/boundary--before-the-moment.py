import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Take what was known before the moment."""
    known_at = pd.to_datetime(labels["known_at"], utc=True)
    known = labels[(known_at < as_of).to_numpy()].sort_values("revision", kind="stable")
    return known.drop_duplicates("message_id", keep="last")[["message_id", "revision", "harmful"]]
