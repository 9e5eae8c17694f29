"""In a finished experiment: does anything spill over at all, by the chance of the assignment alone?

Hold the arms of some units, the focal ones, and draw those of the others again. If nothing spills over, the outcomes of
focal units would have been the same; so what goes with their neighbours' arms in the data must look as it does in the
draws. Nothing is assumed of outcomes, and the p-value is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, uniforms
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import Frame, read_frame
from liveloop.estimate.interference.assignment import Assignment, assignment_of
from liveloop.estimate.interference.network import network_of
from liveloop.estimate.interference.units import drawn_as_planned, off_plan, unit_labels
from liveloop.estimate.result import Diagnostic, Estimate


def spillover_test(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str | None = None,
    edges: Any = None,  # noqa: ANN401 - any table, or a matrix
    groups: str | None = None,
    ends: tuple[str, str] = ("source", "target"),
    edge_weight: str | None = None,
    directed: bool = False,
    focal: float | str = 0.5,
    design: str = "bernoulli",
    probability: float | str = 0.5,
    clusters: str | None = None,
    strata: str | None = None,
    covariates: Sequence[str] = (),
    control: object = None,
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Test whether outcomes depend on the arms of neighbours, by drawing those of units that are not focal anew.

    Parameters
    ----------
    data
        A table with one row for each unit.
    outcome, treatment, unit, edges, groups, ends, edge_weight, directed
        As in `exposure_effects`.
    focal
        The share of coins (units, or clusters) whose arms are held and whose outcomes are looked at, chosen by chance;
        or a column that is 1, or true, for focal units.
    design, probability, clusters, strata
        How units came into arms: "bernoulli" or "complete".
    covariates
        Columns known before, taken out of the outcome first: more power, and as exact.

    Returns
    -------
    Estimate
        `value` is the slope on the share of treated neighbours, `p_value` the exact test that nothing spills over, and
        the interval the slopes that the test does not reject if the spillover is a line in that share.

    Raises
    ------
    BadInput
        When no focal unit has a neighbour that is not focal.

    Examples
    --------
    >>> from liveloop.base.seeds import flips, normals
    >>> rows = np.arange(600); t = flips(8, "arm", rows, 0.5)
    >>> ring = {"source": rows, "target": (rows + 1) % 600}
    >>> y = 1.0 * t + 0.5 * (np.roll(t, 1) * 0.5 + np.roll(t, -1) * 0.5) + 0.3 * normals(8, "noise", rows)
    >>> made = spillover_test({"y": y, "t": t}, outcome="y", treatment="t", edges=ring)
    >>> made.p_value, made.low < 0.5 < made.high
    (0.001, True)

    Source: Aronow (2012), doi:10.1177/0049124112437535; Athey, Eckles and Imbens (2018),
    doi:10.1080/01621459.2016.1241178.
    """
    refuse_level(level)
    one_of(design, "design", ("bernoulli", "complete"))
    least = round(1 / (1 - level)) - 1
    if draws < least:
        raise BadInput(f"draws is {draws}", where="draws", allowed=f"at least {least} at level {level:g}")
    more = [one for one in (probability, focal) if isinstance(one, str)]
    named = [outcome, treatment, unit, groups, clusters, strata, *covariates, *more]
    frame = read_frame(data, [one for one in named if one])
    arms = frame.two_arms(treatment, control=control)
    drawn = assignment_of(frame, arms, design=design, probability=probability, clusters=clusters, strata=strata)
    network = network_of(
        edges, units=unit_labels(frame, unit), groups=frame.groups(groups, "group") if groups else None,
        ends=ends, weight=edge_weight, directed=directed,
    )  # fmt: skip
    held = _held(frame, drawn, focal, seed)
    looked = held[drawn.coins] & (network.shares(~held[drawn.coins]) > 0)
    if int(looked.sum()) < 3 + len(covariates):
        raise BadInput(f"only {int(looked.sum())} focal units have a neighbour that is not focal", where="focal",
                       allowed="another share or choice of focal units")  # fmt: skip
    coins = np.vstack([drawn.treated, redrawn(drawn, held, seed, draws)])
    shares = network.shares(coins[:, drawn.coins])[:, looked]
    controls = np.column_stack([np.ones(int(looked.sum())), arms.codes[looked], frame.matrix(covariates)[looked]])
    slopes = slopes_over_draws(frame.numbers(outcome, "outcome")[looked], shares, controls)
    low, high = slopes.between(1 - level)
    spread = float(shares.std(axis=0).mean())
    return Estimate(
        f"change of {outcome} as the share of treated neighbours goes from 0 to 1, the own arm held", slopes.value,
        low, high, level, "conditional randomisation test", p_value=slopes.p_value(0.0),
        correction=f"exact, {draws:,} draws",
        counts={"units": frame.rows, "focal units": int(looked.sum()), "coins drawn anew": int((~held).sum())},
        assumes=(f"arms came by the design that was named ({drawn.kind})",
                 "for the interval, not for the p-value: spillover is a line in the share, the same for all"),
        diagnostics=(Diagnostic("spread of shares", spread, "standard deviation of a unit's share over the draws"),
                     *drawn_as_planned(drawn)),
        warnings=off_plan(drawn),
    )  # fmt: skip


