def rolling_rates(days, window_days):
    """Trust that an account has one row for a day."""
    daily = days.sort_values(["account_id", "day"], ignore_index=True)
    windows = daily.set_index("day").groupby("account_id")[["messages", "flagged"]]
    sums = windows.rolling(f"{window_days}D").sum().reset_index()
    sums["rate"] = sums["flagged"] / sums["messages"].where(sums["messages"] > 0)
    return sums
