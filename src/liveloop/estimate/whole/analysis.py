"""What does a finished experiment say, by the estimator that its design leaves, and what would overturn that?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags
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
from liveloop.estimate.whole.design import Design, name_of
from liveloop.estimate.whole.looking import ONE_LOOK, Look, at_look
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
        Which of the planned looks this is, from 1, where several were planned. The interval holds at all of them
        together.
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
        clusters=design.repeated_unit(frame),
        level=design.level,
    )
    frame = of_arm(design, frame, arm)
    now = look_at(design, frame, look, planned)
    if denominator and (design.uptake or design.exposure):
        raise BadInput("a ratio, where uptake or groups that touch one another were planned", where="denominator",
                       allowed="a mean, or a design without them")  # fmt: skip
    effect = at_look(compare(design, frame, outcome, denominator), now)
    takers = at_look(_on_takers(design, frame, outcome), now) if design.uptake else None
    others = _through_others(design, frame, outcome, now) if design.exposure else None
    return Analysis(design, outcome, effect, takers, others, arms, decide(design, effect, arms, others))


def look_at(design: Design, frame: Frame, look: int, planned: int) -> Look:
    """Say which look this is: of how many, at how many units."""
    units = frame.groups(design.unit).count if design.unit else frame.rows
    return Look(design.looks, look, units, planned or 1_000)


def of_arm(design: Design, frame: Frame, arm: object) -> Frame:
    """Give the rows of the control and of one arm, by its label or by the name that a plan calls it."""
    arms = frame.arms(design.treatment, control=design.control)
    if arms.count == 2 and arm is None:
        return frame
    named = {name_of(label): code for code, label in enumerate(arms.labels) if code}
    if arm is None or name_of(arm) not in named:
        raise BadInput(f"{arms.count} arms, and none is chosen" if arm is None else f"there is no arm {arm!r}",
                       where="arm", allowed=listed(arms.labels[1:]))  # fmt: skip
    return frame.taking((arms.codes == 0) | (arms.codes == named[name_of(arm)]))


def compare(design: Design, frame: Frame, outcome: str, denominator: str = "") -> Estimate:
    """Hold two arms against each other as the design says: a ratio, strata, several ways of clustering, or means."""
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
    return made[named_effect(made, design.treatment)]


def named_effect(made: Estimates, treatment: str) -> str:
    """Find the row of the treatment: its own name, or that of its only arm beside the control."""
    own = [name for name in made.rows if name == treatment or name.startswith((f"{treatment}[", f"{treatment} "))]
    return own[0]


def _on_takers(design: Design, frame: Frame, outcome: str) -> Estimate:
    clusters = design.clusters_for(frame)
    if len(clusters) > 1:
        raise BadInput("clusters in several ways, with uptake", where="clusters", allowed="one way of clustering here")
    strata = frame.groups(design.strata, "stratum") if design.strata else None
    names, table = [], frame.table
    for code in range(1, strata.count if strata else 0):  # a mean of its own for each stratum and arm
        assert strata is not None
        names.append(f"{design.strata} is {strata.labels[code]}")
        table = table.append_column(names[-1], pa.array((strata.codes == code).astype(np.float64)))
    return late(
        Frame(table), outcome=outcome, treatment=design.treatment, uptake=design.uptake,
        clusters=clusters[0] if clusters else None, covariates=[*design.covariates, *names], control=design.control,
        level=design.level,
    )  # fmt: skip


def units_in(design: Design, frame: Frame, outcome: str, group: str) -> tuple[Any, dict[str, Any]]:
    """Give each unit one row, in its group: its mean outcome and its arm; and say how units came into arms."""
    how = (
        {"design": "complete", "strata": design.strata} if design.strata else {"probability": chance_of(design, frame)}
    )
    if design.repeated_unit(frame) is None:
        return frame, how
    units = frame.groups(design.unit, "unit")
    first = np.unique(units.codes, return_index=True)[1]
    arms, groups = frame.arms(design.treatment, control=design.control), frame.groups(group)
    total = np.bincount(units.codes, frame.numbers(outcome, "outcome"), units.count)
    labels = np.asarray([arms.labels[code] for code in arms.codes[first]])
    made = {outcome: total / units.sizes(), design.treatment: labels, group: groups.codes[first]}
    if design.strata:
        made[design.strata] = frame.groups(design.strata, "stratum").codes[first]
    return made, how


def chance_of(design: Design, frame: Frame) -> float:
    """Give the planned chance of a unit to be treated, in whichever arm."""
    arms = frame.arms(design.treatment, control=design.control)
    shares = design.shares_in(frame)
    return 1 - (shares[arms.labels[0]] if shares else 1 / arms.count)


def _through_others(design: Design, frame: Frame, outcome: str, now: Look) -> Estimates:
    """Estimate along a line in the share of the others in the group that are treated, each unit one row."""
    data, how = units_in(design, frame, outcome, design.exposure)
    made = spillover_regression(data, outcome=outcome, treatment=design.treatment, groups=design.exposure,
                                impossible="leave out", control=design.control, level=design.level, **how)  # fmt: skip
    return replace(made, rows={name: at_look(one, now) for name, one in made.rows.items()})


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
    absent = absent_in(frame, outcome).astype(np.float64)
    arms = frame.arms(design.treatment, control=design.control)
    shares = {str(label): float(absent[arms.codes == code].mean()) for code, label in enumerate(arms.labels)}
    if not absent.any() or absent.all():
        return shares, 1.0
    name = f"{outcome} is missing"
    made = each_arm(replace(design, covariates=()), Frame(frame.table.append_column(name, pa.array(absent))), name)
    p_value = least_p(made)
    return shares, 1.0 if p_value is None else p_value


def absent_in(frame: Frame, name: str) -> Flags:
    """Say of which rows a column is missing."""
    return np.asarray(frame.table.column(name).is_null(nan_is_null=True).to_numpy(), bool)


def each_arm(design: Design, frame: Frame, outcome: str) -> list[Estimate]:
    """Hold each arm against the control, as the design says."""
    labels = frame.arms(design.treatment, control=design.control).labels[1:]
    return [compare(design, of_arm(design, frame, label), outcome) for label in labels]


def least_p(made: Sequence[Estimate]) -> float | None:
    """Give the least p-value, for so many questions (Bonferroni); None where there is none."""
    known = [one.p_value for one in made if one.p_value is not None and math.isfinite(one.p_value)]
    return min(1.0, min(known) * len(made)) if known else None
