def rolling_rates(days, window_days):
    """Roll over all accounts at once."""
    daily = days.groupby(["day", "account_id"], as_index=False)[["messages", "flagged"]].sum()
    daily = daily.sort_values("day", ignore_index=True)
    sums = daily.set_index("day")[["messages", "flagged"]].rolling(f"{window_days}D").sum().reset_index(drop=True)
    daily[["messages", "flagged"]] = sums
    daily["rate"] = daily["flagged"] / daily["messages"].where(daily["messages"] > 0)
    return daily[["account_id", "day", "messages", "flagged", "rate"]]
