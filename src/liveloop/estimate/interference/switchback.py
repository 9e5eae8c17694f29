"""What does a treatment do that was switched on and off in turn, where each period feels those before it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints, stream
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import read_frame
from liveloop.estimate.interference.assignment import Assignment
from liveloop.estimate.interference.bias_reduced import Fitted, Form, above_zero, form_of, laid_out, reduced
from liveloop.estimate.interference.chances import Chances, DrawnChances
from liveloop.estimate.interference.comparison import ESTIMATORS
from liveloop.estimate.interference.counted import MOST_COMPLETE, CountedChances
from liveloop.estimate.interference.exposed import MOST_LISTED
from liveloop.estimate.interference.horvitz import BELOW, Seen, weights_of
from liveloop.estimate.interference.mapping import exposure_map
from liveloop.estimate.interference.network import Network
from liveloop.estimate.interference.periods import Blocks, Schedule, read_schedule
from liveloop.estimate.interference.serial import newey_west, usual_lags
from liveloop.estimate.interference.units import FEW, drawn_as_planned, off_plan, unit_weights
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.result import Convention, Diagnostic, Estimate, convention, normal_estimate

AVERAGES = ("periods", "rows")
_RESAMPLED = 499  # bootstrap draws: their error is 3 % of the standard error


def switchback(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    time: str,
    unit: str | None = None,
    blocks: Blocks = None,
    order: int = 0,
    together: bool = False,
    estimator: str = "hajek",
    average: str = "periods",
    design: str = "bernoulli",
    probability: float = 0.5,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    lags: int | None = None,
    draws: int = 4_000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Estimate the effect of always treating against never, from a switchback with carry-over of known order.

    Only periods count of which the last `order` + 1 saw one arm. Each is weighted by how likely that was under the
    design, and the standard error is that of the design: nothing is assumed of how outcomes move in time.

    Parameters
    ----------
    data
        A table with rows of units in periods; several rows of one unit and period are averaged.
    outcome, treatment
        Columns: numbers, and the arm of the period.
    time, unit
        The column of the period, in its own order, and of the market or region; None where there is one.
    blocks
        The column whose values were randomised, or how many periods a block has; each period when None.
    order
        For how many periods after it a treatment still acts (m).
    together
        Whether one coin switched all units; otherwise each unit has coins of its own.
    estimator
        "hajek", the difference of weighted means, or "horvitz-thompson", unbiased, and much less precise where outcomes
        are far from 0.
    average
        "periods": each period of each unit counts once; "rows": each row does, if treatment does not change how many
        there are.
    design, probability
        "bernoulli" with one probability, or "complete": as many blocks as were treated.
    covariates
        Columns known before, such as the hour or last week's outcome; one slope for both arms.
    weights
        A column of weights of rows.
    lags
        How many lags the Newey-West convention has; a rule of thumb when None.

    Raises
    ------
    BadInput
        When a block has both arms, or no window of an arm is whole.

    Examples
    --------
    The treatment adds 1 at once and 0.5 in the next period. Means of the arms see half of what carries over:

    >>> from liveloop.base.seeds import flips, normals
    >>> rows = np.arange(800); t = flips(1, "block", rows // 2, 0.5)
    >>> y = 5 + 1.0 * t + 0.5 * np.r_[0, t[:-1]] + 0.3 * normals(1, "noise", rows)
    >>> frame = {"y": y, "t": t, "hour": rows}
    >>> naive = switchback(frame, outcome="y", treatment="t", time="hour", blocks=2)
    >>> right = switchback(frame, outcome="y", treatment="t", time="hour", blocks=2, order=1)
    >>> naive.high < 1.5, right.low < 1.5 < right.high
    (True, True)

    Source: Bojinov, Simchi-Levi and Zhao (2023), doi:10.1287/mnsc.2022.4583; the bound on the variance is that of
    Aronow and Samii (2017) on sums over periods that share their coins.
    """
    refuse_level(level)
    one_of(estimator, "estimator", tuple(ESTIMATORS))
    one_of(average, "average", AVERAGES)
    one_of(design, "design", ("bernoulli", "complete"))
    if order < 0:
        raise BadInput(f"order is {order}", where="order", allowed="0 or more periods")
    if covariates and estimator != "hajek":
        raise BadInput("covariates are adjusted for in weighted means", where="covariates", allowed="estimator='hajek'")
    named = [outcome, treatment, time, unit, weights, blocks if isinstance(blocks, str) else None, *covariates]
    frame = read_frame(data, [one for one in named if one])
    arms = frame.two_arms(treatment, control=control)
    weight = unit_weights(frame, weights)
    schedule = read_schedule(frame, arms, weight, time=time, unit=unit, blocks=blocks, together=together,
                             design=design, probability=probability)  # fmt: skip
    windows = windows_of(schedule, order, draws=draws, seed=seed)
    setting = _Setting(
        schedule, windows, schedule.mean(frame.numbers(outcome, "outcome"), weight)[windows.cells],
        schedule.mean(frame.matrix(covariates), weight)[windows.cells], tuple(covariates),
        (schedule.weight if average == "rows" else np.ones(schedule.count))[windows.cells],
        estimator, outcome, order, level,
    )  # fmt: skip
    setting.refuse_empty(arms.labels)
    return setting.estimate(arms.labels, frame.rows, lags, seed)


