def rolling_rates(days, window_days):
    """Share of flagged messages over the last days of each account."""
    days["key"] = days["account_id"].astype(str) + days["day"].astype(str)
    daily = days.groupby(["account_id", "day"], as_index=False)[["messages", "flagged"]].sum()
    daily = daily.sort_values(["account_id", "day"], ignore_index=True)
    windows = daily.set_index("day").groupby("account_id")[["messages", "flagged"]]
    sums = windows.rolling(f"{window_days}D").sum().reset_index()
    sums["rate"] = sums["flagged"] / sums["messages"].where(sums["messages"] > 0)
    return sums
