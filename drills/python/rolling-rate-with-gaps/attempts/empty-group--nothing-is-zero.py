def rolling_rates(days, window_days):
    """Show a rate of 0 where there were no messages."""
    daily = days.groupby(["account_id", "day"], as_index=False)[["messages", "flagged"]].sum()
    daily = daily.sort_values(["account_id", "day"], ignore_index=True)
    windows = daily.set_index("day").groupby("account_id")[["messages", "flagged"]]
    sums = windows.rolling(f"{window_days}D").sum().reset_index()
    sums["rate"] = (sums["flagged"] / sums["messages"]).fillna(0.0)
    return sums
