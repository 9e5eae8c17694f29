from hashlib import sha256


def sample_sessions(messages, per_client, salt):
    """Draw single messages, which cuts sessions apart."""
    unique = messages.drop_duplicates("message_id")
    tickets = [sha256(f"{salt}:{message_id}".encode()).hexdigest() for message_id in unique["message_id"]]
    ordered = unique.assign(ticket=tickets).sort_values("ticket")
    return ordered.groupby("client", dropna=False).head(per_client)["message_id"].tolist()
