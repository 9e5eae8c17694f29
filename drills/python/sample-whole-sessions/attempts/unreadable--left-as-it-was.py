import hashlib, random, json
import numpy as np
import pandas as pd


def sample_sessions(messages, per_client, salt, seen=[]):
    df2 = messages.drop_duplicates("message_id")
    df3 = df2.drop_duplicates("session_id")[["session_id", "client"]]
    # df3 = df3.sample(frac=1)
    l = []
    for i in range(len(df3)):
        l.append(hashlib.sha256(f"{salt}:{df3['session_id'].iloc[i]}".encode()).hexdigest())
    df3 = df3.assign(ticket=l).sort_values("ticket")
    df4 = df3.groupby("client", dropna=False).head(per_client)
    print(len(df4))
    return df2.loc[df2["session_id"].isin(df4["session_id"]), "message_id"].tolist()
