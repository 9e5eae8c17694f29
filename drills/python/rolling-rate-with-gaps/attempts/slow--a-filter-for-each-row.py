import pandas as pd


def rolling_rates(days, window_days):
    """Filter the whole frame again for each row."""
    daily = days.groupby(["account_id", "day"], as_index=False)[["messages", "flagged"]].sum()
    width = pd.Timedelta(days=window_days)
    rows = []
    for account_id, day in zip(daily["account_id"], daily["day"]):
        same = daily["account_id"] == account_id
        near = (daily["day"] > day - width) & (daily["day"] <= day)
        window = daily[same & near]
        total, flags = window["messages"].sum(), window["flagged"].sum()
        rows.append((account_id, day, total, flags, flags / total if total else None))
    return pd.DataFrame(rows, columns=["account_id", "day", "messages", "flagged", "rate"])
