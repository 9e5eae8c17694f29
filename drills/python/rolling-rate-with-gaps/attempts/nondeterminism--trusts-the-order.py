from datetime import timedelta

import pandas as pd


def rolling_rates(days, window_days):
    """Slide over the rows as they come."""
    width = timedelta(days=window_days)
    counts, rows = {}, {}
    for account_id, day, messages, flagged in zip(days["account_id"], days["day"], days["messages"], days["flagged"]):
        seen = counts.setdefault(account_id, [])
        seen.append((day, messages, flagged))
        while seen[0][0] <= day - width:
            seen.pop(0)
        total = sum(count for _, count, _ in seen)
        flags = sum(count for _, _, count in seen)
        rows[account_id, day] = (account_id, day, total, flags, flags / total if total else None)
    return pd.DataFrame(list(rows.values()), columns=["account_id", "day", "messages", "flagged", "rate"])
