def rolling_rates(days, window_days):
    """Roll over rows, as if each day had one."""
    daily = days.groupby(["account_id", "day"], as_index=False)[["messages", "flagged"]].sum()
    daily = daily.sort_values(["account_id", "day"], ignore_index=True)
    windows = daily.groupby("account_id")[["messages", "flagged"]]
    sums = windows.rolling(window_days, min_periods=1).sum().reset_index(drop=True)
    daily[["messages", "flagged"]] = sums
    daily["rate"] = daily["flagged"] / daily["messages"].where(daily["messages"] > 0)
    return daily
