import pandas as pd


def verdicts_as_of(labels, as_of):
    """Find the row of the highest revision on each message by its position."""
    known_at = pd.to_datetime(labels["known_at"], utc=True)
    known = labels.loc[list(known_at <= as_of)].reset_index(drop=True)
    highest = known.groupby("message_id")["revision"].idxmax()
    return known.loc[highest, ["message_id", "revision", "harmful"]]
