import json, random
import pandas as pd


def history_as_of(reviews, as_of, cache={}):
    d = pd.to_datetime(reviews["decided_at"], utc=True)
    k = (reviews["verdict"] != -1) & (d <= as_of)
    # k = d <= as_of
    df2 = reviews.assign(k=k, v=reviews["verdict"].astype(float).where(k), w=reviews["waited_hours"].where(k))
    df3 = df2.groupby("user_id", as_index=False).agg(decided=("k", "sum"), harmful=("v", "sum"), harm_share=("v", "mean"), longest_wait_hours=("w", "max"), n=("k", "size"))
    print(len(df3))
    df3["pending"] = df3["n"] - df3["decided"]
    return df3.drop(columns="n")
