import random


def sample_sessions(messages, per_client, salt):
    """Shuffle the sessions and take the first ones of each client."""
    unique = messages.drop_duplicates("message_id")
    clients = dict(zip(unique["session_id"], unique["client"].fillna("missing")))
    drawn = set()
    for client in set(clients.values()):
        sessions = [session for session, its_client in clients.items() if its_client == client]
        random.shuffle(sessions)
        drawn.update(sessions[:per_client])
    return unique.loc[unique["session_id"].isin(drawn), "message_id"].tolist()
