from hashlib import sha256


def sample_sessions(messages, per_client, salt):
    """Filter the whole frame again for each session."""
    messages = messages.drop_duplicates("message_id")
    clients = messages["client"].fillna("missing")
    tickets = {}
    for session_id in messages["session_id"].unique():
        client = clients[messages["session_id"] == session_id].iloc[0]
        ticket = sha256(f"{salt}:{session_id}".encode()).hexdigest()
        tickets.setdefault(client, []).append((ticket, session_id))
    sample = []
    for pairs in tickets.values():
        for _, session_id in sorted(pairs)[:per_client]:
            sample += messages.loc[messages["session_id"] == session_id, "message_id"].tolist()
    return sample
