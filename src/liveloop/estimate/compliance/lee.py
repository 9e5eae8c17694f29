"""What did a treatment do to those whose outcome is there in either arm, when it also changes whose outcome is there?

With the treatment more outcomes are there. The surplus are people who would be missing without it; nobody knows who. At
worst they are those with the largest outcomes, at best those with the smallest: cutting off such a share from either
end of the fuller arm gives the bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.compliance.influence import covariance_of, mean_of
from liveloop.estimate.compliance.manski import Known, bounded
from liveloop.estimate.compliance.missing import read_partly
from liveloop.estimate.compliance.partial import Bounds
from liveloop.estimate.compliance.variables import read_clusters
from liveloop.estimate.door import refuse_level
from liveloop.estimate.frame import Groups, read_frame
from liveloop.estimate.randomised.difference import counts_of
from liveloop.estimate.result import Diagnostic
from liveloop.estimate.words import short


@dataclass(frozen=True, eq=False)
class Seen:
    """Outcomes, arms 0 and 1, where outcomes are there, and weights."""

    y: Floats
    arm: Ints
    there: Flags
    weights: Floats

    def rate(self, arm: int, inside: Flags) -> Known:
        """Give the share whose outcome is there in an arm, and what each row moved of it."""
        mean, moved = mean_of(self.there.astype(np.float64)[:, None], self.weights * (self.arm == arm) * inside)
        return float(mean[0]), moved[:, 0]

    def mean(self, arm: int, inside: Flags) -> Known:
        """Give the mean outcome that is there in an arm."""
        mean, moved = mean_of(self.y[:, None], self.weights * (self.arm == arm) * inside * self.there)
        return float(mean[0]), moved[:, 0]


def lee_bounds(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    observed: str | None = None,
    tighten: str | None = None,
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    level: float = 0.95,
) -> Bounds:
    """Bound the effect on those whose outcome would be there in either arm.

    Parameters
    ----------
    outcome
        A column of numbers that may be missing.
    treatment
        The column of the arm, of two values, assigned by chance.
    observed
        A column of 0 and 1 that says where the outcome is there; None where missing values say so.
    tighten
        A column of few values, known before the treatment began: bounds are made within each and averaged, which can
        only narrow them.
    clusters
        The column whose values were randomised, if rows were not.

    Raises
    ------
    BadInput
        When no outcome is there in some arm, or in some arm and value of `tighten`.

    Examples
    --------
    The treatment does nothing but keep those with low outcomes from leaving; what is left of them differs all the same:

    >>> from liveloop.base.seeds import flips, normals
    >>> rows = range(2000); y = normals(6, "y", rows); arm = flips(6, "arm", rows, 0.5)
    >>> data = {"y": np.where(~arm & (y < -0.5), np.nan, y), "arm": arm}
    >>> made = lee_bounds(data, outcome="y", treatment="arm")
    >>> naive = np.nanmean(data["y"][arm]) - np.nanmean(data["y"][~arm])
    >>> bool(naive < -0.4), bool(made.lower < -0.9), bool(made.low < 0 < made.high)
    (True, True, True)

    Source: Lee (2009), doi:10.1111/j.1467-937X.2009.00536.x; the standard errors are those of its Proposition 3, by
    influence, so that they go by clusters too.
    """
    refuse_level(level)
    rest = [one for one in (observed, tighten, clusters, weights) if one]
    frame = read_frame(data, [outcome, treatment, *rest])
    y, there = read_partly(frame, outcome, observed)
    arms = frame.two_arms(treatment, control=control)
    groups, w = read_clusters(frame, clusters), frame.weights(weights)
    seen = Seen(y, arms.codes, there, np.ones(frame.rows) if w is None else w)
    cells = frame.groups(tighten, "cell") if tighten else Groups(np.zeros(frame.rows, np.int64), ("all",))
    _refuse_empty(seen, cells, arms, tighten)
    everyone = np.ones(frame.rows, bool)
    fuller = int(seen.rate(1, everyone)[0] >= seen.rate(0, everyone)[0])
    low, high, turned = _averaged(seen, cells, fuller)
    rates = [seen.rate(arm, everyone) for arm in (0, 1)]
    codes = None if groups is None else groups.codes
    ratio, sure = _gap(rates, codes)
    told = [] if sure else [f"{outcome} is missing about as often in both arms: which one to trim is not sure"]
    told += [f"in {turned} of {cells.count} values of {tighten} the other arm has more outcomes"] if turned else []
    return bounded(
        f"effect of {treatment} {arms.labels[1]!r} on {outcome} for those whose {outcome} would be there in either arm",
        "Lee bounds", [low], [high], codes=codes, level=level,
        counts=counts_of(arms, groups, clusters) | {
            f"rows with {outcome}, {label!r}": int((there & (arms.codes == code)).sum())
            for code, label in enumerate(arms.labels)},
        assumes=(f"each {clusters or 'row'} got its arm by chance, independently of the others",
                 f"the treatment makes {outcome} {'missing' if fuller == 0 else 'be there'} for some, and the opposite "
                 "for nobody (monotone selection)"),
        diagnostics=(
            Diagnostic("outcomes there", rates[1][0] - rates[0][0], f"share in the treated arm, {short(rates[1][0])}, "
                       f"less that in the control arm, {short(rates[0][0])}; t {short(ratio)}"),
            Diagnostic("trimmed", 1 - rates[1 - fuller][0] / rates[fuller][0], f"share of {arms.labels[fuller]!r} that "
                       "may be there because of the arm"),
        ),
        warnings=tuple(told),
    )  # fmt: skip


def _averaged(seen: Seen, cells: Groups, fuller: int) -> tuple[Known, Known, int]:
    """Average the bounds of each cell by its share of those who are there in either arm."""
    always = seen.weights * (seen.arm == 1 - fuller) * seen.there
    rows = len(seen.y)
    low, high, turned = (0.0, np.zeros(rows)), (0.0, np.zeros(rows)), 0
    for code in range(cells.count):
        inside = cells.codes == code
        share, moved = mean_of(inside.astype(np.float64)[:, None], always)
        smallest, largest, other = trimmed(seen, inside, fuller)
        turned += other
        low, high = (
            (total[0] + float(share[0]) * one[0], total[1] + float(share[0]) * one[1] + one[0] * moved[:, 0])
            for total, one in ((low, smallest), (high, largest))
        )
    return low, high, turned


def trimmed(seen: Seen, inside: Flags, fuller: int) -> tuple[Known, Known, bool]:
    """Give both bounds among some rows, and whether there the other arm is the fuller one, so that none is trimmed."""
    more, less = seen.rate(fuller, inside), seen.rate(1 - fuller, inside)
    cut = 1 - less[0] / more[0]
    moved_cut = -less[1] / more[0] + less[0] / more[0] ** 2 * more[1]
    if cut <= 0:
        cut, moved_cut = 0.0, np.zeros(len(seen.y))
    which = inside & (seen.arm == fuller) & seen.there
    largest = tail_mean(seen.y, seen.weights * which, cut, moved_cut)
    smallest = tail_mean(-seen.y, seen.weights * which, cut, moved_cut)
    other = seen.mean(1 - fuller, inside)
    above = largest[0] - other[0], largest[1] - other[1]
    below = -smallest[0] - other[0], -smallest[1] - other[1]
    turned = bool(less[0] > more[0])
    if fuller == 1:
        return below, above, turned
    return (-above[0], -above[1]), (-below[0], -below[1]), turned


def tail_mean(y: Floats, weights: Floats, cut: float, moved_cut: Floats) -> Known:
    """Give the mean of the largest share 1 - `cut` by weight, one row being split if need be; and what each row moved.

    With q the quantile at `cut` it is q + E (y - q)+ / (1 - cut). That form has no slope in q.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 3.0, 4.0]); one = np.ones(4)
    >>> tail_mean(y, one, 0.5, 0 * one)[0], round(tail_mean(y, one, 0.375, 0 * one)[0], 3)
    (3.5, 3.2)
    """
    order = np.argsort(y, kind="stable")
    total = float(weights.sum())
    reached = np.cumsum(weights[order]) / total
    counted = order[weights[order] > 0]
    at = int(np.searchsorted(reached[weights[order] > 0], cut * (1 - 1e-12), side="left"))
    q = float(y[counted[min(at, len(counted) - 1)]])
    over = np.maximum(y - q, 0.0)
    excess = float(weights @ over) / total
    value = q + excess / (1 - cut)
    moved = weights * (over - excess) / total / (1 - cut) + (value - q) / (1 - cut) * moved_cut
    return value, moved


def _gap(rates: list[Known], codes: Ints | None) -> tuple[float, bool]:
    error = float(covariance_of((rates[1][1] - rates[0][1])[:, None], codes)[0][0, 0] ** 0.5)
    gap = rates[1][0] - rates[0][0]
    return (gap / error if error > 0 else 0.0), gap == 0 or abs(gap) > 2 * error


def _refuse_empty(seen: Seen, cells: Groups, arms: Groups, tighten: str | None) -> None:
    for code, label in enumerate(cells.labels):
        for arm, name in enumerate(arms.labels):
            if not (seen.there & (seen.arm == arm) & (cells.codes == code)).any():
                where = f" with {tighten} {label!r}" if tighten else ""
                raise BadInput(f"no outcome is there in arm {name!r}{where}", where=tighten or "outcome",
                               allowed="outcomes in each arm")  # fmt: skip
