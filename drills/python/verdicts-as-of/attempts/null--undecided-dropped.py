import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Leave out whoever could not tell."""
    known_at = pd.to_datetime(labels["known_at"], utc=True)
    known = labels[(known_at <= as_of).to_numpy()].dropna(subset=["harmful"])
    known = known.sort_values("revision", kind="stable")
    return known.drop_duplicates("message_id", keep="last")[["message_id", "revision", "harmful"]]
