"""Do an estimator's intervals hold where the truth is known, in every scene of its drill?

It is run on draws until that is clear. The question is asked by bets that hold whenever one stops, so that an
estimator whose intervals cover as often as they promise is failed with a chance of at most one in a thousand, over all
scenes of a drill together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from liveloop.attempt import Attempt
from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.base.tables import Sheet
from liveloop.drill import Drill, EstimatorForm
from liveloop.estimate.ledger import Rule, judged, log_evidence_above
from liveloop.estimate.regime import share_between
from liveloop.exam.ask import scenes
from liveloop.exam.estimator_reference import Asked, draw, middle, ratios, references
from liveloop.exam.estimator_run import Box, EstimatorRunner, Said
from liveloop.exam.python import letters_of
from liveloop.exam.python_values import sheet
from liveloop.exam.reading import read
from liveloop.exam.sandbox.limits import Stop
from liveloop.exam.shown import Shown
from liveloop.finding import CoverageEvidence, LinesEvidence, TimingEvidence
from liveloop.probe import Contrast, Trial
from liveloop.scene import Replicates, Scene

ROUNDS = (50, 30, 30, 40, 50, 50, 50, 100, 200, 300, 300)
FEWER = (60, 60, 90, 90)  # draws of a smaller world, on which the same is looked for
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

    def with_more(self, drawn: Replicates, said: Said) -> Run:
        """Put one round behind."""
        return Run(self.size, (*self.drawn, drawn), (*self.said, said))

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
        """Say where the attempt's intervals do not hold in a scene; all scenes are run when the first is asked for."""
        run, fine = self.verdicts[scene.code]
        if fine is not False:  # None: time ran out before it was clear, which is said for itself
            return None
        shown = self.small.get(scene.code, run)
        return self._words(scene, run), self._evidence(scene, run, shown, worst(shown))

    @cached_property
    def verdicts(self) -> dict[str, tuple[Run, bool | None]]:
        """Run the attempt on draws of every scene until it is clear whether its intervals hold."""
        every = scenes(self.drill.folder)
        made = self._judged([(one, one.sizes[0]) for one in every], ROUNDS)
        return {one.code: verdict for one, verdict in zip(every, made, strict=True)}

    @cached_property
    def small(self) -> dict[str, Run]:
        """Run it on smaller worlds of the scenes in which they do not hold: the smallest in which the same is clear."""
        left = [one for one in scenes(self.drill.folder) if self.verdicts[one.code][1] is False]
        found: dict[str, Run] = {}
        for level in range(max((len(one.sizes) for one in left), default=1) - 1):
            asked = [
                (one, sorted(one.sizes[1:])[level])
                for one in left
                if one.code not in found and level < len(one.sizes) - 1
            ]
            for (one, _), (run, fine) in zip(asked, self._judged(asked, FEWER), strict=True):
                if fine is False:
                    found[one.code] = run
        return found

    def _judged(self, asked: Sequence[tuple[Scene, int]], rounds: Sequence[int]) -> list[tuple[Run, bool | None]]:
        """Draw in rounds from scenes at sizes, all in the same jobs, until each is clear; None where it never was."""
        made: list[tuple[Run, bool | None]] = [(Run(size, (), ()), None) for _, size in asked]
        for number, count in enumerate(rounds):
            left = [at for at, (_, fine) in enumerate(made) if fine is None]
            if not left or self.late:
                break
            drawn = [draw(asked[at][0], count, asked[at][1], (self.seed, number)) for at in left]
            for at, some, said in zip(left, drawn, self.runner.run_all(drawn), strict=True):
                run = made[at][0].with_more(some, said)
                done = len(run.missed)
                fine = judged(int(run.missed.sum()), done, self.rule) if done else None
                made[at] = run, fine
                self.draws += count
                self.tell(asked[at][0].code, done, sum(rounds))
                if fine is None and not said.came.all():
                    self._note_late(int((~said.came).sum()), count)
        return made

    def _note_late(self, missing: int, count: int) -> None:
        self.late = True
        if not self.runner.stops:
            self.runner.stops.append(Stop("cpu", _LATE.format(missing, count)))

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
        width = middle(self.times[scene.code])
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

    @cached_property
    def times(self) -> dict[str, Floats]:
        """Give how many times as wide as the reference's a scene's intervals are, of more draws where half are."""
        left = [(one, self.verdicts[one.code][0]) for one in scenes(self.drill.folder)]
        found = {scene.code: np.empty(0) for scene, _ in left}
        for number in range(COMPARED):
            left = [(scene, run) for scene, run in left if number < len(run.said)]
            asked = [Asked(scene, len(run.said[number].came), run.size, (self.seed, number)) for scene, run in left]
            for (scene, run), expected in zip(left, references(self.drill, asked, self.sandbox), strict=True):
                found[scene.code] = np.concatenate([found[scene.code], ratios(run.said[number], expected)])
            left = [(scene, run) for scene, run in left if self._is_wide(found[scene.code])]
        return found

    def _is_wide(self, found: Floats) -> bool:
        """Say whether it takes more draws to tell."""
        if not len(found):
            return False
        return bool((found > self.form.width).mean() >= 0.4 or np.isinf(found).mean() >= ENDLESS / 2)

    def too_wide(self) -> tuple[str, CoverageEvidence] | None:
        """Say where the intervals are far wider than the reference's in most draws, of scenes that they hold in."""
        for scene in scenes(self.drill.folder):
            run, fine = self.verdicts[scene.code]
            if not fine or not len(run.missed):
                continue
            found = self.times[scene.code]
            if self._clear(found > self.form.width, 0.5) or self._clear(np.isinf(found), ENDLESS):
                return self._wide(scene, run, found)
        return None

    def _clear(self, such: Flags, share: float) -> bool:
        """Say whether it is clear that more than a share of draws are such."""
        return bool(log_evidence_above(int(such.sum()), len(such), share) >= -np.log(self.rule.false_fail))

    def _wide(self, scene: Scene, run: Run, found: Floats) -> tuple[str, CoverageEvidence]:
        """Show the widest of the first draws, beside the reference's interval."""
        asked = Asked(scene, len(run.said[0].came), run.size, (self.seed, 0))
        (expected,) = references(self.drill, [asked], self.sandbox)
        number = int(np.flatnonzero(run.said[0].came)[ratios(run.said[0], expected).argmax()])
        ends = finite(expected.low[number]), finite(expected.high[number])
        shown = replace(self._evidence(scene, run, run, (0, number)), principle=SHORT, reference_low=ends[0],
                        reference_high=ends[1])  # fmt: skip
        width, endless = middle(found), float(np.isinf(found).mean())
        words = f"its intervals are {width:.1f} times as wide as they have to be" if width is not None else ""
        if width is None or width <= self.form.width:
            words = f"{100 * endless:.0f} % of its intervals have no end"
        return f"it says less than it could when {scene.says}: {words}", shown


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
