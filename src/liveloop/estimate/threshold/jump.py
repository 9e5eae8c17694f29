"""By how much does the mean jump at the cutoff, with and without what a line cannot follow?

Numbers only: sides in, a `Jump` out. The estimate is a weighted sum of the outcomes. Its bias is estimated by a
polynomial of higher order and taken off, and the standard error of what is left counts both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.threshold.bandwidth import Bandwidths, Setting, cluster_factor, partial_slopes
from liveloop.estimate.threshold.local import (
    CLUSTERS,
    Polynomial,
    Side,
    cluster_residuals,
    fit_side,
    power_of,
    row_residuals,
    summed_squares,
)

_FLAT = 1e-9


@dataclass(frozen=True, eq=False)
class Window:
    """One side's rows within the larger bandwidth, with the weights they have in the estimate.

    Parameters
    ----------
    plain, corrected
        Weights of the outcomes in the estimate, and in the estimate less its bias.
    fit, bias_fit
        The polynomials of the estimate and of its bias.
    """

    plain: Floats
    corrected: Floats
    fit: Polynomial
    bias_fit: Polynomial


@dataclass(frozen=True, eq=False)
class Jump:
    """What there is at the cutoff.

    Parameters
    ----------
    value, corrected
        The estimate, and the estimate less its bias.
    error, robust_error
        Their standard errors.
    first, first_corrected, first_error
        The jump of the treatment where it is fuzzy, less its bias, and the robust standard error of that.
    reduced
        Where it is fuzzy: the jumps of outcome and treatment less their biases, and their variances and covariance.
    below, above
        The mean at the cutoff on each side.
    rows
        Rows with a weight, below and above.
    scores
        What each row of a window adds to the error of `corrected`, below and above.
    mix
        Of the columns, that whose jump moves as the estimate does.
    """

    value: float
    corrected: float
    error: float
    robust_error: float
    first: float | None
    first_corrected: float | None
    first_error: float | None
    reduced: tuple[float, float, float, float, float] | None
    below: float
    above: float
    rows: tuple[int, int]
    scores: tuple[Floats, Floats]
    windows: tuple[Window, Window]
    mix: Floats


def find_jump(below: Side, above: Side, bandwidths: Bandwidths, setting: Setting) -> Jump:
    """Estimate the jump with given bandwidths.

    Raises
    ------
    BadInput
        When a bandwidth holds too few different values, covariates are collinear, or the treatment does not jump.

    Source: Calonico, Cattaneo and Titiunik (2014), doi:10.3982/ECTA11757; Calonico, Cattaneo, Farrell and Titiunik
    (2019), doi:10.1162/rest_a_00760, for covariates.
    """
    windows = (
        _window(below, bandwidths.below, bandwidths.bias_below, setting),
        _window(above, bandwidths.above, bandwidths.bias_above, setting),
    )
    leads = 2 if setting.fuzzy else 1
    slopes = _slopes(windows, leads)
    plain, corrected = (_levels(windows, slopes, leads, kind) for kind in ("plain", "corrected"))
    difference, less_bias = plain[1] - plain[0], corrected[1] - corrected[0]
    value, clear, mix = _effect(difference, less_bias, slopes)
    reduced = _reduced(windows, slopes, less_bias, setting) if setting.fuzzy else None
    robust_error, scores = _spread(windows, mix, setting, robust=True)
    return Jump(
        value, clear, _spread(windows, mix, setting, robust=False)[0], robust_error,
        float(difference[1]) if reduced else None, reduced[1] if reduced else None,
        reduced[3] ** 0.5 if reduced else None, reduced,
        float(plain[0][0]), float(plain[1][0]),
        (int((windows[0].plain != 0).sum()), int((windows[1].plain != 0).sum())), scores, windows, mix,
    )  # fmt: skip


def _window(side: Side, bandwidth: float, bias_bandwidth: float, setting: Setting) -> Window:
    p, nu = setting.order, setting.derivative
    rows = side.within(max(bandwidth, bias_bandwidth), setting.kernel)
    fit = fit_side(rows, bandwidth, p, setting.kernel)
    bias_fit = fit_side(rows, bias_bandwidth, setting.bias_order, setting.kernel)
    plain = math.factorial(nu) * fit.picks(nu)
    pulled = float(plain @ (rows.x / bandwidth) ** (p + 1)) * bandwidth ** (p + 1)
    return Window(plain, plain - pulled * bias_fit.picks(p + 1), fit, bias_fit)


def _slopes(windows: tuple[Window, Window], leads: int) -> Floats:
    """Give the slopes of outcome and treatment on the covariates, common to both sides."""
    width = windows[0].fit.side.columns.shape[1]
    if width == leads:
        return np.empty((0, leads))
    products = windows[0].fit.products() + windows[1].fit.products()
    inner = products[leads:, leads:]
    size = np.sqrt(np.maximum(np.diag(inner), 1e-300))
    whole = np.sqrt(sum((one.fit.weights[:, None] * one.fit.side.columns[:, leads:] ** 2).sum(0) for one in windows))
    if (size <= _FLAT * whole).any() or np.linalg.eigvalsh(inner / np.outer(size, size))[0] <= _FLAT:
        raise BadInput("covariates are constant within the bandwidth or combinations of one another there",
                       where="covariates", allowed="covariates that vary near the cutoff, none made of the others",
                       )  # fmt: skip
    return partial_slopes(products, leads)


def _levels(windows: tuple[Window, Window], slopes: Floats, leads: int, kind: str) -> tuple[Floats, Floats]:
    """Give outcome and treatment at the cutoff on both sides, less what covariates tell of them."""
    levels = [getattr(one, kind) @ one.fit.side.columns for one in windows]
    return levels[0][:leads] - levels[0][leads:] @ slopes, levels[1][:leads] - levels[1][leads:] @ slopes


def _effect(difference: Floats, less_bias: Floats, slopes: Floats) -> tuple[float, float, Floats]:
    """Give the estimate, the same less its bias, and the mix of columns whose jump it is near its value."""
    if len(difference) == 1:
        return float(difference[0]), float(less_bias[0]), _mixed(slopes, [1.0])
    outcome, treatment = difference
    if abs(treatment) <= _FLAT:
        raise BadInput("the share treated does not jump at the cutoff", where="treatment",
                       allowed="a treatment that crossing the cutoff moves")  # fmt: skip
    near = [1 / treatment, -outcome / treatment**2]
    value = outcome / treatment
    bias = float(np.dot(near, difference - less_bias))  # of a ratio, linear near its value
    return float(value), float(value - bias), _mixed(slopes, near)


def _reduced(
    windows: tuple[Window, Window], slopes: Floats, less_bias: Floats, setting: Setting
) -> tuple[float, float, float, float, float]:
    outcome, treatment, both = (
        _spread(windows, _mixed(slopes, lead), setting, robust=True)[0] ** 2
        for lead in ([1.0, 0.0], [0.0, 1.0], [1.0, 1.0])
    )
    return float(less_bias[0]), float(less_bias[1]), outcome, treatment, (both - outcome - treatment) / 2


@dataclass(frozen=True, eq=False)
class Stacked:
    """Both windows in one, as a standard error sees them."""

    picks: Floats
    basis: Floats
    inverse: Floats
    weights: Floats
    clusters: Ints


def stacked(jump: Jump, setting: Setting, *, robust: bool = True) -> Stacked:
    """Put both windows in one; `picks` are what the plain residuals are multiplied with, the correction included."""
    fits = [one.bias_fit if robust else one.fit for one in jump.windows]
    clusters = _clusters(fits, apart=setting.apart)
    assert clusters is not None
    weights = np.concatenate([fit.weights for fit in fits])
    below, above = ((one.corrected if robust else one.plain) for one in jump.windows)
    picks = np.concatenate([-below, above])
    # (I - H_g)^a is symmetric in rows times their weights' root, so that it may stand on either side of the product.
    root = np.where(weights > 0, np.sqrt(weights), 1.0)
    turned = cluster_residuals(
        picks / root / root, _side_by_side(fits), weights, clusters, power_of(setting.correction)
    ) * root * root  # fmt: skip
    half = fits[0].order + 1
    inverse = np.zeros((2 * half, 2 * half))
    inverse[:half, :half], inverse[half:, half:] = fits[0].inverse, fits[1].inverse
    return Stacked(turned, _blocks([fit.basis for fit in fits]), inverse, weights, clusters)


def spread_by(jump: Jump, setting: Setting) -> float:
    """Give the standard error of the estimate less its bias by another correction, bandwidths left as they are."""
    return _spread(jump.windows, jump.mix, setting, robust=True)[0]


def _mixed(slopes: Floats, lead: list[float]) -> Floats:
    return np.concatenate([lead, -slopes @ np.asarray(lead)])


def _spread(
    windows: tuple[Window, Window], mix: Floats, setting: Setting, *, robust: bool
) -> tuple[float, tuple[Floats, Floats]]:
    """Give the standard error of the jump of a mix of columns, and what each row adds to its error."""
    fits = [one.bias_fit if robust else one.fit for one in windows]
    picks = [-(windows[0].corrected if robust else windows[0].plain), windows[1].corrected if robust else
             windows[1].plain]  # fmt: skip
    residuals = [row_residuals(fit, mix, setting.correction, setting.neighbours) for fit in fits]
    clusters = _clusters(fits, apart=setting.apart)
    if setting.correction not in CLUSTERS:
        scores = [pick * one for pick, one in zip(picks, residuals, strict=True)]
        return sum(summed_squares(one, None) for one in scores) ** 0.5, (scores[0], scores[1])
    assert clusters is not None
    joined, weights = np.concatenate(residuals), np.concatenate([fit.weights for fit in fits])
    adjusted = cluster_residuals(joined, _side_by_side(fits), weights, clusters, power_of(setting.correction))
    both = np.concatenate(picks) * adjusted
    split = len(residuals[0])
    parts = [slice(None, split), slice(split, None)] if setting.apart else [slice(None)]
    order = setting.bias_order if robust else setting.order
    width = 2 // len(parts) * (order + 1)
    squares = sum(_factor(setting, clusters[part], width) * summed_squares(both[part], clusters[part])
                  for part in parts)  # fmt: skip
    return squares**0.5, (both[:split], both[split:])


def _factor(setting: Setting, clusters: Ints, parameters: int) -> float:
    return cluster_factor(len(clusters), parameters, len(np.unique(clusters))) if setting.correction == "CR1" else 1.0


def _clusters(fits: list[Polynomial], *, apart: bool) -> Ints | None:
    """Number the clusters in both windows from 0; one that lies on both sides is one, unless sides stand apart."""
    codes = [fit.side.clusters for fit in fits]
    if codes[0] is None or codes[1] is None:
        return None
    made = np.unique(np.concatenate([codes[0], codes[1]]), return_inverse=True)[1]
    if apart:
        made[len(codes[0]) :] += int(made.max()) + 1
    return np.asarray(made)


def _side_by_side(fits: list[Polynomial]) -> Floats:
    return _blocks([fit.pressed for fit in fits])


def _blocks(parts: list[Floats]) -> Floats:
    below, above = parts
    made = np.zeros((len(below) + len(above), below.shape[1] + above.shape[1]))
    made[: len(below), : below.shape[1]] = below
    made[len(below) :, below.shape[1] :] = above
    return made
