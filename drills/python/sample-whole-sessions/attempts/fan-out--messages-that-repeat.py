from hashlib import sha256


def sample_sessions(messages, per_client, salt):
    """Trust that every message is there once."""
    sessions = messages.drop_duplicates("session_id")[["session_id", "client"]]
    tickets = [sha256(f"{salt}:{session_id}".encode()).hexdigest() for session_id in sessions["session_id"]]
    drawn = sessions.assign(ticket=tickets).sort_values("ticket").groupby("client", dropna=False).head(per_client)
    return messages.loc[messages["session_id"].isin(drawn["session_id"]), "message_id"].tolist()
