"""The verdict in force on each message, as it was known at a moment."""

import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Give the highest revision of each message among the verdicts known by then."""
    known_at = pd.to_datetime(labels["known_at"], utc=True).dt.tz_localize(None)
    known = labels[(known_at <= as_of.replace(tzinfo=None)).to_numpy()]
    in_force = known.sort_values("revision", kind="stable").drop_duplicates("message_id", keep="last")
    return in_force[["message_id", "revision", "harmful"]]
