import math

import pandas as pd

COLUMNS = ["user_id", "decided", "harmful", "harm_share", "longest_wait_hours", "pending"]


def history_as_of(reviews, as_of):
    """Walk over the rows once; whatever was not known by then is pending."""
    known, pending = {}, {}
    columns = (reviews[name] for name in ("user_id", "verdict", "decided_at", "waited_hours"))
    for user_id, verdict, decided_at, waited_hours in zip(*columns):
        known.setdefault(user_id, [])
        pending.setdefault(user_id, 0)
        if verdict in (0, 1) and decided_at <= as_of:
            known[user_id].append((verdict, waited_hours))
        else:
            pending[user_id] += 1
    rows = []
    for user_id, verdicts in known.items():
        harmful = sum(verdict for verdict, _ in verdicts)
        share = harmful / len(verdicts) if verdicts else math.nan
        longest = max((hours for _, hours in verdicts), default=math.nan)
        rows.append((user_id, len(verdicts), harmful, share, longest, pending[user_id]))
    return pd.DataFrame(rows, columns=COLUMNS)
