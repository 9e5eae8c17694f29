import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Collect one dict for each message: without messages there are no columns."""
    known_at = pd.to_datetime(labels["known_at"], utc=True)
    known = labels[(known_at <= as_of).to_numpy()].sort_values("revision", kind="stable")
    rows = []
    for message_id, verdicts in known.groupby("message_id"):
        last = verdicts.iloc[-1]
        rows.append({"message_id": message_id, "revision": last["revision"], "harmful": last["harmful"]})
    return pd.DataFrame(rows)
