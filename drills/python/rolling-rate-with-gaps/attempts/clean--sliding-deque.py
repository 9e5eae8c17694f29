from collections import Counter, deque
from datetime import timedelta
from itertools import groupby


def rolling_rates(days, window_days):
    """Slide over the days of each account, adding what enters and taking away what leaves."""
    messages, flagged = Counter(), Counter()
    for account_id, day, count, flags in days[["account_id", "day", "messages", "flagged"]].itertuples(index=False):
        messages[account_id, day] += count
        flagged[account_id, day] += flags

    width = timedelta(days=window_days)
    result = []
    for account_id, keys in groupby(sorted(messages), key=lambda key: key[0]):
        window = deque()
        total = flags = 0
        for key in keys:
            window.append(key)
            total += messages[key]
            flags += flagged[key]
            while window[0][1] <= key[1] - width:
                gone = window.popleft()
                total -= messages[gone]
                flags -= flagged[gone]
            rate = flags / total if total else None
            result.append(
                {"account_id": account_id, "day": key[1], "messages": total, "flagged": flags, "rate": rate}
            )
    return result
