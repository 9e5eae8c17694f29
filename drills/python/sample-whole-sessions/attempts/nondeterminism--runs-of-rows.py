from hashlib import sha256
from itertools import groupby


def sample_sessions(messages, per_client, salt):
    """Take neighbouring rows of one session for the session."""
    unique = messages.drop_duplicates("message_id")
    rows = zip(unique["message_id"], unique["session_id"], unique["client"].fillna("missing"))
    runs = {}
    for (client, session_id), run in groupby(rows, key=lambda row: (row[2], row[1])):
        ticket = sha256(f"{salt}:{session_id}".encode()).hexdigest()
        runs.setdefault(client, {})[ticket] = [message_id for message_id, _, _ in run]
    sample = []
    for tickets in runs.values():
        for ticket in sorted(tickets)[:per_client]:
            sample += tickets[ticket]
    return sample
