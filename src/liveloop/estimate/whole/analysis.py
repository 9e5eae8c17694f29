"""What does a finished experiment say, by the estimator that its design leaves, and what would overturn that?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.compliance.late import late
from liveloop.estimate.frame import Frame
from liveloop.estimate.interference.spillover import spillover_regression
from liveloop.estimate.linear import CLUSTERS
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.randomised.mismatch import ALARM, mismatch
from liveloop.estimate.randomised.ratio import ratio
from liveloop.estimate.randomised.regression import regression
from liveloop.estimate.randomised.strata import stratified
from liveloop.estimate.result import Estimate, Estimates
from liveloop.estimate.whole.design import Design
from liveloop.estimate.whole.looking import ONE_LOOK, at_look
from liveloop.estimate.words import listed, short

FEW_FOR_SLOPES = 40  # clusters below which a slope for each arm and covariate costs more than it brings


@dataclass(frozen=True)
class Decision:
    """What is decided of one outcome.

    Parameters
    ----------
    shown
        Whether an effect is shown: the interval does not hold 0.
    says
        In a sentence.
    overturned_by
        What would overturn it, the gravest first; empty where nothing that was looked at would.
    """

    shown: bool
    says: str
    overturned_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """An experiment, analysed by its design.

    Parameters
    ----------
    effect
        Of being assigned.
    on_takers
        Of the treatment on those who take it up because they are assigned to it; None where all comply.
    through_others
        Where units touch one another: the effects of the own arm, of that of all others in the group, and of both.
    arms
        Shares of the arms against the plan.
    """

    design: Design
    outcome: str
    effect: Estimate
    on_takers: Estimate | None
    through_others: Estimates | None
    arms: Estimates
    decision: Decision


def analyse(  # noqa: PLR0913 - what an analysis may be told
    design: Design,
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    denominator: str = "",
    arm: object = None,
    look: int = 0,
    planned: int = 0,
) -> Analysis:
    """Analyse an experiment by the estimator, standard error and df that its design leaves.

    Parameters
    ----------
    outcome
        A column of numbers.
    denominator
        The column that a ratio metric divides by; empty for a mean.
    arm
        The arm that is held against the control, where there are several.
    look
        Which of the planned looks this is, from 1; 0 for the last. The interval holds at all of them together.
    planned
        Units that were planned, for which intervals are narrowest where any number of looks is; 0 for 1,000.

    Raises
    ------
    BadInput
        When the data cannot come from the design, or several arms are left.

    Examples
    --------
    >>> from liveloop.estimate.regimes.randomised import clustered
    >>> data, truth = clustered(4, [12] * 40, 0.3)
    >>> made = analyse(Design(unit="cluster", treatment="t", covariates=("x",)), data, outcome="y")
    >>> made.effect.correction, bool(made.effect.low < truth < made.effect.high)
    ('CR2', True)
    """
    frame = design.read(data, outcome, *((denominator,) if denominator else ()))
    arms = mismatch(
        frame,
        treatment=design.treatment,
        shares=design.shares_in(frame),
        clusters=_unit(design, frame),
        level=design.level,
    )
    frame = _of_arm(design, frame, arm)
    units = frame.groups(design.unit).count if design.unit else frame.rows

    def held(made: Estimate) -> Estimate:
        return at_look(made, looks=design.looks, look=look, units=units, tuned_for=planned or 1_000)

    effect = held(_effect(design, frame, outcome, denominator))
    takers = held(_on_takers(design, frame, outcome)) if design.uptake and not denominator else None
    others = _through_others(design, frame, outcome) if design.exposure and not denominator else None
    return Analysis(design, outcome, effect, takers, others, arms, decide(design, effect, arms, others))


def _unit(design: Design, frame: Frame) -> str | None:
    return design.unit if design.unit and design.clusters_for(frame) else None


def _of_arm(design: Design, frame: Frame, arm: object) -> Frame:
    arms = frame.arms(design.treatment, control=design.control)
    if arms.count == 2 and arm is None:
        return frame
    if arm not in arms.labels[1:]:
        raise BadInput(f"{arms.count} arms, and none is chosen" if arm is None else f"there is no arm {arm!r}",
                       where="arm", allowed=listed(arms.labels[1:]))  # fmt: skip
    return frame.taking((arms.codes == 0) | (arms.codes == arms.labels.index(arm)))


def _effect(design: Design, frame: Frame, outcome: str, denominator: str) -> Estimate:
    """Choose by the design: a ratio, strata, several ways of clustering, or a difference of means."""
    clusters = design.clusters_for(frame)
    given: dict[str, Any] = {
        "treatment": design.treatment, "control": design.control, "covariates": design.covariates,
        "level": design.level,
    }  # fmt: skip
    one = clusters[0] if clusters else None
    if len(clusters) > 1:
        if denominator or design.strata:
            raise BadInput("clusters in several ways, with a ratio or strata", where="clusters",
                           allowed="one way of clustering here")  # fmt: skip
        return _multiway(design, frame, outcome, clusters)
    if denominator:
        return ratio(frame, outcome=outcome, denominator=denominator, clusters=one, **given)
    if design.strata:
        return stratified(frame, outcome=outcome, strata=design.strata, clusters=one, **given)
    few = one is not None and frame.groups(one).count < FEW_FOR_SLOPES
    return difference(frame, outcome=outcome, clusters=one, adjust="cuped" if few else "lin", **given)


def _multiway(design: Design, frame: Frame, outcome: str, clusters: Sequence[str]) -> Estimate:
    made = regression(
        frame, outcome=outcome, treatment=design.treatment, covariates=design.covariates, clusters=clusters,
        control=design.control, level=design.level,
    )  # fmt: skip
    return next(made[name] for name in made if name.startswith(design.treatment))


def _on_takers(design: Design, frame: Frame, outcome: str) -> Estimate:
    clusters = design.clusters_for(frame)
    return late(
        frame, outcome=outcome, treatment=design.treatment, uptake=design.uptake,
        clusters=clusters[0] if clusters else None, covariates=design.covariates, control=design.control,
        level=design.level,
    )  # fmt: skip


def by_unit(design: Design, frame: Frame, outcome: str, group: str) -> dict[str, Any]:
    """Give each unit one row: its mean outcome, its arm, the group of its first row."""
    units = frame.groups(design.unit, "unit")
    first = np.unique(units.codes, return_index=True)[1]
    arms, groups = frame.arms(design.treatment, control=design.control), frame.groups(group)
    total = np.bincount(units.codes, frame.numbers(outcome, "outcome"), units.count)
    labels = np.asarray([arms.labels[code] for code in arms.codes[first]])
    return {outcome: total / units.sizes(), design.treatment: labels, group: groups.codes[first]}


def _through_others(design: Design, frame: Frame, outcome: str) -> Estimates:
    """Estimate along a line in the share of the others in the group that are treated, each unit one row."""
    repeated = design.unit in design.clusters_for(frame)
    data = by_unit(design, frame, outcome, design.exposure) if repeated else frame
    return spillover_regression(data, outcome=outcome, treatment=design.treatment, groups=design.exposure,
                                impossible="leave out", control=design.control, level=design.level)  # fmt: skip


def decide(design: Design, effect: Estimate, arms: Estimates, others: Estimates | None = None) -> Decision:
    """Say what is shown, and what would overturn it."""
    between = f"{short(effect.low)} to {short(effect.high)}"
    shown = effect.excludes_zero
    if shown:
        says = f"An effect is shown: {short(effect.value)} ({effect.level:.0%} interval {between})."
    else:
        level = f"{effect.level:.0%}"
        says = f"No effect is shown: {short(effect.value)}, and anything from {between} fits the data at {level}."
    return Decision(shown, says, tuple(_overturns(design, effect, arms, others, shown=shown)))


def _overturns(
    design: Design, effect: Estimate, arms: Estimates, others: Estimates | None, *, shown: bool
) -> list[str]:
    found = []
    if arms.joint_p_value is not None and arms.joint_p_value < ALARM:
        found.append(f"the arms have not the shares that were planned (p {arms.joint_p_value:.1g}): units went "
                     "missing, and no effect can be read before it is known which")  # fmt: skip
    if others is not None and others["spillover"].excludes_zero:
        total = others["total"]
        found.append(f"units reach the others of their {design.exposure}: treating everybody does {short(total.value)} "
                     f"({short(total.low)} to {short(total.high)}), along a line in the share of treated ones, and not "
                     "what the arms differ by")  # fmt: skip
    other = [one for one in effect.conventions if (one.low > 0 or one.high < 0) != shown and _fair(one.name, effect)]
    if other:
        which = ", ".join(f"{one.name} ({short(one.low)} to {short(one.high)})" for one in other)
        found.append(f"another standard error says otherwise: {which}")
    found += [f"{one.name}: {one.says}" for one in effect.diagnostics if one.holds is False]
    return [*found, *effect.warnings]


def _fair(name: str, effect: Estimate) -> bool:
    """Say whether a convention is one that the design could have: by clusters, where there are some."""
    if name.startswith(ONE_LOOK):
        return False
    return effect.correction not in CLUSTERS or name.startswith(("CR2", "CR3", "wild"))


def missing_by_arm(design: Design, frame: Frame, outcome: str) -> tuple[dict[str, float], float]:
    """Give the share of rows without an outcome in each arm, and the p-value of their being alike, by units."""
    column = frame.table.column(outcome)
    absent = np.asarray(column.is_null(nan_is_null=True).to_pylist(), np.float64)
    arms = frame.arms(design.treatment, control=design.control)
    shares = {str(label): float(absent[arms.codes == code].mean()) for code, label in enumerate(arms.labels)}
    if not absent.any() or absent.all():
        return shares, 1.0
    data = {"absent": absent, "arm": arms.codes.astype(np.float64)}
    clusters = design.clusters_for(frame)
    if clusters:
        data["unit"] = frame.groups(clusters[0], "unit").codes.astype(np.float64)
    made = [
        difference({name: one[(arms.codes == 0) | (arms.codes == code)] for name, one in data.items()},
                   outcome="absent", treatment="arm", clusters="unit" if clusters else None)
        for code in range(1, arms.count)
    ]  # fmt: skip
    least = min((one.p_value for one in made if one.p_value is not None), default=1.0)
    return shares, min(1.0, least * len(made)) if math.isfinite(least) else 1.0
