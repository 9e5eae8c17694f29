from hashlib import sha256


def sample_sessions(messages, per_client, salt):
    """Group by client as it is, so that sessions without one are never drawn."""
    unique = messages.drop_duplicates("message_id")
    sessions = unique.drop_duplicates("session_id")[["session_id", "client"]]
    tickets = [sha256(f"{salt}:{session_id}".encode()).hexdigest() for session_id in sessions["session_id"]]
    drawn = sessions.assign(ticket=tickets).sort_values("ticket").groupby("client").head(per_client)
    return unique.loc[unique["session_id"].isin(drawn["session_id"]), "message_id"].tolist()
