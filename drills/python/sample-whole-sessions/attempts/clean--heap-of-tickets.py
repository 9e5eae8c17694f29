from collections import defaultdict
from hashlib import sha256
from heapq import nsmallest


def sample_sessions(messages, per_client, salt):
    """Group messages by session, sessions by client, and take the smallest tickets of each client."""
    members = defaultdict(set)
    clients = {}
    known = messages["client"].astype(object).where(messages["client"].notna(), None)
    for message_id, session_id, client in zip(messages["message_id"], messages["session_id"], known):
        members[session_id].add(message_id)
        clients[session_id] = client

    strata = defaultdict(list)
    for session_id, client in clients.items():
        ticket = sha256(f"{salt}:{session_id}".encode()).hexdigest()
        strata[client].append((ticket, session_id))

    sample = []
    for tickets in strata.values():
        for _, session_id in nsmallest(per_client, tickets):
            sample.extend(members[session_id])
    return sample
