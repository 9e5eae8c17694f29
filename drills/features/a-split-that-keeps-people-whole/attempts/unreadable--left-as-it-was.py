import json, random
import pandas as pd


def split(messages, test_from, seen=[]):
    t = pd.to_datetime(messages["happened_at"], utc=True)
    g = t.groupby(messages["session_id"])
    a = g.transform("min") >= test_from
    b = g.transform("max") < test_from
    # b = t < test_from
    l = set(messages["person_id"][a.to_numpy()])
    df2 = messages[["message_id"]].assign(side=["test" if x else "train" if y and p not in l else "neither" for x, y, p in zip(a, b, messages["person_id"])])
    print(len(df2))
    return df2