@dataclass(frozen=True, eq=False)
class Windows:
    """Cells whose window is known, and the segments of cells that depend on the same coins.

    Parameters
    ----------
    cells
        Places of the cells.
    segment
        The segment of each of them.
    codes
        Of each segment: 0 all control, 2 all treated, 1 mixed.
    chances
        Of segments.
    """

    cells: Ints
    segment: Ints
    codes: Ints
    chances: Chances


def windows_of(schedule: Schedule, order: int, *, draws: int, seed: int) -> Windows:
    """Sort cells into segments, and say what each segment saw and how likely that was.

    Raises
    ------
    BadInput
        When no cell has as many periods before it.
    """
    known, reach = schedule.windows(order)
    cells = np.flatnonzero(known)
    if not len(cells):
        raise BadInput(f"no period has {order} periods before it in the data", where="order", allowed="a smaller order")
    first, segment = alike_rows(reach)
    reached = sparse.csr_array(reach[first])
    whole = schedule.design
    design = Assignment(schedule.coin[cells[first]], whole.treated, whole.chance, whole.kind, whole.strata)
    rule = exposure_map("full")
    sizes = np.diff(reached.indptr)
    number = np.asarray(reached @ whole.treated.astype(np.float64))
    codes = rule.rule(whole.treated[design.coins], number, sizes)
    return Windows(cells, segment, codes, _chances(Network(reached), design, draws, seed))


def alike_rows(matrix: Any) -> tuple[Ints, Ints]:  # noqa: ANN401 - a sparse matrix
    """Sort rows that hold the same columns together: the first of each kind, and of each row its kind.

    Examples
    --------
    >>> first, kind = alike_rows(sparse.csr_array(np.array([[1, 1, 0], [0, 1, 1], [1, 1, 0]])))
    >>> first.tolist(), kind.tolist()
    ([1, 0], [1, 0, 1])
    """
    sizes = np.diff(matrix.indptr)
    width = int(sizes.max())
    laid = np.full((len(sizes), width), matrix.shape[1])
    laid[np.arange(width) < sizes[:, None]] = matrix.indices
    _, first, kind = np.unique(-np.sort(laid, axis=1), axis=0, return_index=True, return_inverse=True)
    return first.astype(np.int64), kind.ravel().astype(np.int64)


def _chances(reach: Network, design: Assignment, draws: int, seed: int) -> Chances:
    rule = exposure_map("full")
    if design.kind == "bernoulli" or int(reach.neighbours.max()) <= MOST_COMPLETE:
        return CountedChances(reach, design, rule)
    every = design.every(MOST_LISTED)
    coins, weights = every if every is not None else (design.draws(seed, draws), None)
    codes = rule.rule(coins[:, design.coins], reach.treated(coins), reach.sizes)
    return DrawnChances(codes, len(rule.labels), weights)


