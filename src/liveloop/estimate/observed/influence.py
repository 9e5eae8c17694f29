"""What does each row add to an estimate's error, and how large is the error then, by rows or by clusters?

An estimate made of several steps (a propensity, then weights, then a mean) is, in large samples, the truth plus a sum
of one contribution for each row, the steps before the last counted. The variance is the sum of their squares; rows of
one cluster are added up first.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import refuse_level
from liveloop.estimate.result import Convention, Diagnostic, Estimate, convention, normal_estimate

FEW = 20  # clusters; below it the normal approximation is doubtful, and no correction here mends it
_ROUNDING = 1e-12  # relative: contributions that are all 0 but for it
Told = Mapping[str, Floats]


def standard_error(contributions: Floats, clusters: Ints | None = None) -> float:
    """Give the standard error of what the contributions add up to.

    Parameters
    ----------
    contributions
        [row]; they add up to 0, or nearly.
    clusters
        The cluster of each row, from 0; None where rows stand alone.

    Examples
    --------
    The mean of four numbers; rows that stand in two clusters are two draws.

    >>> off = (np.array([1.0, 1.0, 3.0, 3.0]) - 2.0) / 4
    >>> round(standard_error(off), 4), standard_error(off, np.array([0, 0, 1, 1]))
    (0.5774, 1.0)
    """
    sums = contributions if clusters is None else summed(clusters, contributions, 0)
    count = len(sums)
    return float(np.sqrt(count / (count - 1) * (sums @ sums)))


def covariance(contributions: Floats, clusters: Ints | None = None) -> Floats:
    """Give the covariance of several estimates from their contributions, [row, estimate]."""
    sums = contributions
    if clusters is not None:
        sums = np.column_stack([summed(clusters, one, 0) for one in contributions.T])
    count = len(sums)
    return np.asarray(count / (count - 1) * (sums.T @ sums))


def summed(codes: Ints, values: Floats, count: int) -> Floats:
    """Sum values by code, for codes from 0 to below `count`."""
    return np.asarray(np.bincount(codes, values, minlength=count), np.float64)


def freedom(clusters: Ints | None) -> float | None:
    """Give the df: one less than there are clusters; None, for the normal distribution, where rows stand alone."""
    return None if clusters is None else float(int(clusters.max()))


def by_contributions(  # noqa: PLR0913 - the fields of an estimate
    what: str,
    value: float,
    contributions: Floats,
    *,
    clusters: Ints | None,
    level: float,
    method: str,
    besides: Told | None = None,
    counts: Mapping[str, int] | None = None,
    assumes: tuple[str, ...] = (),
    diagnostics: tuple[Diagnostic, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Estimate:
    """Make an estimate whose standard error comes from contributions.

    Parameters
    ----------
    besides
        Contributions under other conventions, by name.

    Raises
    ------
    BadInput
        When the contributions are all 0: the data say nothing about chance.
    """
    refuse_level(level)
    error, df = standard_error(contributions, clusters), freedom(clusters)
    if not error > _ROUNDING * abs(value):
        raise BadInput(f"{what}: it does not vary, so it has no standard error", where="outcome",
                       allowed="an outcome that varies within the arms")  # fmt: skip
    name = "influence function" if clusters is None else "influence function, by clusters"
    made = [convention(f"{name}, {said}", value, standard_error(other, clusters), df, level)
            for said, other in (besides or {}).items()]  # fmt: skip
    return normal_estimate(
        what, value, error, df=df, level=level, method=method, correction=name, counts=dict(counts or {}),
        assumes=assumes, diagnostics=diagnostics, warnings=(*warnings, *few(clusters)),
        conventions=(*made, *_other_habits(value, contributions, clusters, level)),
    )  # fmt: skip


def _other_habits(value: float, contributions: Floats, clusters: Ints | None, level: float) -> list[Convention]:
    if clusters is None:
        return []
    return [convention("influence function, rows taken for independent", value, standard_error(contributions), None,
                       level)]  # fmt: skip


def few(clusters: Ints | None) -> tuple[str, ...]:
    """Warn of few clusters."""
    if clusters is None or clusters.max() + 1 >= FEW:
        return ()
    return (f"only {int(clusters.max()) + 1} clusters: the interval rests on many of them and is too short",)
