"""Which effects are compatible with the data, however weak the instruments are?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.compliance.confidence_set import ConfidenceSet, invert
from liveloop.estimate.compliance.hypothesis import Hypothesis, by_f, wald
from liveloop.estimate.compliance.reduced import joint_covariance, joint_df, reduce_to
from liveloop.estimate.compliance.stages import Stages, two_stages
from liveloop.estimate.compliance.strength import strength_of
from liveloop.estimate.compliance.two_stage import assumptions, chosen, few
from liveloop.estimate.compliance.variables import Roles, read_variables
from liveloop.estimate.door import as_names, refuse_level
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.result import Diagnostic, Estimate
from liveloop.estimate.words import listed, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class SetEstimate(Estimate):
    """An estimate whose uncertainty is a set of effects, which need not be one interval.

    `low` and `high` are the ends of its hull. An empty set has `low` above `high`.

    Parameters
    ----------
    kind
        "interval", "two rays", "whole line", "empty", or so many pieces.
    pieces
        Its intervals from left to right.
    """

    kind: str = ""
    pieces: tuple[tuple[float, float], ...] = ()

    def holds(self, effect: float) -> bool:
        """Say whether the set, not only its hull, holds an effect."""
        return ConfidenceSet(self.pieces).holds(effect)

    @property
    def excludes_zero(self) -> bool:
        """Whether the set does not hold 0."""
        return not self.holds(0.0)

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the value and each piece of the set; an open end goes to the edge of the picture."""
        drawn = super().plot(axes)
        hull = drawn.lines[0]
        ends = [self.value, 0.0, *(end for piece in self.pieces for end in piece if math.isfinite(end))]
        room = 0.3 * (max(ends) - min(ends) or 1.0)
        edges = min(ends) - room, max(ends) + room
        for low, high in self.pieces:
            drawn.plot([max(low, edges[0]), min(high, edges[1])], [0, 0], color=hull.get_color(),
                       linewidth=hull.get_linewidth(), solid_capstyle="butt")  # fmt: skip
        hull.remove()
        return drawn

    def __str__(self) -> str:
        name = ", ".join(part for part in (self.method, self.correction) if part)
        return f"{self.what}: {short(self.value)} ({self.level:.0%} set, {ConfidenceSet(self.pieces)}; {name})"


def anderson_rubin(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    instrument: str | Sequence[str],
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    correction: str = "",
    intercept: bool = True,
    level: float = 0.95,
) -> SetEstimate:
    """Give the effects that the Anderson-Rubin test does not reject.

    Its level holds however weak the instruments are. With one instrument there is no better test; with several it loses
    power, and a set that is empty or very short says that the instruments contradict one another.

    Parameters
    ----------
    correction
        As in `two_stage_least_squares`, but for the jackknife. One instrument keeps the df of its correction; several
        are judged by F with as many df as there are instruments, and rows - parameters or clusters - 1.

    Examples
    --------
    A weak lottery: two-stage least squares gives an interval, though the data exclude no large effect of either sign.

    >>> from liveloop.base.seeds import normals
    >>> rows = range(300); z, u = normals(8, "z", rows), normals(8, "u", rows)
    >>> d = 0.05 * z + u; data = {"y": 0 * d + u + normals(8, "e", rows), "d": d, "z": z}
    >>> made = anderson_rubin(data, outcome="y", treatment="d", instrument="z")
    >>> made.kind, made.low, made.high
    ('whole line', -inf, inf)

    Source: Anderson and Rubin (1949), doi:10.1214/aoms/1177730090; Andrews, Stock and Sun (2019),
    doi:10.1146/annurev-economics-080218-025643.
    """
    refuse_level(level)
    roles = Roles(outcome, (treatment,), as_names(instrument), tuple(covariates), clusters, weights)
    stages = two_stages(read_variables(data, roles, intercept=intercept))
    name = _correction(correction, clustered=clusters is not None)
    return set_of(stages, name, level)


