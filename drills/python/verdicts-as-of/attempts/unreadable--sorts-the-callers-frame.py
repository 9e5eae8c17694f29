import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Highest revision of each message among the verdicts known by then."""
    labels["known_at"] = pd.to_datetime(labels["known_at"], utc=True)
    labels.sort_values("revision", inplace=True, kind="stable")
    known = labels[labels["known_at"] <= as_of]
    return known.drop_duplicates("message_id", keep="last")[["message_id", "revision", "harmful"]]
