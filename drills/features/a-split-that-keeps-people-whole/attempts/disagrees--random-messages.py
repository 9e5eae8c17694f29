from hashlib import sha256


def split(messages, test_from):
    """Put a fifth of the messages in the test, by a ticket."""
    tickets = [int(sha256(str(message).encode()).hexdigest(), 16) % 5 for message in messages["message_id"]]
    return messages[["message_id"]].assign(side=["test" if ticket == 0 else "train" for ticket in tickets])