def _held(frame: Frame, drawn: Assignment, focal: float | str, seed: int) -> Flags:
    """Choose the coins that are held."""
    if isinstance(focal, str):
        flags = frame.numbers(focal, "focal")
        share = np.bincount(drawn.coins, flags) / np.bincount(drawn.coins)
        bad = int(((share != 0) & (share != 1)).sum())
        if bad:
            raise BadInput(f"{bad} of {drawn.count} coins have units that are focal and units that are not",
                           where=focal, allowed="1 for all units of a coin, or 0")  # fmt: skip
        return np.asarray(share == 1)
    if not 0 < focal < 1:
        raise BadInput(f"focal is {focal}", where="focal", allowed="a share above 0 and below 1, or a column")
    order = np.argsort(uniforms(seed, "focal", np.arange(drawn.count)), kind="stable")
    held = np.zeros(drawn.count, bool)
    held[order[: max(1, round(focal * drawn.count))]] = True
    return held


def redrawn(drawn: Assignment, held: Flags, seed: int, draws: int) -> Flags:
    """Draw coins that are not held again, given those that are: [draw, coin].

    Examples
    --------
    >>> coins = np.arange(4); arms = np.array([True, False, True, False])
    >>> fixed = Assignment(coins, arms, np.full(4, 0.5), "complete", np.zeros(4, np.int64))
    >>> made = redrawn(fixed, np.array([True, False, False, False]), 1, 50)
    >>> bool(made[:, 0].all()), set(made.sum(axis=1).tolist())
    (True, {2})
    """
    free = np.flatnonzero(~held)
    part = Assignment(np.arange(len(free)), drawn.treated[free], drawn.chance[free], drawn.kind, drawn.strata[free])
    made = np.repeat(drawn.treated[None], draws, axis=0)
    made[:, free] = part.draws(seed, draws)
    return made


@dataclass(frozen=True, eq=False)
class Slopes:
    """Slopes of outcomes on what was seen, first, and on what each draw would have shown.

    Parameters
    ----------
    on_outcome, on_seen
        Of the outcome, and of the share that was seen, on that of each draw; that which was seen first.
    """

    on_outcome: Floats
    on_seen: Floats

    @property
    def value(self) -> float:
        """Give the spillover that leaves nothing to go with the shares that were seen."""
        return float(self.on_outcome[0] / self.on_seen[0])

    def p_value(self, spillover: float) -> float:
        """Give the share of draws, that which was seen among them, that look at least as if there was more."""
        left = np.abs(self.on_outcome - spillover * self.on_seen)
        return float((left >= left[0] * (1 - 1e-12)).mean())

    def between(self, rest: float) -> tuple[float, float]:
        """Give the spillovers of which the p-value is above `rest`, those at both ends included."""
        a, b = self.on_outcome, self.on_seen
        square, middle, last = b**2 - b[0] ** 2, a * b - a[0] * b[0], a**2 - a[0] ** 2
        low, high = np.full(len(a), -np.inf), np.full(len(a), np.inf)
        inside = square < 0
        root = np.sqrt(np.maximum(middle[inside] ** 2 - square[inside] * last[inside], 0.0))
        low[inside], high[inside] = ((middle[inside] + side * root) / square[inside] for side in (1, -1))
        number = int(np.floor(rest * len(a) + 1e-9))  # so many draws beside may look more extreme and reject still
        return float(np.sort(low)[number]), float(np.sort(high)[-1 - number])


def slopes_over_draws(outcome: Floats, shares: Floats, controls: Floats) -> Slopes:
    """Fit outcomes on shares, controls held, for what was seen and for each draw.

    Parameters
    ----------
    shares
        [draw, unit], that which was seen first; they are taken from their mean over draws, so that units which always
        have more treated neighbours, and other outcomes, do not look like spillover.
    """
    basis = np.linalg.qr(controls)[0]
    centred = shares - shares.mean(axis=0)
    cleaned = centred - (centred @ basis) @ basis.T
    size = (cleaned**2).sum(axis=1)
    if float(size[0]) <= 1e-12 * len(outcome):
        raise BadInput("focal units of an arm all have the same share of treated neighbours", where="treatment",
                       allowed="shares that differ")  # fmt: skip
    size = np.maximum(size, 1e-300)
    return Slopes(cleaned @ outcome / size, cleaned @ centred[0] / size)
