"""Do an estimator's intervals hold where the truth is known, in every scene of its drill?

It is run on draws until that is clear. The question is asked by bets that hold whenever one stops, so that an
estimator whose intervals cover as often as they promise is failed with a chance of at most one in a thousand, over all
scenes of a drill together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from liveloop.attempt import Attempt
from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, stream
from liveloop.base.tables import Sheet
from liveloop.drill import Drill, EstimatorForm
from liveloop.estimate.ledger import Rule, judged, log_evidence_above
from liveloop.estimate.regime import share_between
from liveloop.exam.ask import scenes
from liveloop.exam.estimator_run import Box, EstimatorRunner, Said
from liveloop.exam.python import letters_of
from liveloop.exam.python_values import sheet
from liveloop.exam.reading import read
from liveloop.exam.sandbox.limits import Stop
from liveloop.exam.shown import Shown
from liveloop.finding import CoverageEvidence, LinesEvidence, TimingEvidence
from liveloop.probe import Contrast, Trial
from liveloop.scene import Replicates, Scene

ROUNDS = (30, 20, 30, 30, 40, 50, 50, 50, 100, 200, 300, 300)
FEWER = (30, 20, 30, 40, 60, 60, 60)  # draws of a smaller world, on which the same is looked for
COMPARED = 5  # rounds at most of which widths are compared with the reference's
ENDLESS = 0.15  # share of intervals that may have no end where the reference's has one
SHOWN_ROWS = 12
SHORT = "Coverage is owed, and no more of it: the shortest interval that covers says the most."
VISIBLE_SEED = 20_260_105  # the visible data are one fixed draw, never one that is examined
_LATE = "no result on {} of {} draws in the time for all"


@dataclass(frozen=True, eq=False)
class Run:
    """All that was drawn of a scene at one size, and what was said of it."""

    size: int
    drawn: tuple[Replicates, ...]
    said: tuple[Said, ...]

    @property
    def truth(self) -> Floats:
        """Give the truth of each draw that was reached."""
        return np.concatenate([one.truth[said.came] for one, said in zip(self.drawn, self.said, strict=True)])

    @property
    def values(self) -> Floats:
        """Give the estimate of each draw that was reached."""
        return np.concatenate([said.value[said.came] for said in self.said])

    @property
    def missed(self) -> Flags:
        """Say of which draws the interval does not hold the truth."""
        return np.concatenate(
            [said.misses(one.truth)[said.came] for one, said in zip(self.drawn, self.said, strict=True)]
        )

    @property
    def errors(self) -> dict[str, int]:
        """Count what was raised."""
        told: dict[str, int] = {}
        for said in self.said:
            for words, count in said.errors.items():
                told[words] = told.get(words, 0) + count
        return told


@dataclass
class EstimatorExhibit:
    """An estimator laid out for the probes: it and the reference run in jobs of their own, the truth stays out here."""

    drill: Drill
    attempt: Attempt
    sandbox: Box
    seed: int = 0
    tell: Callable[[str, int, int], None] = field(default=lambda *_: None)
    runner: EstimatorRunner = field(init=False)
    runs: dict[str, Run] = field(default_factory=dict)
    draws: int = 0
    late: bool = False

    def __post_init__(self) -> None:
        self.runner = EstimatorRunner(self.sandbox, self.form, self.attempt.text)

    @property
    def form(self) -> EstimatorForm:
        """Give what the attempt is held to."""
        if self.drill.estimator is None:
            raise BadInput("not an estimator drill", where=self.drill.slug, allowed="an [estimator] table")
        return self.drill.estimator

    @property
    def rule(self) -> Rule:
        """Give the rule by which coverage is judged: 2 % below the level is taken for it, 10 % is surely too little."""
        missing = 1 - self.form.level
        rule = Rule(missing + 0.02, missing + 0.1, false_pass=3e-3, most=sum(ROUNDS))
        return rule.shared(len(scenes(self.drill.folder)))

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Give the limits that the attempt's jobs met."""
        return tuple(self.runner.stops)

    def bases(self) -> Sequence[Any]:
        """Give nothing: scenes are drawn, not varied."""
        return ()

    def trials(self, contrasts: Sequence[Contrast]) -> Sequence[Trial]:
        """Run nothing: there are no contrasts."""
        del contrasts
        return ()

    def smallest(self, trial: Trial) -> Trial:
        """Give a trial back."""
        return trial

    def evidence(self, trial: Trial) -> CoverageEvidence:
        """Show no trial: there are none."""
        raise LookupError(f"an estimator has no trials: {trial}")

    def timing(self) -> TimingEvidence | None:
        """Time nothing: what takes too long has no result in the time for all draws."""
        return None

    def reading(self) -> LinesEvidence | None:
        """Read the text line by line."""
        return read("python", self.attempt.text, sandbox=self.sandbox, symbols=letters_of(self.drill.prompt))

    def held(self, scene: Scene) -> tuple[str, CoverageEvidence] | None:
        """Run the attempt on a scene until it is clear whether its intervals hold."""
        if self.late:  # it would only be waited for again
            return None
        run, fine = self._judged(scene, scene.sizes[0], ROUNDS)
        if fine is None:  # time ran out before it was clear, which is said for itself
            return None
        if fine:
            self.runs[scene.code] = run
            return None
        shown = run
        for size in sorted(scene.sizes[1:]):
            small, same = self._judged(scene, size, FEWER)
            if same is False:
                shown = small
                break
        return self._words(scene, run), self._evidence(scene, run, shown, worst(shown))

    def _judged(self, scene: Scene, size: int, rounds: Sequence[int]) -> tuple[Run, bool | None]:
        """Draw in rounds until it is clear; None where time ran out or the rounds were too few."""
        run, fine = Run(size, (), ()), None
        for number, count in enumerate(rounds):
            drawn = draw(scene, count, size, (self.seed, number))
            said = self.runner.run(drawn)
            run = Run(size, (*run.drawn, drawn), (*run.said, said))
            self.draws += count
            done = len(run.missed)
            self.tell(scene.code, done, sum(rounds))
            fine = judged(int(run.missed.sum()), done, self.rule) if done else None
            if not said.came.all():
                self.late = fine is None
                if self.late and not self.runner.stops:
                    self.runner.stops.append(Stop("cpu", _LATE.format(int((~said.came).sum()), count)))
                break
            if fine is not None:
                break
        return run, fine

    def _words(self, scene: Scene, run: Run) -> str:
        done, missed = len(run.missed), int(run.missed.sum())
        raised = sum(run.errors.values())
        if 2 * raised >= missed:  # that is what breaks it
            worst_of = max(run.errors, key=run.errors.__getitem__)
            return f"{scene.says}: {worst_of}" + ("" if raised == done else f" (in {raised} of {done} experiments)")
        if not np.any(run.truth) and missed:
            share = f"{100 * missed / done:.0f} % of {done} experiments"
            return f"{scene.says}: it finds an effect where there is none in {share}"
        share = f"{100 * (done - missed) / done:.0f} % of {done} experiments"
        return f"{scene.says}: the {100 * self.form.level:.0f} % interval holds the truth in {share}"

    def _evidence(self, scene: Scene, run: Run, shown: Run, place: tuple[int, int]) -> CoverageEvidence:
        """Show the whole, and one draw of a world."""
        done, missed = len(run.missed), int(run.missed.sum())
        low, high = share_between(done - missed, done) if done else (0.0, 0.0)
        error = run.values - run.truth if done else np.empty(0)
        known = error[np.isfinite(error)]
        width = middle(self.times(scene, run))
        at, number = place
        drawn, said = shown.drawn[at], shown.said[at]
        came = bool(np.isfinite(said.value[number]))
        return CoverageEvidence(
            draws=done, held=done - missed, low_share=low, high_share=high, level=self.form.level,
            bias=float(known.mean()) if len(known) else None,
            typical=float(np.median(np.abs(known))) if len(known) else None, width=width, principle=scene.principle,
            world=sheet_of(drawn, number), truth=float(drawn.truth[number]),
            value=finite(said.value[number]) if came else None, low=finite(said.low[number]) if came else None,
            high=finite(said.high[number]) if came else None,
            error=None if came else next(iter(said.errors), None),
        )  # fmt: skip

    def times(self, scene: Scene, run: Run) -> Floats:
        """Give how many times as wide as the reference's intervals are: of some draws, more where half are wider."""
        found = np.empty(0)
        for number, (drawn, said) in enumerate(zip(run.drawn[:COMPARED], run.said, strict=False)):
            expected = reference(self.drill, scene, len(drawn.truth), run.size, (self.seed, number), self.sandbox)
            found = np.concatenate([found, ratios(said, expected)])
            if (found > self.form.width).mean() < 0.4 and np.isinf(found).mean() < ENDLESS / 2:
                break
        return found

    def too_wide(self) -> tuple[str, CoverageEvidence] | None:
        """Say where the intervals are far wider than the reference's in most draws, of scenes that they hold in."""
        for scene in scenes(self.drill.folder):
            run = self.runs.get(scene.code)
            if run is None or not len(run.missed):
                continue
            found = self.times(scene, run)
            if self._clear(found > self.form.width, 0.5) or self._clear(np.isinf(found), ENDLESS):
                return self._wide(scene, run, found)
        return None

    def _clear(self, such: Flags, share: float) -> bool:
        """Say whether it is clear that more than a share of draws are such."""
        return bool(log_evidence_above(int(such.sum()), len(such), share) >= -np.log(self.rule.false_fail))

    def _wide(self, scene: Scene, run: Run, found: Floats) -> tuple[str, CoverageEvidence]:
        """Show the widest of the first draws, beside the reference's interval."""
        expected = reference(self.drill, scene, len(run.drawn[0].truth), run.size, (self.seed, 0), self.sandbox)
        number = int(np.flatnonzero(run.said[0].came)[ratios(run.said[0], expected).argmax()])
        ends = finite(expected.low[number]), finite(expected.high[number])
        shown = replace(self._evidence(scene, run, run, (0, number)), principle=SHORT, reference_low=ends[0],
                        reference_high=ends[1])  # fmt: skip
        width, endless = middle(found), float(np.isinf(found).mean())
        words = f"its intervals are {width:.1f} times as wide as they have to be" if width is not None else ""
        if width is None or width <= self.form.width:
            words = f"{100 * endless:.0f} % of its intervals have no end"
        return f"it says less than it could when {scene.says}: {words}", shown


