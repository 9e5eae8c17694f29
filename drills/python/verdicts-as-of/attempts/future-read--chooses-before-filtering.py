import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Choose the highest revision of all, and show it if it was known."""
    ordered = labels.sort_values("revision", kind="stable").drop_duplicates("message_id", keep="last")
    known_at = pd.to_datetime(ordered["known_at"], utc=True)
    return ordered[(known_at <= as_of).to_numpy()][["message_id", "revision", "harmful"]]
