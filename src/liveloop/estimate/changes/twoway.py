"""What does a regression with a mean for each unit and each period say, and which comparisons is it made of?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.changes.absorbed import CORRECTIONS, Absorbed, fit_absorbed
from liveloop.estimate.changes.bacon import bacon_decomposition
from liveloop.estimate.changes.within import taken_out
from liveloop.estimate.door import as_names, one_of
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.linear import CLUSTERS
from liveloop.estimate.result import Diagnostic, Estimate, normal_estimate
from liveloop.estimate.words import short

FEW = 20
NEGATIVE = "sum of negative weights"
ALREADY = "weight of comparisons with what is treated already"


@dataclass(frozen=True)
class Names:
    """Which columns play which part."""

    outcome: str
    treatment: str
    unit: str
    period: str | None
    effects: tuple[str, ...]
    clusters: str
    covariates: tuple[str, ...]
    weights: str | None

    @property
    def factors(self) -> tuple[str, ...]:
        """List the columns whose levels have a mean of their own."""
        return (self.unit, *((self.period,) if self.period else ()), *self.effects)

    @property
    def named(self) -> tuple[str, ...]:
        """List all of them."""
        rest = (self.weights,) if self.weights else ()
        return (self.outcome, self.treatment, *self.factors, self.clusters, *self.covariates, *rest)


def two_way_fixed_effects(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str,
    period: str | None = None,
    effects: Sequence[str] = (),
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    correction: str = "",
    degrees: str = "unnested",
    level: float = 0.95,
) -> Estimate:
    """Estimate the slope of the outcome on the treatment with a mean for each unit and each period.

    With a treatment that begins at different times it compares what is newly treated with what already was, and where
    effects grow that enters with the wrong sign: see `bacon_decomposition`, and the estimators for staggered starts.

    Parameters
    ----------
    data
        Any table; units may have several rows in a period, or none.
    outcome, treatment
        Columns of numbers; the treatment may be 0 and 1 or a dose.
    unit, period, effects
        Columns whose levels have a mean of their own; without a period, units alone.
    clusters
        By default the units.
    correction
        "CR2" with the df of Bell and McCaffrey by default, "CR1" where that does not fit into memory; also "CR0",
        "CR3", "HC1" and "iid".
    degrees
        Which of the means count as parameters in CR1: "unnested", those not nested in clusters, as fixest, reghdfe and
        `xtreg, fe` have it; "all", as `areg` and a regression with dummies; "none".

    Raises
    ------
    BadInput
        When the treatment does not vary within units, columns are collinear, something is missing.

    Examples
    --------
    The effect is 1 in the first period of treatment and grows by 1 in each. All effects are positive; the slope is not:

    >>> unit, period = np.repeat(np.arange(2), 12), np.tile(np.arange(12.0), 2)
    >>> since = np.repeat([2.0, 6.0], 12)
    >>> y = np.maximum(0, period - since + 1)
    >>> data = {"y": y, "d": (period >= since) * 1.0, "unit": unit, "period": period}
    >>> made = two_way_fixed_effects(data, outcome="y", treatment="d", unit="unit", period="period", correction="iid")
    >>> bool(made.value < 0)
    True

    Source: de Chaisemartin and D'Haultfœuille (2020), doi:10.1257/aer.20181169, for the weights.
    """
    names = Names(outcome, treatment, unit, period, as_names(effects), clusters or unit, as_names(covariates), weights)
    frame = read_frame(data, names.named)
    groups = frame.groups(names.clusters, "cluster")
    made, dose = _fit(frame, names, groups, degrees)
    name = chosen(made, correction)
    contrast = made.fit.contrast(treatment)
    weighing = (*_negative(frame, names, dose), *_forbidden(frame, names, dose))
    return normal_estimate(
        f"slope of {outcome} on {treatment}, within {' and '.join(names.factors)}",
        float(contrast @ made.fit.beta), made.error(contrast, name), df=made.freedom(contrast, name), level=level,
        method="two-way fixed effects" if period else "fixed effects", correction=said(name, degrees),
        counts={"rows": frame.rows, **{one: frame.groups(one).count for one in (*names.factors, names.clusters)}},
        assumes=("without the treatment, outcomes would have run in parallel",
                 "the effect is the same for all units and at all times since it began",
                 f"each value of {names.clusters} is a draw of its own"),
        diagnostics=weighing,
        warnings=(*_of_weights(weighing), *of_clusters(groups, dose != dose.min(), name)),
        conventions=made.conventions(contrast, level, name),
    )  # fmt: skip


def _fit(frame: Frame, names: Names, groups: Groups, degrees: str) -> tuple[Absorbed, Floats]:
    dose = frame.numbers(names.treatment, "treatment")
    if (dose == dose[0]).all():
        raise BadInput(f"treatment {names.treatment!r} is {dose[0]:g} in all {frame.rows} rows", where=names.treatment,
                       allowed="a treatment that varies")  # fmt: skip
    factors = [frame.groups(one, "group") for one in names.factors]
    design = np.column_stack([frame.matrix(names.covariates), dose])
    made = fit_absorbed(
        frame.numbers(names.outcome, "outcome"), design, [*names.covariates, names.treatment], factors,
        clusters=groups, weights=frame.weights(names.weights), degrees=degrees,
    )  # fmt: skip
    return made, dose


def chosen(made: Absorbed, correction: str) -> str:
    """Give the correction that was asked for, else the best there is."""
    if not correction:
        return "CR2" if "CR2" in made.corrections else made.corrections[-1]
    one_of(correction, "correction", CORRECTIONS)
    return correction


def said(correction: str, degrees: str) -> str:
    """Name a correction with what counts in it."""
    return f"{correction}, {degrees} effects counted" if correction == "CR1" else correction


def of_clusters(groups: Groups, treated: Any, correction: str) -> tuple[str, ...]:  # noqa: ANN401 - flags
    """Warn of few clusters, and of few that are ever treated."""
    ever = len(np.unique(groups.codes[treated]))
    if groups.count < 2:
        raise BadInput("there is one cluster only", where="clusters", allowed="two clusters or more")
    made = []
    if ever == 1:
        made.append("one cluster is ever treated: no standard error can tell the treatment from whatever else happened "
                    "there; see synthetic control and permutation")  # fmt: skip
    elif groups.count < FEW or ever < 5:
        made.append(f"only {groups.count} clusters, {ever} of them ever treated: see the wild bootstrap")
    if correction not in CLUSTERS:
        made.append(f"{correction} takes rows for independent")
    return tuple(made)


def _negative(frame: Frame, names: Names, dose: Floats) -> tuple[Diagnostic, ...]:
    """Say which share of the treated rows' weights is negative."""
    if not np.isin(dose, (0.0, 1.0)).all():
        return ()
    weights = frame.weights(names.weights)
    factors = [frame.groups(one) for one in names.factors]
    given = np.ones(len(dose)) if weights is None else weights
    left, _ = taken_out(np.column_stack([dose, frame.matrix(names.covariates)]), factors, weights)
    own, rest = left[:, 0], left[:, 1:]
    if rest.shape[1]:
        root = np.sqrt(given)
        own = own - rest @ np.linalg.lstsq(rest * root[:, None], own * root, rcond=None)[0]
    share = (own * given)[dose == 1]
    share = share / share.sum()
    bad = float(np.abs(share[share < -1e-12]).sum())
    says = "the slope is a sum of the effects in each treated row with these weights; where effects differ, negative "
    return (Diagnostic(NEGATIVE, bad, f"{says}ones turn their sign", bad == 0),)


