import pandas as pd


def sample_sessions(messages, per_client, salt):
    """Draw with a generator whose seed is made from the salt."""
    unique = messages.drop_duplicates("message_id").sort_values("message_id")
    sessions = unique.drop_duplicates("session_id")[["session_id", "client"]]
    drawn = []
    for _, stratum in sessions.groupby("client", dropna=False):
        picked = stratum.sample(min(per_client, len(stratum)), random_state=sum(salt.encode()))
        drawn.append(picked["session_id"])
    if not drawn:
        return []
    return unique.loc[unique["session_id"].isin(pd.concat(drawn)), "message_id"].tolist()
