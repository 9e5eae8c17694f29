import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Join the rows to the highest revision of their message."""
    known_at = pd.to_datetime(labels["known_at"], utc=True)
    known = labels[(known_at <= as_of).to_numpy()]
    highest = known.groupby("message_id", as_index=False)["revision"].max()
    return highest.merge(known, on=["message_id", "revision"])[["message_id", "revision", "harmful"]]
