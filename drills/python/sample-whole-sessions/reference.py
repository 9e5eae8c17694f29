"""Sample of whole sessions, stratified by client, the same for ever."""

from hashlib import sha256

import pandas as pd


def sample_sessions(messages: pd.DataFrame, per_client: int, salt: str) -> list:
    """Give the messages of the sessions with the smallest tickets of each client."""
    unique = messages.drop_duplicates("message_id")
    sessions = unique.drop_duplicates("session_id")[["session_id", "client"]]
    tickets = [sha256(f"{salt}:{session_id}".encode()).hexdigest() for session_id in sessions["session_id"]]
    ordered = sessions.assign(ticket=tickets).sort_values("ticket")
    drawn = ordered.groupby("client", dropna=False).head(per_client)
    return unique.loc[unique["session_id"].isin(drawn["session_id"]), "message_id"].tolist()