@lru_cache(maxsize=24)  # what the scenes of one drill take; a draw may have megabytes
def draw(scene: Scene, count: int, size: int, seed: tuple[int, int]) -> Replicates:
    """Draw replicates of a scene: the same for the same seed; remembered, for attempts that are examined in a row."""
    return scene.draw(stream(seed[0], f"{scene.code}:{size}:{seed[1]}"), count, size)


def reference(drill: Drill, scene: Scene, count: int, size: int, seed: tuple[int, int], box: Box) -> Said:
    """Give what the reference says of the same draws; remembered."""
    return _reference(_Key(drill, scene, box), count, size, seed)


@dataclass(frozen=True)
class _Key:
    """What a reference is remembered by."""

    drill: Drill = field(compare=False)
    scene: Scene = field(compare=False)
    box: Box = field(compare=False)
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.drill.id}:{self.scene.code}:{hash(self.drill.reference)}")


@lru_cache(maxsize=400)
def _reference(key: _Key, count: int, size: int, seed: tuple[int, int]) -> Said:
    assert key.drill.estimator is not None
    runner = EstimatorRunner(key.box, key.drill.estimator, key.drill.reference)
    said = runner.run(draw(key.scene, count, size, seed))
    if not np.isfinite(said.value).all():
        raise RuntimeError(f"the reference gives no result: {runner.stops or list(said.errors)}")
    return said


