import pandas as pd


def history_as_of(reviews, as_of):
    """Throw the placeholders away and count what is left."""
    reviews = reviews[(reviews["verdict"] != -1).to_numpy()]
    decided_at = pd.to_datetime(reviews["decided_at"], utc=True)
    known = (decided_at <= as_of).to_numpy()
    seen = reviews.assign(
        known=known,
        verdict=reviews["verdict"].astype(float).where(known),
        waited_hours=reviews["waited_hours"].where(known),
    )
    by_user = seen.groupby("user_id", as_index=False).agg(
        decided=("known", "sum"),
        harmful=("verdict", "sum"),
        harm_share=("verdict", "mean"),
        longest_wait_hours=("waited_hours", "max"),
        rows=("known", "size"),
    )
    by_user["pending"] = by_user.pop("rows") - by_user["decided"]
    return by_user
