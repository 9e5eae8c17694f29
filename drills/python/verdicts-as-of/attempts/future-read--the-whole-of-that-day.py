"""The verdict in force on each message, as it was known on a day."""

import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Give the highest revision of each message among the verdicts that arrived up to that day."""
    known_at = pd.to_datetime(labels["known_at"], utc=True)
    known = labels[(known_at.dt.date <= as_of.date()).to_numpy()]
    in_force = known.sort_values("revision", kind="stable").drop_duplicates("message_id", keep="last")
    return in_force[["message_id", "revision", "harmful"]]
