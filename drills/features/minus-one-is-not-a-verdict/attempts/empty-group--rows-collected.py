import pandas as pd


def history_as_of(reviews, as_of):
    """Collect one dict for each user: without users there are no columns."""
    decided_at = pd.to_datetime(reviews["decided_at"], utc=True)
    known = ((reviews["verdict"] != -1) & (decided_at <= as_of)).to_numpy()
    rows = []
    for user_id, mine in reviews.assign(known=known).groupby("user_id"):
        decided = mine[mine["known"]]
        rows.append(
            {
                "user_id": user_id,
                "decided": len(decided),
                "harmful": decided["verdict"].sum(),
                "harm_share": decided["verdict"].mean(),
                "longest_wait_hours": decided["waited_hours"].max(),
                "pending": len(mine) - len(decided),
            }
        )
    return pd.DataFrame(rows)
