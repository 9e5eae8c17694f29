import pandas as pd


def split(messages, test_from):
    """Decide session by session, and put the parts together: without sessions there are none."""
    happened_at = pd.to_datetime(messages["happened_at"], utc=True)
    begins = happened_at.groupby(messages["session_id"]).min()
    tested = set(messages.loc[messages["session_id"].isin(begins.index[begins >= test_from]), "person_id"])
    parts = []
    for _, session in messages.assign(happened_at=happened_at).groupby("session_id"):
        if session["happened_at"].min() >= test_from:
            side = "test"
        elif session["happened_at"].max() < test_from and session["person_id"].iloc[0] not in tested:
            side = "train"
        else:
            side = "neither"
        parts.append(session[["message_id"]].assign(side=side))
    return pd.concat(parts)
