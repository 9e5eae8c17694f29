import pandas as pd


def split(messages: pd.DataFrame, test_from) -> pd.DataFrame:
    """Put what happened before the moment in training, and the rest in the test."""
    happened_at = pd.to_datetime(messages["happened_at"], utc=True)
    side = pd.Series("train", index=messages.index, dtype=object).mask(happened_at >= test_from, "test")
    return messages[["message_id"]].assign(side=side)
