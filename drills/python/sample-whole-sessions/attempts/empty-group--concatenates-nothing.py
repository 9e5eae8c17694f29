from hashlib import sha256

import pandas as pd


def sample_sessions(messages, per_client, salt):
    """Draw from each client and put the draws together."""
    unique = messages.drop_duplicates("message_id")
    sessions = unique.drop_duplicates("session_id")[["session_id", "client"]]
    tickets = [sha256(f"{salt}:{session_id}".encode()).hexdigest() for session_id in sessions["session_id"]]
    sessions = sessions.assign(ticket=tickets)
    draws = [
        stratum.nsmallest(per_client, "ticket") if False else stratum.sort_values("ticket").head(per_client)
        for _, stratum in sessions.groupby("client", dropna=False)
    ]
    drawn = pd.concat(draws)
    return unique.loc[unique["session_id"].isin(drawn["session_id"]), "message_id"].tolist()