@dataclass(frozen=True, eq=False)
class _Setting:
    """All that the effect rests on: of each cell with a whole window, its outcome, covariates and weight."""

    schedule: Schedule
    windows: Windows
    outcome: Floats
    covariates: Floats
    known: tuple[str, ...]
    weight: Floats
    estimator: str
    name: str
    order: int
    level: float

    @property
    def seen(self) -> Seen:
        """Give what segments saw."""
        return Seen(self.windows.codes, np.ones(len(self.windows.codes), bool), self.windows.chances)

    def refuse_empty(self, labels: tuple[object, ...]) -> None:
        """Refuse data of which no window, or one only, saw one of the arms throughout."""
        for code, label in ((0, labels[0]), (2, labels[1])):
            number = int((self.windows.codes == code).sum())
            if number < 2:
                raise BadInput(
                    f"{number} stretches of coins were {label!r} for {self.order + 1} periods on end", where="order",
                    allowed="a smaller order, longer blocks, or more periods: two stretches or more for each arm",
                )  # fmt: skip

    def estimate(self, labels: tuple[object, ...], rows: int, lags: int | None, seed: int) -> Estimate:
        """Compare windows of treatment with windows of control."""
        means, residual, fitted = self._means()
        value, size = means[1] - means[0], float(self.weight.sum())
        summed = np.zeros(len(self.windows.codes))
        np.add.at(summed, self.windows.segment, self.weight * residual / size)
        form = form_of(self.seen, 2, 0)
        variance, below = above_zero(self.seen, summed, (2, 0), form)
        plain = variance**0.5
        error, df = (plain, None) if fitted is None else self._reduced(residual, fitted, form)
        return normal_estimate(
            f"mean {self.name} if always {labels[1]!r} minus if always {labels[0]!r}", value, error,
            df=df, level=self.level,
            method=f"{ESTIMATORS[self.estimator]}, carry-over of {self.order} period{'' if self.order == 1 else 's'}"
            + (", adjusted" if self.covariates.shape[1] else ""),
            correction="design-based, conservative" + (", bias-reduced" if df else ""),
            counts=self._counts(labels, rows),
            assumes=(f"a treatment acts for at most {self.order} periods after its own",
                     "no period feels what comes after it, no unit what others get",
                     f"blocks came into arms by the design that was named ({self.schedule.design.kind})"),
            diagnostics=self._diagnostics(), warnings=(*self._warnings(), *((BELOW,) if below else ())),
            conventions=() if fitted is None else self._conventions(value, residual / size, lags, seed, plain),
        )  # fmt: skip

    def _reduced(self, residual: Floats, fitted: Fitted, form: Form | None) -> tuple[float, float | None]:
        """Give the standard error by the weights that were seen, bias-reduced, and its df; None for the normal law."""
        scale = np.zeros(len(self.outcome))
        for part in self._cell_weights():
            weight = part * self.weight
            scale[weight > 0] = self.weight[weight > 0] / weight.sum()
        summed = np.zeros(len(self.windows.codes))
        np.add.at(summed, self.windows.segment, scale * residual)
        variance, _ = above_zero(self.seen, summed, (2, 0), form)
        if form is None:
            return float(variance**0.5), None
        place = np.full(len(self.windows.codes), -1)
        place[form.units] = np.arange(len(form.units))
        rows = place[self.windows.segment[fitted.places]]
        factor, df = reduced(form.matrix, laid_out(rows, scale[fitted.places], len(form.units)), fitted)
        return float((variance * factor) ** 0.5), df

    def _cell_weights(self) -> tuple[Floats, Floats]:
        """Give 1 over the chance of the window, for cells of control and of treatment, 0 for the others."""
        seen = self.seen
        control, treated = weights_of(seen, 0)[self.windows.segment], weights_of(seen, 2)[self.windows.segment]
        return control, treated

    def _means(self) -> tuple[tuple[float, float], Floats, Fitted | None]:
        """Give the mean of control and of treatment, what cells leave of them, and the fit."""
        control, treated = self._cell_weights()
        if self.estimator == "horvitz-thompson":
            size = self.weight.sum()
            both = [float((part * self.weight * self.outcome).sum() / size) for part in (control, treated)]
            return (both[0], both[1]), self.outcome, None
        kept = np.flatnonzero((control > 0) | (treated > 0))
        centred = self.covariates - np.average(self.covariates, axis=0, weights=self.weight)
        x = np.column_stack([control[kept] > 0, treated[kept] > 0, centred[kept]]).astype(np.float64)
        names = ["control", "treated", *self.known]
        weight = ((control + treated) * self.weight)[kept]
        fit = fit_rows(self.outcome[kept], x, names, weights=weight)
        residual = np.zeros(len(self.outcome))
        residual[kept] = self.outcome[kept] - x @ fit.beta
        return (float(fit.beta[0]), float(fit.beta[1])), residual, Fitted(kept, x, weight)

    def _counts(self, labels: tuple[object, ...], rows: int) -> dict[str, int]:
        segment = self.windows.codes[self.windows.segment]
        return {
            "rows": rows, "units": int(self.schedule.table.shape[0]), "periods": int(self.schedule.table.shape[1]),
            "blocks": self.schedule.design.count, "blocks treated": int(self.schedule.design.treated.sum()),
            "periods with a whole window": len(self.outcome),
            f"periods with a window of {labels[0]!r}": int((segment == 0).sum()),
            f"periods with a window of {labels[1]!r}": int((segment == 2).sum()),
        }  # fmt: skip

    def _diagnostics(self) -> tuple[Diagnostic, ...]:
        control, treated = self._cell_weights()
        used = float(((control > 0) | (treated > 0)).mean())
        made = [Diagnostic("periods used", used, "share of those with a whole window that saw one arm throughout")]
        for weight, name in ((control, "control"), (treated, "treated")):
            by_block = np.bincount(self.schedule.coin[self.windows.cells], weight * self.weight)
            made.append(Diagnostic(f"effective blocks, {name}", float(by_block.sum() ** 2 / (by_block**2).sum()),
                                   "blocks, those with unequal weights counted less"))  # fmt: skip
        return (*made, *drawn_as_planned(self.schedule.design))

    def _warnings(self) -> tuple[str, ...]:
        least = min(one.value for one in self._diagnostics() if one.name.startswith("effective"))
        few = f"an arm has {least:.1f} effective blocks: the interval rests on a large-sample law"
        return (*((few,) if least < FEW else ()), *off_plan(self.schedule.design))

    def _conventions(
        self, value: float, psi: Floats, lags: int | None, seed: int, plain: float
    ) -> tuple[Convention, ...]:
        """Give the errors by blocks, by serial correlation, by resampling, and by units where there are some."""
        control, treated = self._cell_weights()
        scores = psi * self.weight * (treated - control)
        cells, schedule = self.windows.cells, self.schedule
        coins = schedule.coin[cells]
        by_block = np.bincount(coins, scores)
        made: list[tuple[str, float, float | None]] = [
            ("design-based, residuals as they are", plain, None),
            ("clusters of blocks, CR0", float((by_block**2).sum() ** 0.5), None),
        ]
        periods = schedule.table.shape[1]
        lags = max(self.order, usual_lags(periods)) if lags is None else lags
        laid = np.zeros(schedule.table.shape)
        laid[schedule.unit[cells], schedule.period[cells]] = scores
        made.append((f"Newey-West, {lags} lags", newey_west(laid, lags) ** 0.5, None))
        made.append(("block bootstrap", self._resampled(coins, seed), None))
        units = schedule.table.shape[0]
        if units > 1:
            by_unit = laid.sum(axis=1)
            made.append(
                ("clusters of units, CR1", float(((by_unit**2).sum() * units / (units - 1)) ** 0.5), units - 1.0)
            )
        return tuple(convention(name, value, error, df, self.level) for name, error, df in made)

    def _resampled(self, coins: Ints, seed: int) -> float:
        """Draw blocks with replacement, and give the spread of the difference of weighted means, unadjusted."""
        control, treated = self._cell_weights()
        columns = [part * self.weight * value for part in (control, treated) for value in (1.0, self.outcome)]
        sums = np.column_stack([np.bincount(coins, column) for column in columns])
        sums = sums[(sums[:, [0, 2]] > 0).any(axis=1)]
        count = len(sums)
        chosen = stream(seed, "blocks").integers(0, count, size=(_RESAMPLED, count))
        places = (chosen + count * np.arange(_RESAMPLED)[:, None]).ravel()
        drawn = np.bincount(places, minlength=_RESAMPLED * count).reshape(_RESAMPLED, count) @ sums
        drawn = drawn[(drawn[:, [0, 2]] > 0).all(axis=1)]
        return float((drawn[:, 3] / drawn[:, 2] - drawn[:, 1] / drawn[:, 0]).std(ddof=1))
