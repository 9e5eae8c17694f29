import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Take a confidence sequence where there were many looks: it holds whenever one stops, for whatever reason."""
    accounts = df.drop_duplicates("account_id")
    day, treated = accounts["day"].to_numpy() - 1, accounts["treated"].to_numpy(float)
    place = np.searchsorted(accounts["account_id"].to_numpy(), df["account_id"].to_numpy())
    score = np.bincount(place, df["score"].to_numpy()) / np.bincount(place)
    x = treated - (np.bincount(day, treated) / np.bincount(day))[day]
    run = ~np.isnan(score)
    mean = np.bincount(day[run], score[run]) / np.bincount(day[run])
    y = score[run] - mean[day[run]]
    squares = x[run] @ x[run]
    value = x[run] @ y / squares
    freedom = run.sum() - len(mean) - 1
    error = np.sqrt(((y - value * x[run]) ** 2).sum() / freedom / squares)
    if len(np.unique(accounts.loc[accounts["looked"] == 1, "day"])) == 1:
        times = stdtrit(freedom, 0.975)
    else:
        share = squares / (x @ x)  # of the planned information
        ratio = share / 0.1  # the mixture is tuned to be short near the planned end
        times = np.sqrt((1 + 1 / ratio) * (np.log1p(ratio) - 2 * np.log(0.05)))
        wider = stdtrit(freedom, 0.995) / ndtri(0.995)
        times *= wider
    return float(value), float(value - times * error), float(value + times * error)