def _forbidden(frame: Frame, names: Names, dose: Floats) -> tuple[Diagnostic, ...]:
    """Say how much of the slope compares with what is treated already, where the panel can be taken apart."""
    if names.period is None or names.covariates or names.effects or not np.isin(dose, (0.0, 1.0)).all():
        return ()
    try:
        parts = bacon_decomposition(frame, outcome=names.outcome, treatment=names.treatment, unit=names.unit,
                                    period=names.period, weights=names.weights)  # fmt: skip
    except BadInput:
        return ()  # holes, or a treatment that ends again
    rest = "" if parts.allowed_value is None else f"; without them the slope is {short(parts.allowed_value)}"
    return (Diagnostic(ALREADY, parts.forbidden, f"wrong where effects change over time{rest}", parts.forbidden <= 0),)


def _of_weights(weighing: Sequence[Diagnostic]) -> tuple[str, ...]:
    bad = {one.name: one.value for one in weighing if one.holds is False}
    made = []
    if NEGATIVE in bad:
        made.append(f"some treated rows have negative weights, {bad[NEGATIVE]:.2f} in all: unless effects are all "
                    "alike the slope is no average of them")  # fmt: skip
    if ALREADY in bad:
        made.append(f"{bad[ALREADY]:.1%} of the slope compares with what is treated already: see bacon_decomposition")
    return tuple(made)
