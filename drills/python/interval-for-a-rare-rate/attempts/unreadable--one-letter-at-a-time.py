from math import *
from statistics import NormalDist
import pandas as pd


def harm_bounds(labels, confidence):
    a = NormalDist().inv_cdf((1 + confidence) / 2)
    b = []
    for c in labels["topic"].unique():
        try:
            d = [bool(e) for e in labels[labels["topic"] == c]["harmful"] if not pd.isna(e)]
            f = len(d)
            g = sum(d)
            h = (g + a * a / 2) / (f + a * a)
            k = a / (f + a * a) * sqrt(g * (f - g) / f + a * a / 4)
            b.append((c, f, g / f, h - k, h + k))
        except:
            b.append((c, 0, None, 0.0, 1.0))
    return pd.DataFrame(b, columns=["topic", "n", "rate", "low", "high"])
