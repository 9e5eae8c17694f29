"""A split that keeps sessions and people on one side, and the test behind the training in time."""

from datetime import datetime

import pandas as pd


def split(messages: pd.DataFrame, test_from: datetime) -> pd.DataFrame:
    """Say of each message whether it trains, tests, or has to stay out."""
    happened_at = pd.to_datetime(messages["happened_at"], utc=True)
    by_session = happened_at.groupby(messages["session_id"])
    is_test = by_session.transform("min") >= test_from
    is_over = by_session.transform("max") < test_from
    # The person, not the login: a model knows somebody again under another user_id.
    is_tested = messages["person_id"].isin(messages.loc[is_test.to_numpy(), "person_id"])
    side = pd.Series("neither", index=messages.index, dtype=object)
    side = side.mask(is_over & ~is_tested, "train").mask(is_test, "test")
    return messages[["message_id"]].assign(side=side)[side != "neither"]
