"""Share of flagged messages in a window of days that ends with each day of an account."""

import pandas as pd


def rolling_rates(days: pd.DataFrame, window_days: int) -> pd.DataFrame:
    """Sum both counts over calendar windows, account by account."""
    daily = days.groupby(["account_id", "day"], as_index=False)[["messages", "flagged"]].sum()
    daily = daily.sort_values(["account_id", "day"], ignore_index=True)
    windows = daily.set_index("day").groupby("account_id")[["messages", "flagged"]]
    sums = windows.rolling(f"{window_days}D", closed="right").sum().reset_index()
    sums["rate"] = sums["flagged"] / sums["messages"].where(sums["messages"] > 0)
    return sums
