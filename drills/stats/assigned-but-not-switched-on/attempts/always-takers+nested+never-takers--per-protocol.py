import numpy as np
import pandas as pd
from scipy.special import stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Leave out the accounts that did not do as they were assigned, and compare the rest."""
    account = df["account_id"].to_numpy()
    first = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    rating = np.add.reduceat(df["rating"].to_numpy(), first) / np.diff(np.r_[first, len(account)])
    assigned, on = df["assigned"].to_numpy()[first], df["switched_on"].to_numpy()[first]
    with_it, without = rating[(assigned == 1) & (on == 1)], rating[(assigned == 0) & (on == 0)]
    value = with_it.mean() - without.mean()
    error = np.sqrt(with_it.var(ddof=1) / len(with_it) + without.var(ddof=1) / len(without))
    half = stdtrit(min(len(with_it), len(without)) - 1, 0.975) * error
    return value, value - half, value + half
