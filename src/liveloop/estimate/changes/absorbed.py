"""What does a regression give whose units and periods have a mean of their own, and how many parameters are those?

Software differs in that: whether the means of units count as parameters when the standard error is clustered by units.
The corrections CR2 and CR3 need what is not nested in a cluster as columns, and only what is nested may be taken out
(Pustejovsky and Tipton 2018); so this is what is done wherever it fits into memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.changes.within import taken_out
from liveloop.estimate.frame import Groups
from liveloop.estimate.linear import Fit, fit_rows
from liveloop.estimate.result import Convention, convention

DEGREES = ("unnested", "all", "none")
CORRECTIONS = ("iid", "HC1", "CR0", "CR1", "CR2", "CR3")
_LARGEST = 20_000_000  # numbers in a design, or in the sums of its clusters
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Absorbed:
    """A fit with some factors taken out.

    Parameters
    ----------
    effects
        How many parameters the factors are, all of them.
    unnested
        How many of these are not nested in clusters, and one for those that are.
    flags
        How many of the factors' parameters are columns of the fit.
    degrees
        What counts as a parameter in CR1 and HC1: "unnested", "all" or "none" of the factors' means.
    """

    fit: Fit
    effects: int
    unnested: int
    flags: int
    degrees: str
    known: dict[tuple[str, str], Floats] = field(default_factory=dict)  # covariances that were asked for before

    @property
    def corrections(self) -> tuple[str, ...]:
        """Say which corrections there are."""
        if self.fit.clusters is None:
            return CORRECTIONS[:2]
        return CORRECTIONS if self.exact else CORRECTIONS[:4]

    @property
    def exact(self) -> bool:
        """Say whether all that is not nested in clusters is a column of the fit."""
        return self.flags >= 0

    @cached_property
    def own(self) -> int:
        """Count the parameters that are no means of groups."""
        return len(self.fit.names) - max(0, self.flags)

    def parameters(self, degrees: str) -> int:
        """Count the parameters by a convention."""
        return self.own + {"unnested": self.unnested, "all": self.effects, "none": 0}[degrees]

    def covariance(self, correction: str, degrees: str = "") -> Floats:
        """Give the covariance of all parameters."""
        asked = correction, degrees or self.degrees
        if asked not in self.known:
            self.known[asked] = self._covariance(*asked)
        return self.known[asked]

    def _covariance(self, correction: str, degrees: str) -> Floats:
        if correction not in self.corrections:
            raise BadInput(
                f"no correction {correction!r} here", where="correction", allowed=", ".join(self.corrections)
            )
        count = self.fit.count
        left = count - self.parameters(degrees)
        if correction == "iid":
            return self.fit.bread * (self.fit.squares / max(1, count - self.parameters("all")))
        if correction == "HC1":
            return self.fit.covariance("HC0") * (count / max(1, count - self.parameters("all")))
        if correction == "CR1":
            assert self.fit.clusters is not None
            groups = self.fit.clusters.number
            return self.fit.covariance("CR0") * (groups / max(1, groups - 1) * (count - 1) / max(1, left))
        return self.fit.covariance(correction)

    def freedom(self, contrast: Floats, correction: str) -> float:
        """Give the df of a contrast."""
        if correction in ("iid", "HC1"):
            return float(max(1, self.fit.count - self.parameters("all")))
        return self.fit.freedom(contrast, correction)

    def error(self, contrast: Floats, correction: str, degrees: str = "") -> float:
        """Give the standard error of a contrast."""
        return float(max(0.0, float(contrast @ self.covariance(correction, degrees) @ contrast)) ** 0.5)

    def conventions(self, contrast: Floats, level: float, besides: str) -> tuple[Convention, ...]:
        """Give the contrast under the other corrections, and CR1 with the other counts of parameters."""
        value, made = float(contrast @ self.fit.beta), []
        for name in self.corrections:
            if name not in ("CR0", besides):
                df = self.freedom(contrast, name)
                made.append(convention(name, value, self.error(contrast, name), df, level))
        for degrees in DEGREES if self.fit.clusters is not None else ():
            if degrees != self.degrees:
                df = self.freedom(contrast, "CR1")
                name = f"CR1, {degrees} effects counted"
                made.append(convention(name, value, self.error(contrast, "CR1", degrees), df, level))
        return tuple(made)


def fit_absorbed(  # noqa: PLR0913 - three of them are choices
    outcome: Floats,
    design: Floats,
    names: Sequence[str],
    factors: Sequence[Groups],
    *,
    clusters: Groups | None,
    weights: Floats | None = None,
    degrees: str = "unnested",
) -> Absorbed:
    """Fit a regression in which each level of each factor has a mean of its own.

    Examples
    --------
    >>> unit, period = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    >>> treated = ((unit > 1) & (period > 1)).astype(float)
    >>> y = unit + 2.0 * period + 5 * treated + np.array([0, 0, .1, 0, .2, 0, 0, 0, .3, 0, 0, 0])
    >>> units, periods = Groups(unit, (0, 1, 2, 3)), Groups(period, (0, 1, 2))
    >>> made = fit_absorbed(y, treated[:, None], ["effect"], [units, periods], clusters=units)
    >>> round(float(made.fit.beta[-1]), 3), made.parameters("unnested"), made.parameters("all")
    (5.15, 4, 7)
    """
    if degrees not in DEGREES:
        raise BadInput(f"no way {degrees!r} to count effects", where="degrees", allowed=", ".join(DEGREES))
    nested = [clusters is not None and _nested(one, clusters) for one in factors]
    unnested = sum(one.count - 1 for one, inside in zip(factors, nested, strict=True) if not inside) + bool(factors)
    out, kept, exact = _parted(factors, nested, design, clusters)
    codes = None if clusters is None else clusters.codes
    columns = np.hstack([np.empty((len(outcome), 0)), *(_columns(one) for one in kept)])
    both, rank = taken_out(np.column_stack([outcome, design, columns]), out, weights)
    own = both[:, 1 : 1 + len(names)]
    _refuse_taken(own, design, names)
    means = _independent(both[:, 1 + len(names) :], weights)
    flags = means.shape[1]
    fit = fit_rows(both[:, 0], np.hstack([means, own]), [*(f"mean {at}" for at in range(flags)), *names],
                   clusters=codes, weights=weights, absorbed=rank)  # fmt: skip
    return Absorbed(fit, rank + flags, unnested, flags if exact else -1, degrees)


def _nested(factor: Groups, clusters: Groups) -> bool:
    """Say whether each level of a factor lies in one cluster."""
    pairs = np.unique(factor.codes.astype(np.int64) * clusters.count + clusters.codes)
    return len(pairs) == factor.count


def _parted(
    factors: Sequence[Groups], nested: Sequence[bool], design: Floats, clusters: Groups | None
) -> tuple[list[Groups], list[Groups], bool]:
    """Say which factors are taken out, which become columns, and whether all that is not nested does."""
    if clusters is None or not factors:
        return list(factors), [], not factors
    inside = [one for one, is_inside in zip(factors, nested, strict=True) if is_inside]
    first = max(inside, key=lambda one: one.count, default=None)
    kept = [one for one in factors if one is not first]
    width = design.shape[1] + sum(one.count for one in kept)
    if max(len(design) * width, clusters.count * width**2) > _LARGEST:
        return list(factors), [], False
    return ([] if first is None else [first]), kept, True


def _columns(factor: Groups) -> Floats:
    return np.asarray(factor.codes[:, None] == np.arange(factor.count), np.float64)


def _independent(means: Floats, weights: Floats | None) -> Floats:
    """Leave out columns of group means that those before them make up."""
    if not means.shape[1]:
        return means
    scaled = means if weights is None else means * np.sqrt(weights)[:, None]
    left = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    size = np.sqrt((scaled**2).sum(axis=0)).max()
    return means[:, left > _NOTHING * max(size, 1e-300)]


def _refuse_taken(left: Floats, design: Floats, names: Sequence[str]) -> None:
    for at, name in enumerate(names):
        if np.abs(left[:, at]).max() <= _NOTHING * max(1e-300, float(np.abs(design[:, at]).max())):
            raise BadInput(f"{name!r} does not vary within the groups whose means are taken out", where=name,
                           allowed="a column that changes within units, and not for all of them alike")  # fmt: skip
