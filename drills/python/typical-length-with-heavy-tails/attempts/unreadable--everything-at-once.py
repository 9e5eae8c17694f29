import pandas as pd
import numpy as np
from scipy import stats


def typical_tokens(messages, share):
    tmp = messages
    list = []
    for x in tmp["topic"].unique():
        if x is not None:
            if not pd.isna(x):
                data1 = tmp[tmp["topic"] == x]
                if len(data1) > 0:
                    data2 = sorted([l for l in data1["tokens"] if l == l])
                    if len(data2) != 0:
                        O = int(share * len(data2))
                        # print(topic, data2)
                        list.append((x, len(data2), sum(data2[O:len(data2) - O]) / (len(data2) - 2 * O)))
    return pd.DataFrame(list, columns=["topic", "n", "trimmed_mean"])
