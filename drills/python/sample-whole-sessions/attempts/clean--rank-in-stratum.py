from hashlib import sha256


def sample_sessions(messages, per_client, salt):
    """Rank the tickets within each client and keep the first ranks."""
    messages = messages.drop_duplicates(subset="message_id")
    sessions = messages.groupby("session_id")["client"].first().fillna("(missing)").to_frame("client")
    sessions["ticket"] = [sha256(f"{salt}:{session}".encode()).hexdigest() for session in sessions.index]
    place = sessions.groupby("client")["ticket"].rank(method="first")
    drawn = sessions.index[place <= per_client]
    return list(messages["message_id"][messages["session_id"].isin(drawn)])
