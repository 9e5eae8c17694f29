import numpy as np
import pandas as pd


def rolling_rates(days, window_days):
    """Search the start of each window, and subtract prefix sums."""
    daily = days.groupby(["account_id", "day"])[["messages", "flagged"]].sum().reset_index()
    parts = []
    for account_id, group in daily.groupby("account_id"):
        group = group.sort_values("day")
        starts = np.searchsorted(group["day"], group["day"] - pd.Timedelta(days=window_days), side="right")
        table = {"account_id": account_id, "day": group["day"]}
        for name in ("messages", "flagged"):
            sums = np.concatenate([[0], group[name].cumsum()])
            table[name] = sums[1:] - sums[starts]
        parts.append(pd.DataFrame(table))
    if not parts:
        return pd.DataFrame(columns=["account_id", "day", "messages", "flagged", "rate"])
    result = pd.concat(parts)
    result["rate"] = result["flagged"].div(result["messages"]).where(result["messages"] > 0)
    return result
