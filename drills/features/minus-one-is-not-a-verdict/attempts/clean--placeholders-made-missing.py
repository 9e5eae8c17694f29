import pandas as pd


def history_as_of(reviews, as_of):
    """Make placeholders missing at the door, then what was decided later too."""
    decided_at = pd.to_datetime(reviews["decided_at"], utc=True).mask(reviews["verdict"] < 0)
    known = decided_at <= as_of  # never true of a missing time
    users = pd.Index(reviews["user_id"].unique(), name="user_id")
    decided = reviews[known.to_numpy()].groupby("user_id")
    total = reviews.groupby("user_id").size().reindex(users)
    history = pd.DataFrame(index=users)
    history["decided"] = decided.size().reindex(users, fill_value=0)
    history["harmful"] = decided["verdict"].sum().reindex(users, fill_value=0)
    history["harm_share"] = decided["verdict"].mean().reindex(users)
    history["longest_wait_hours"] = decided["waited_hours"].max().reindex(users)
    history["pending"] = total - history["decided"]
    return history.reset_index()
