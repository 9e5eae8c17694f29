import numpy as np
from scipy.stats import t


def estimate(df):
    """Estimate one panel, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Take each account's step off its line, in all panels together; rows are the same in all of them."""
    accounts, row = np.unique(data["account_id"][0], return_inverse=True)
    weeks, column = np.unique(data["week"][0], return_inverse=True)
    order = np.argsort(row * len(weeks) + column)
    outcome = data["refusals"][:, order].reshape(-1, len(accounts), len(weeks))
    treated = data["treated"][0][order].reshape(len(accounts), len(weeks))[:, 0] == 1

    before, after = weeks[weeks < 0], weeks[weeks >= 0]
    early, late = outcome[:, :, weeks < 0], outcome[:, :, weeks >= 0].mean(axis=2)
    centred = before - before.mean()
    slope = early @ centred / (centred @ centred)
    step = late - early.mean(axis=2) - slope * (after.mean() - before.mean())

    ours, others = step[:, treated], step[:, ~treated]
    value = ours.mean(axis=1) - others.mean(axis=1)
    variance = ours.var(axis=1, ddof=1) / treated.sum() + others.var(axis=1, ddof=1) / (~treated).sum()
    half = t.ppf(0.975, min(treated.sum(), (~treated).sum()) - 1) * np.sqrt(variance)
    return value, value - half, value + half
