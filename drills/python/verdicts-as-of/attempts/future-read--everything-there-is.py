import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Take the highest revision of each message."""
    ordered = labels.sort_values("revision", kind="stable")
    return ordered.drop_duplicates("message_id", keep="last")[["message_id", "revision", "harmful"]]
