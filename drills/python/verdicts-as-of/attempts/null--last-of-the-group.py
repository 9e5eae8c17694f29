import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Take the last value of each column within each message."""
    known_at = pd.to_datetime(labels["known_at"], utc=True)
    known = labels[(known_at <= as_of).to_numpy()].sort_values("revision", kind="stable")
    return known.groupby("message_id", as_index=False)[["revision", "harmful"]].last()
