import pandas as pd


def verdicts_as_of(labels: pd.DataFrame, as_of) -> pd.DataFrame:
    """Strip the zones to be able to compare."""
    known_at = pd.Series([moment.replace(tzinfo=None) for moment in labels["known_at"]], dtype="datetime64[us]")
    known = labels[(known_at <= as_of.replace(tzinfo=None)).to_numpy()].sort_values("revision", kind="stable")
    return known.drop_duplicates("message_id", keep="last")[["message_id", "revision", "harmful"]]
