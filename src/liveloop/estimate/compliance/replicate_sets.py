"""Which effects does the Anderson-Rubin test keep in each of thousands of replicates, with one instrument?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints

INTERVAL, TWO_RAYS, WHOLE_LINE = 0, 1, 2
_CHUNK = 250  # replicates at once: what they need stays in the cache
KINDS = ("interval", "two rays", "whole line")


@dataclass(frozen=True, eq=False)
class ManySets:
    """Sets of effects, [replicate] each.

    Parameters
    ----------
    kind
        0 for an interval, 1 for two rays, 2 for the whole line; with one instrument no set is empty.
    first, last
        The two roots in order: ends of the interval, or of the gap between two rays; infinite for the whole line.
    value
        The estimate by two stages, which lies in every set.
    """

    value: Floats
    kind: Ints
    first: Floats
    last: Floats

    @property
    def low(self) -> Floats:
        """Give the lower ends of the hulls."""
        return np.where(self.kind == INTERVAL, self.first, -np.inf)

    @property
    def high(self) -> Floats:
        """Give the upper ends of the hulls."""
        return np.where(self.kind == INTERVAL, self.last, np.inf)

    def holds(self, truth: float | Floats) -> Flags:
        """Say which sets, not only hulls, hold the truth."""
        between = (self.first <= truth) & (truth <= self.last)
        beyond = (truth <= self.first) | (truth >= self.last)
        return np.where(self.kind == INTERVAL, between, (self.kind == WHOLE_LINE) | beyond)


def sets_from_moments(
    outcome: Floats, treatment: Floats, within_outcome: Floats, across: Floats, within_treatment: Floats,
    critical: float,
) -> ManySets:  # fmt: skip
    """Solve outcome - b treatment within its critical value: (g - b h)^2 <= c (V_gg - 2 b V_gh + b^2 V_hh).

    Parameters
    ----------
    outcome, treatment
        The instrument's coefficient on outcome and on treatment, [replicate].
    within_outcome, across, within_treatment
        Their variances and covariance.
    critical
        Of the F statistic with 1 df.

    Examples
    --------
    >>> made = sets_from_moments(*(np.array(one) for one in ([3.0, 3.0, 1.0], [5.0, 1.0, 1.0], 1.0, 0.0, 1.0)), 3.94)
    >>> [KINDS[one] for one in made.kind], made.first[:2].round(3).tolist(), made.last[:2].round(3).tolist()
    (['interval', 'two rays', 'whole line'], [0.195, -2.682], [1.229, 0.642])
    """
    twice = treatment**2 - critical * within_treatment
    half = outcome * treatment - critical * across
    none = outcome**2 - critical * within_outcome
    inside = half**2 - twice * none
    kind = np.where(twice > 0, INTERVAL, np.where(inside >= 0, TWO_RAYS, WHOLE_LINE)).astype(np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.maximum(inside, 0.0))
        pressed = half + np.where(half >= 0, root, -root)  # the root that loses no digits; the other by the product
        one, other = pressed / twice, np.where(pressed == 0, 0.0, none / pressed)
        value = outcome / treatment
    first = np.where(kind == WHOLE_LINE, -np.inf, np.minimum(one, other))
    last = np.where(kind == WHOLE_LINE, np.inf, np.maximum(one, other))
    return ManySets(value, kind, first, last)


def many_anderson_rubin(  # noqa: PLR0913 - three columns, and how they lie
    outcome: Floats,
    treatment: Floats,
    instrument: Floats,
    *,
    starts: Ints | None = None,
    covariates: Floats | None = None,
    correction: str = "1",
    level: float = 0.95,
) -> ManySets:
    """Give the Anderson-Rubin set of every replicate.

    Parameters
    ----------
    outcome, treatment, instrument
        [replicate, row]; the instrument may be [row], the same in all replicates.
    starts
        The first row of each cluster, rows of a cluster lying together; None where rows stand alone.
    covariates
        [row, covariate], the same in all replicates; an intercept is there anyway.
    correction
        "1" for CR1 or HC1 with t(clusters - 1) or t(rows - parameters); "0" for CR0 or HC0 with the same.

    Examples
    --------
    >>> from liveloop.base.seeds import stream
    >>> draw = stream(1, "doc").standard_normal((3, 500, 400)); z = np.repeat([0.0, 1.0], 200)
    >>> d = 0.15 * z + draw[0]; y = d + draw[0] + draw[1]
    >>> made = many_anderson_rubin(y, d, z)
    >>> bool(0.92 < made.holds(1.0).mean() < 0.98), int((made.kind == TWO_RAYS).sum()) > 50
    (True, True)
    """
    if correction not in ("0", "1"):
        raise BadInput(f"no correction {correction!r} for replicates", where="correction", allowed="0, 1")
    rows = outcome.shape[1]
    exogenous = np.column_stack([np.ones(rows), *([] if covariates is None else [covariates])])
    q, _ = np.linalg.qr(exogenous)
    first = np.arange(rows) if starts is None else starts
    parameters, units = exogenous.shape[1] + 1, len(first)
    df = rows - parameters if starts is None else units - 1
    factor = 1.0
    if correction == "1":
        factor = rows / df if starts is None else units / (units - 1) * (rows - 1) / (rows - parameters)
    z = np.atleast_2d(instrument)
    parts = []
    for at in range(0, len(outcome), _CHUNK):
        some = slice(at, at + _CHUNK)
        parts.append(_moments(outcome[some], treatment[some], z if len(z) == 1 else z[some], q, first))
    g, h, *within = (np.concatenate(one) for one in zip(*parts, strict=True))
    critical = float(student.ppf(0.5 + level / 2, df)) ** 2
    return sets_from_moments(g, h, within[0] * factor, within[1] * factor, within[2] * factor, critical)


def _moments(y: Floats, d: Floats, z: Floats, q: Floats, starts: Ints) -> tuple[Floats, ...]:
    """Give both coefficients of the instrument, then their variances and covariance, from sums over units.

    Only the instrument is freed of what is exogenous; what outcome and treatment keep of it is taken out of the sums.
    """
    free = z - (z @ q) @ q.T
    squares = _summed(free, free, starts)
    exogenous = np.stack([_summed(free, column[None, :], starts) for column in q.T], axis=-1)
    total = squares.sum(axis=1)
    slopes, scores = [], []
    for one in (y, d):
        crossed = _summed(free, one, starts)
        slope = crossed.sum(axis=1) / total
        scores.append(crossed - ((one @ q)[:, None, :] * exogenous).sum(axis=2) - slope[:, None] * squares)
        slopes.append(slope)
    pairs = ((0, 0), (0, 1), (1, 1))
    return (*slopes, *(np.einsum("rg,rg->r", scores[at], scores[to]) / total**2 for at, to in pairs))


def _summed(one: Floats, other: Floats, starts: Ints) -> Floats:
    rows, units = one.shape[1], len(starts)
    size = rows // units
    if units == rows:
        return one * other
    if size * units == rows and (np.diff(starts) == size).all():  # equal clusters need no product in between
        left, right = np.broadcast_arrays(*(part.reshape(len(part), units, size) for part in (one, other)))
        return np.asarray(np.einsum("rgi,rgi->rg", left, right))
    return np.asarray(np.add.reduceat(one * other, starts, axis=1))
