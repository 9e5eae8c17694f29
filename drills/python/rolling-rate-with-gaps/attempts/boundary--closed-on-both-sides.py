def rolling_rates(days, window_days):
    """Let the window hold both of its ends."""
    daily = days.groupby(["account_id", "day"], as_index=False)[["messages", "flagged"]].sum()
    daily = daily.sort_values(["account_id", "day"], ignore_index=True)
    windows = daily.set_index("day").groupby("account_id")[["messages", "flagged"]]
    sums = windows.rolling(f"{window_days}D", closed="both").sum().reset_index()
    sums["rate"] = sums["flagged"] / sums["messages"].where(sums["messages"] > 0)
    return sums
