import numpy as np
from scipy.stats import norm

SCORES = ("sessions", "copied", "reworded")


def estimate(df):
    """Estimate one experiment, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Solve the normal equations of all histories together; an HC3 error for the link, a plain one for the arms."""
    scores = np.stack([data[name] for name in SCORES], axis=2)
    design = np.concatenate([np.ones_like(scores[:, :, :1]), scores, scores**2], axis=2)
    history = data["experiment"][0] == 0
    past, outcome = design[:, history], data["after_a_year"][:, history]
    turned = past.transpose(0, 2, 1)
    bread = np.linalg.inv(turned @ past)
    link = bread @ (turned @ outcome[:, :, None])
    residual = outcome - (past @ link)[:, :, 0]

    now, treated = design[:, ~history], (data["treated"][:, ~history] == 1).astype(float)
    weight = treated / treated.sum(1, keepdims=True) - (1 - treated) / (1 - treated).sum(1, keepdims=True)
    moved = weight[:, None, :] @ now
    value = (moved @ link)[:, 0, 0]
    leverage = ((past @ bread) * past).sum(2)
    pull = ((moved @ bread) @ turned)[:, 0] * residual / (1 - leverage)
    foretold = (now @ link)[:, :, 0]
    variance = (pull**2).sum(1)
    for arm in (treated, 1 - treated):
        count = arm.sum(1)
        away = (foretold - ((foretold * arm).sum(1) / count)[:, None]) * arm
        variance = variance + (away**2).sum(1) / (count * (count - 1))
    half = norm.ppf(0.975) * np.sqrt(variance)
    return value, value - half, value + half
