"""A user's review history as it was at a moment, where placeholders stand for what is not known."""

from datetime import datetime

import pandas as pd

UNDECIDED = -1


def history_as_of(reviews: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """Count decided, harmful and pending reviews of each user, as known by then."""
    decided_at = pd.to_datetime(reviews["decided_at"], utc=True)
    # 1970 lies before every moment: the verdict says whether there is one, the time only since when.
    is_known = reviews["verdict"].ne(UNDECIDED)
    seen = reviews.assign(
        is_known=is_known,
        verdict=reviews["verdict"].astype("float").where(is_known),
        waited_hours=reviews["waited_hours"].where(is_known),
    )
    by_user = seen.groupby("user_id", as_index=False).agg(
        decided=("is_known", "sum"),
        harmful=("verdict", "sum"),
        harm_share=("verdict", "mean"),
        longest_wait_hours=("waited_hours", "max"),
        reviews=("is_known", "size"),
    )
    by_user["pending"] = by_user.pop("reviews") - by_user["decided"]
    return by_user
