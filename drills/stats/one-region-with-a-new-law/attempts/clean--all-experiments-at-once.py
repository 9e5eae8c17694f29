import numpy as np
from scipy.stats import t

STEPS = 150


def estimate(df):
    """Estimate one case, as one of many."""
    value, low, high = estimate_many({name: df[name].to_numpy()[None, :] for name in df.columns})
    return float(value[0]), float(low[0]), float(high[0])


def estimate_many(data):
    """Fit all cases and all held-out stretches together, by projected gradient steps with momentum."""
    region, period = data["region"][0], data["period"][0]
    order = np.lexsort((period, region))
    regions, periods = len(np.unique(region)), len(np.unique(period))
    rate = data["rate"][:, order].reshape(-1, regions, periods)
    ours, law = (data[name][0][order].reshape(regions, periods).any(axis=1) for name in ("ours", "law"))
    others = ~ours & ~law
    before = int((np.unique(period) < 0).sum())
    length = periods - before
    folds = before // length

    series = np.concatenate([rate[:, ours], rate[:, others]], axis=1)
    held = np.zeros((folds, periods))
    for fold in range(folds):
        held[fold, before - (fold + 1) * length : before - fold * length] = 1
    fitted = np.where(np.arange(periods) < before, 1 - held, 0)

    # Second moments of the fitted periods, [case, fold, series, series], with means taken out.
    mean = np.einsum("ft,cst->cfs", fitted, series) / fitted.sum(axis=1)[:, None]
    moments = np.stack([(series * keep) @ series.transpose(0, 2, 1) for keep in fitted], axis=1)
    moments -= fitted.sum(axis=1)[:, None, None] * mean[:, :, :, None] * mean[:, :, None, :]
    weights = on_simplex(moments[:, :, 1:, 1:], moments[:, :, 1:, 0])

    step = series[:, :, before:].mean(axis=2)[:, None, :] - np.einsum("ft,cst->cfs", held, series) / length
    gaps = step[:, :, 0] - (weights * step[:, :, 1:]).sum(axis=2)
    value = gaps.mean(axis=1)
    half = t.ppf(0.975, folds - 1) * gaps.std(axis=1, ddof=1) * np.sqrt(1 + 1 / folds)
    return value, value - half, value + half


def on_simplex(square, cross):
    """Minimise w'Aw/2 - b'w over weights >= 0 that sum to 1."""
    rate = 1 / np.linalg.eigvalsh(square)[..., -1:]
    weights = ahead = np.full(cross.shape, 1 / cross.shape[-1])
    for turn in range(STEPS):
        moved = projected(ahead - rate * ((square @ ahead[..., None])[..., 0] - cross))
        ahead = moved + turn / (turn + 3) * (moved - weights)
        weights = moved
    return weights


def projected(point):
    """Find the nearest weights >= 0 that sum to 1."""
    ranked = -np.sort(-point, axis=-1)
    excess = (ranked.cumsum(axis=-1) - 1) / np.arange(1, point.shape[-1] + 1)
    last = (ranked > excess).sum(axis=-1, keepdims=True) - 1
    return np.maximum(point - np.take_along_axis(excess, last, axis=-1), 0)