def set_of(stages: Stages, correction: str, level: float) -> SetEstimate:
    """Make the estimate of fits that are there."""
    roles = stages.scaled.roles
    reduced = reduce_to(stages, correction)
    kept = invert(reduced, reduced.critical(level))
    value, strength = float(stages.fit.beta[0]), strength_of(stages, correction)
    instruments = listed(roles.instruments)
    effective = strength.effective_f
    assert effective is not None
    return SetEstimate(
        f"effect of one more {roles.treatments[0]} on {roles.outcome}, for those whom {instruments} move",
        value, kept.low, kept.high, level, "Anderson-Rubin set", p_value=reduced.p_value(0.0), df=reduced.residual_df,
        correction=correction, counts=stages.scaled.counts(), assumes=_assumes(roles),
        diagnostics=(
            Diagnostic("effective F", effective, "the set holds its level at any F; with a small one it is long"),
            Diagnostic("statistic at the value", reduced.statistic(value), "F; far above 1 the instruments disagree"),
        ),
        warnings=(*_warnings(kept), *few(stages, correction)), kind=kept.kind, pieces=kept.pieces,
    )  # fmt: skip


def anderson_rubin_test(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str | Sequence[str],
    instrument: str | Sequence[str],
    effects: Mapping[str, float] | float = 0.0,
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    correction: str = "",
    intercept: bool = True,
) -> Hypothesis:
    """Test given effects of one treatment or of several together, however weak the instruments are.

    Parameters
    ----------
    effects
        What the null says: one number for all treatments, or one for each.

    Examples
    --------
    >>> data = {"y": [1, 2, 1, 2, 4, 4, 1, 2.0], "d": [0, 0, 0, 0, 1, 1, 0, 0], "z": [0, 0, 0, 0, 1, 1, 1, 1]}
    >>> made = anderson_rubin_test(data, outcome="y", treatment="d", instrument="z", effects=2.5)
    >>> round(made.p_value, 6)
    1.0
    """
    roles = Roles(outcome, as_names(treatment), as_names(instrument), tuple(covariates), clusters, weights)
    stages = two_stages(read_variables(data, roles, intercept=intercept))
    name = _correction(correction, clustered=clusters is not None)
    wanted = effects if isinstance(effects, Mapping) else dict.fromkeys(roles.treatments, float(effects))
    unknown = [one for one in (*wanted, *roles.treatments) if one not in wanted or one not in roles.treatments]
    if unknown:
        raise BadInput(f"effects of {listed(list(wanted))} for the treatments {listed(roles.treatments)}",
                       where="effects", allowed="one number for each treatment")  # fmt: skip
    scaled, count = stages.scaled, len(roles.instruments)
    left = scaled.outcome - scaled.treatments @ np.array([wanted[one] for one in roles.treatments])
    fit = fit_rows(left, scaled.outside, scaled.outside_names, clusters=scaled.clusters)
    statistic = wald(fit.beta[-count:], joint_covariance([fit], name, last=count)) / count
    null = "the effects are " + ", ".join(f"{short(wanted[one])} of {one}" for one in roles.treatments)
    return by_f(f"Anderson-Rubin, {name}", null, statistic, count, joint_df(fit, name, count))


def _correction(correction: str, *, clustered: bool) -> str:
    name = chosen(correction, clustered=clustered)
    if name == "jackknife":
        raise BadInput("the jackknife is for estimates, not for tests of the instruments", where="correction",
                       allowed="CR3 or HC3")  # fmt: skip
    return name


def _assumes(roles: Roles) -> tuple[str, ...]:
    return tuple(one for one in assumptions(roles) if "relevance" not in one)


def _warnings(kept: ConfidenceSet) -> tuple[str, ...]:
    said = {
        "empty": "no effect is compatible with the instruments: they contradict one another, or one is not valid",
        "whole line": "the data exclude no effect at all",
        "two rays": f"{kept}: what lies between is excluded, large effects of either sign are not",
    }
    if kept.kind in said:
        return (said[kept.kind],)
    return () if kept.kind == "interval" else (f"the set is not one interval: {kept}",)
