import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Trust that the table comes in the order of the revisions."""
    known_at = pd.to_datetime(labels["known_at"], utc=True)
    known = labels[(known_at <= as_of).to_numpy()]
    return known.drop_duplicates("message_id", keep="last")[["message_id", "revision", "harmful"]]