def ratios(mine: Said, theirs: Said) -> Floats:
    """Give how many times as wide as the reference's each interval is; 0 where either has none, or no width."""
    width = np.where(theirs.high > theirs.low, theirs.high - theirs.low, np.nan)
    with np.errstate(invalid="ignore"):
        found = (mine.high - mine.low) / width
    return np.nan_to_num(found[mine.came], nan=0.0, posinf=np.inf)


def middle(found: Floats) -> float | None:
    """Give the median of ratios; None where it is none."""
    median = float(np.median(found)) if len(found) else 0.0
    return median if 0 < median < np.inf else None


def worst(run: Run) -> tuple[int, int]:
    """Find a draw that shows it, as (round, place).

    That is one on which nothing came back, where that is what most misses are; else the one that is missed by the most
    of its own interval's width.
    """
    best, place = -np.inf, (0, 0)
    raised = 2 * sum(run.errors.values()) >= int(run.missed.sum())
    for at, (drawn, said) in enumerate(zip(run.drawn, run.said, strict=True)):
        with np.errstate(invalid="ignore", divide="ignore"):
            away = np.maximum(said.low - drawn.truth, drawn.truth - said.high) / (said.high - said.low)
        away = np.where(np.isnan(said.value), np.inf if raised else -np.inf, np.where(np.isnan(away), 0.0, away))
        away = np.where(said.came, away, -np.inf)
        number = int(away.argmax())
        if away[number] > best:
            best, place = float(away[number]), (at, number)
    return place


def finite(number: float) -> float | None:
    """Give a number that JSON can hold; None for one that is endless."""
    return float(number) if np.isfinite(number) else None


def sheet_of(drawn: Replicates, number: int) -> Sheet:
    """Show the first rows of a draw."""
    one = drawn.one(number)
    rows = list(zip(*(shown_values(column[:SHOWN_ROWS]) for column in one.values()), strict=True))
    laid = sheet(tuple(one), tuple(rows))
    return Sheet(laid.columns, laid.types, laid.rows, cut=max(0, drawn.rows - len(rows)))


def shown_values(column: np.ndarray[Any, Any]) -> list[Any]:
    """Give values as they are shown: six digits are enough to see what is so.

    Examples
    --------
    >>> shown_values(np.array([30.318577383060195, 0.5])), shown_values(np.array([1, 2]))
    ([30.3186, 0.5], [1, 2])
    """
    values = column.tolist()
    return [float(f"{one:.6g}") for one in values] if column.dtype.kind == "f" else values


def example(drill: Drill) -> Replicates:
    """Draw what candidates see: one draw of the first scene."""
    scene = scenes(drill.folder)[0]
    return draw(scene, 1, scene.sizes[0], (VISIBLE_SEED, 0))


def run_visible(drill: Drill, text: str, sandbox: Box) -> Shown:
    """Run a text on the visible draw and show what came."""
    if drill.estimator is None:
        raise BadInput("not an estimator drill", where=drill.slug, allowed="an [estimator] table")
    runner = EstimatorRunner(sandbox, drill.estimator, text)
    said = runner.run(example(drill))
    came = bool(np.isfinite(said.value[0]))
    value = f"({said.value[0]:.6g}, {said.low[0]:.6g}, {said.high[0]:.6g})" if came else None
    stopped = str(runner.stops[0]) if runner.stops else None
    error = None if came or stopped else next(iter(said.errors), "nothing came back")
    return Shown(None, value, runner.stdout, error, 0.0, stopped)
