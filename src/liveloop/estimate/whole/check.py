"""What in an experiment's data says that it did not run as designed?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from liveloop.base.errors import BadInput
from liveloop.estimate.frame import Frame
from liveloop.estimate.interference.carryover import carryover_test
from liveloop.estimate.interference.focal import spillover_test
from liveloop.estimate.randomised.mismatch import ALARM, mismatch
from liveloop.estimate.whole.analysis import absent_in, chance_of, each_arm, least_p, missing_by_arm, units_in
from liveloop.estimate.whole.design import Design
from liveloop.estimate.words import listed, short


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether something was found, the p-value of its being chance."""

    name: str
    found: bool
    p_value: float | None
    says: str


def checked(  # noqa: PLR0913 - what can be looked at
    design: Design,
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str = "",
    before: str = "",
    group: str = "",
    time: str = "",
    level: float = 0.99,
) -> tuple[Check, ...]:
    """Check an experiment: arms' shares, missing outcomes, a column from before, spillover in groups, carry-over.

    Parameters
    ----------
    outcome
        Is it missing more often in one arm? And does it depend on the arms of others in the group?
    before
        A column from before the treatment began, on which there can be no effect.
    group
        A column of groups whose members may touch one another; by default that of the design.
    time
        The column of the period, where the unit is a block of time (a switchback): does a block's treatment act on in
        the next one?
    level
        Of all but the shares of the arms, which are held to p < 0.001.

    Examples
    --------
    Users of the treated arm lost their sessions, half of the time:

    >>> import numpy as np
    >>> data = {"arm": np.repeat([0, 1], [500, 420]), "user": np.arange(920)}
    >>> [(one.name, one.found) for one in checked(Design(unit="user", treatment="arm"), data)]
    [('shares of the arms', False)]
    >>> data = {"arm": np.repeat([0, 1], [500, 320]), "user": np.arange(820)}
    >>> [(one.name, one.found) for one in checked(Design(unit="user", treatment="arm"), data)]
    [('shares of the arms', True)]
    """
    if group and not outcome:
        raise BadInput("spillover needs an outcome", where="group", allowed="an outcome beside the groups")
    group = group or design.exposure
    if time and not (outcome and design.unit):
        raise BadInput("carry-over needs an outcome and the blocks that were randomised", where="time",
                       allowed="an outcome, and the block as the unit of the design")  # fmt: skip
    named = [name for name in (outcome, before, group, time) if name]
    frame = design.read(data, *named)
    for name in named:
        if not frame.has(name):
            raise BadInput(f"there is no column {name!r}", where=name, allowed=listed(frame.table.column_names))
    shares = mismatch(frame, treatment=design.treatment, shares=design.shares_in(frame),
                      clusters=design.repeated_unit(frame))  # fmt: skip
    found = [_shares(shares.joint_p_value, {name: one.value for name, one in shares.rows.items()})]
    if outcome:
        found.append(_missing(design, frame, outcome, level))
    if before:
        found.append(_before(design, frame, before, level))
    if group and outcome:
        found.append(_spillover(design, _there(frame, outcome), outcome, group, level))
    if time:
        found.append(_carryover(design, _there(frame, outcome), outcome, time, level))
    return tuple(found)


def _shares(p_value: float | None, off: dict[str, float]) -> Check:
    alarm = p_value is not None and p_value < ALARM
    worst = max(off, key=lambda name: abs(off[name]))
    says = f"{worst} has {100 * off[worst]:+.2f} % of the units against the plan"
    return Check("shares of the arms", alarm, p_value, says)


def _there(frame: Frame, outcome: str) -> Frame:
    """Give the rows whose outcome is there."""
    absent = absent_in(frame, outcome)
    return frame.taking(~absent) if absent.any() else frame


def _before(design: Design, frame: Frame, before: str, level: float) -> Check:
    arms = frame.arms(design.treatment, control=design.control).count - 1
    made = each_arm(replace(design, covariates=(), level=1 - (1 - level) / arms), frame, before)
    worst = min(made, key=lambda one: 1.0 if one.p_value is None else one.p_value)
    says = f"{short(worst.value)} ({short(worst.low)} to {short(worst.high)}) on {before}, where nothing can be"
    return Check("A/A on what was before", any(one.excludes_zero for one in made), least_p(made), says)


def _missing(design: Design, frame: Frame, outcome: str, level: float) -> Check:
    shares, p_value = missing_by_arm(design, frame, outcome)
    said = ", ".join(f"{100 * share:.1f} % in {name}" for name, share in shares.items())
    return Check("missing outcomes", p_value < 1 - level, p_value, f"{outcome} is missing in {said}")


def _spillover(design: Design, frame: Frame, outcome: str, group: str, level: float) -> Check:
    """Ask whether outcomes depend on the share of the others in the group that is treated."""
    data, how = units_in(design, frame, outcome, group)
    made = spillover_test(data, outcome=outcome, treatment=design.treatment, groups=group, control=design.control,
                          level=level, **how)  # fmt: skip
    says = f"{short(made.value)} more where all others of the {group} are treated than where none is"
    alarm = made.p_value is not None and made.p_value < 1 - level
    return Check("spillover", alarm, made.p_value, says)


def _carryover(design: Design, frame: Frame, outcome: str, time: str, level: float) -> Check:
    """Ask whether a block's outcome depends on the arm of the block before."""
    made = carryover_test(frame, outcome=outcome, treatment=design.treatment, time=time, blocks=design.unit,
                          orders=(0,), control=design.control, probability=chance_of(design, frame),
                          level=level)["order at most 0"]  # fmt: skip
    says = f"{short(made.value)} more where the block before was treated"
    alarm = made.p_value is not None and made.p_value < 1 - level
    return Check("carry-over", alarm, made.p_value, says)
