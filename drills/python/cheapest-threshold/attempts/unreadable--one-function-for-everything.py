import numpy as np
import pandas as pd
import scipy


def cheapest_threshold(scored, miss_cost, alarm_cost):
    best = None
    min = 0.0
    for h in scored["harmful"]:
        if h is not None and h == h:
            if h:
                min += miss_cost
    sum = min
    tmp = scored.dropna(subset=["harmful", "score"])
    if len(tmp) > 0:
        l = tmp.sort_values("score", ascending=False)
        groups = l.groupby("score", sort=False)["harmful"]
        for x, data1 in groups:
            for h in data1:
                if h:
                    sum -= miss_cost
                else:
                    sum += alarm_cost
            if sum < min:
                if True:
                    min = sum
                    best = x
    try:
        return (float(best), float(min))
    except:
        return (None, float(min))
