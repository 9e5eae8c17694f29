"""Does a Python attempt give what the reference gives, and if not, on which smallest call?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median

from liveloop.attempt import Attempt
from liveloop.base.errors import BadInput
from liveloop.base.tables import Sheet
from liveloop.drill import Drill, PythonForm
from liveloop.exam import cases
from liveloop.exam.python_compare import Difference, How, compare
from liveloop.exam.python_runs import OUT_OF_TIME, REPLY_BYTES, Box, Memo, Outcome, Runner, read_reply
from liveloop.exam.python_shrink import shrink
from liveloop.exam.python_values import cell, clip, sheet, show
from liveloop.exam.reading import read
from liveloop.exam.sandbox.limits import Limits, Stop
from liveloop.exam.shown import Shown
from liveloop.finding import CallEvidence, ContainmentEvidence, Evidence, LinesEvidence, TimingEvidence
from liveloop.probe import Contrast, Trial
from liveloop.probes.calls import Call, Grid

REFERENCES = Memo(20_000)  # what references give does not change from hand-in to hand-in
FLOOR_SECONDS = 0.25  # below this nobody waits, whatever the ratio
RUNS = 3
MOST_WRONG_BASES = 2
VISIBLE_SEED, VISIBLE_SHAPE = 20_260_105, 1  # the visible data are one fixed draw, never one that is examined
VISIBLE_LIMITS = Limits(wall_seconds=10.0, cpu_seconds=5.0, reply_bytes=2 * REPLY_BYTES)
TIMING_LIMITS = Limits(wall_seconds=15.0, cpu_seconds=3.0, reply_bytes=REPLY_BYTES)


@dataclass(frozen=True)
class Timed:
    """One run of the big call: how long it took, what came of it, and the limit that ended it."""

    seconds: float
    outcome: Outcome
    stopped: str | None = None


@dataclass
class PythonExhibit:
    """A Python attempt laid out for the probes.

    The attempt and the reference run in jobs of their own; only what the attempt returned, as data, meets what the
    reference returned, out here.
    """

    drill: Drill
    attempt: Attempt
    sandbox: Box
    seed: int = 0
    runner: Runner = field(init=False)
    reference: Runner = field(init=False)
    broke: bool = False  # on some small input, which is told there
    raised: bool = False  # an error, on some small input
    astray: bool = False  # it is wrong on ordinary input, or by chance: then a contrast says nothing about its cause

    def __post_init__(self) -> None:
        self.runner = Runner(self.sandbox, self.form, self.attempt.text)
        self.reference = Runner(self.sandbox, self.form, self.drill.reference, REFERENCES, trusted=True)

    @property
    def form(self) -> PythonForm:
        """Give what the attempt is held to."""
        if self.drill.python is None:
            raise BadInput("not a Python drill", where=self.drill.slug, allowed="a [python] table")
        return self.drill.python

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Give the limits that the attempt's jobs met, in the order they were met."""
        return tuple(self.runner.stops)

    def bases(self) -> Sequence[Call]:
        """Give small calm calls cut from the drill's world."""
        return cases.bases(self.drill, self.seed)

    def trials(self, contrasts: Sequence[Contrast]) -> Sequence[Trial]:
        """Run attempt and reference on every call of the contrasts, each in few jobs."""
        calls = list(dict.fromkeys(call for contrast in contrasts for call in (*contrast.calm, contrast.nasty)))
        with ThreadPoolExecutor(2) as pool:  # they share nothing but the sandbox, which takes several jobs at a time
            references, attempts = pool.submit(self.expected, calls), pool.submit(self.runner.outcomes, calls)
            expected = dict(zip(calls, references.result(), strict=True))
            got = dict(zip(calls, attempts.result(), strict=True))
        self.astray = self.astray or self.goes_astray([self.trial(one, expected, got) for one in contrasts])
        trials = [self.trial(contrast, expected, got) for contrast in contrasts]
        self.broke = self.broke or any(trial.broke for trial in trials)
        self.raised = self.raised or any(trial.broke and trial.error is not None for trial in trials)
        return trials

    def goes_astray(self, trials: Sequence[Trial]) -> bool:
        """Say whether the attempt differs on two bases, or gives two results for one call.

        Such an attempt agrees on a calm neighbour by chance at best: it is told once, not once for each probe.
        """
        ordinary = set(self.bases())
        wrong = [
            trial
            for trial in trials
            if trial.broke and not (trial.contrast.calm or trial.contrast.unless) and trial.contrast.nasty in ordinary
        ]
        return len(wrong) >= MOST_WRONG_BASES or any(trial.broke and trial.contrast.nasty.again for trial in trials)

    def expected(self, calls: Sequence[Call]) -> list[Outcome]:
        """Run the reference; where it is stopped, once more; and where it gives nothing at all, say so."""
        outcomes = self.reference.outcomes(calls)
        if any(outcome.stopped for outcome in outcomes):
            outcomes = self.reference.outcomes(calls)
        useless = [outcome for outcome in outcomes if self.agrees(outcome, outcome) is None]
        if outcomes and len(useless) == len(outcomes):
            raise RuntimeError(f"the reference gives no result: {useless[0].error}")
        return outcomes

    def trial(self, contrast: Contrast, expected: dict[Call, Outcome], got: dict[Call, Outcome]) -> Trial:
        """Judge one contrast: beside the reference, or beside itself where the same call is made again."""
        nasty: Call = contrast.nasty
        if nasty.again:
            first = contrast.calm[0]
            steady = self.agrees(expected[first], expected[nasty]) and got[first].error is None
            same = self.agrees(got[first], got[nasty])
            return Trial(contrast, bool(steady), same, nasty.size, got[nasty].error)
        calm = all(self.agrees(expected[call], got[call]) for call in contrast.calm)
        if self.astray and contrast.calm:
            return Trial(contrast, calm_agrees=False, agrees=None, size=nasty.size, error=got[nasty].error)
        return Trial(contrast, calm, self.agrees(expected[nasty], got[nasty]), nasty.size, got[nasty].error)

    def agrees(self, expected: Outcome, got: Outcome) -> bool | None:
        """Say whether the attempt did what the reference did; None when that says nothing."""
        if expected.stopped is not None:
            return None
        if expected.trouble is not None:
            allowed = set(self.form.raises)
            if not allowed & set(expected.trouble.types):
                return None
            return got.trouble is not None and bool(allowed & set(got.trouble.types))
        return got.error is None and self.difference(expected, got) is None

    def difference(self, expected: Outcome, got: Outcome) -> Difference | None:
        """Say in what two values differ."""
        return compare(expected.value, got.value, How(self.form.tolerance, self.form.ordered))

    def smallest(self, trial: Trial) -> Trial:
        """Shrink a broken trial: rows go, then values get simple; then say what differs."""
        stopped = self.pair(trial)[1].stopped is not None
        small = trial if stopped else shrink(trial, self.trials)  # each try would have to be stopped too
        words, trouble = self.words(small), self.pair(small)[1].trouble
        if not words:
            return small
        says = f"it does not run: {trouble}" if trouble and trouble.loading else f"{small.contrast.says}: {words}"
        contrast = Contrast(small.contrast.nasty, small.contrast.calm, says)
        return Trial(contrast, small.calm_agrees, small.agrees, small.size, small.error)

    def words(self, trial: Trial) -> str:
        """Say what differs on the nasty call."""
        expected, got = self.pair(trial)
        if got.error is not None:
            return f"it raises {got.trouble.types[0]}" if got.trouble else f"it is {got.error}"
        if expected.trouble is not None:
            return f"it gives a value, where {expected.trouble.types[0]} is due"
        difference = self.difference(expected, got)
        return difference.words if difference else ""

    def pair(self, trial: Trial) -> tuple[Outcome, Outcome]:
        """Give what was expected of a trial's nasty call and what came."""
        nasty: Call = trial.contrast.nasty
        got = self.runner.outcomes([nasty])[0]
        if nasty.again:
            return self.runner.outcomes([trial.contrast.calm[0]])[0], got
        return self.reference.outcomes([nasty])[0], got

    def evidence(self, trial: Trial) -> Evidence:
        """Show the call, what was expected and what came; what the sandbox stopped is shown as that."""
        expected, got = self.pair(trial)
        if got.stopped is not None:
            return ContainmentEvidence(got.stopped.limit, got.stopped.detail)
        plain = expected.error is None and got.error is None
        difference = self.difference(expected, got) if plain else None
        call: Call = trial.contrast.nasty
        return CallEvidence(
            call=self.call_text(call),
            arguments={name: shown(argument) for name, argument in zip(call.names, call.arguments, strict=True)},
            expected=show_outcome(expected, difference.expected_rows if difference else ()),
            got=None if got.error else show_outcome(got, difference.got_rows if difference else ()),
            error=got.error,
        )

    def call_text(self, call: Call) -> str:
        """Write the call as the candidate would."""
        given = [
            name if isinstance(argument, Grid) else f"{name}={literal(argument)}"
            for name, argument in zip(call.names, call.arguments, strict=True)
        ]
        return f"{self.form.entry}({', '.join(given)})"

    def timing(self) -> TimingEvidence | None:
        """Time attempt and reference on the big call, by turns; None when the attempt is fast enough.

        One quick run is enough to be fast. Who is slow is timed again, beside the reference, before it is said. Who
        gives nothing there, or too few rows, was not quick.
        """
        if self.runner.outcomes([self.bases()[0]])[0].error is not None:
            return None  # what gives nothing on a small call has been told so
        call, ratio = cases.big(self.drill, self.seed), self.form.allowed_ratio
        first = self.timed(self.runner, call)
        wrong = first.stopped or self.wrong_when_big(call, first.outcome)
        if wrong is not None:
            reference = self.timed(self.reference, call)
            if reference.stopped is None and reference.outcome.error is None:
                return TimingEvidence(call.size, first.seconds, reference.seconds, 1, ratio, wrong)
            return None
        if first.seconds < FLOOR_SECONDS:
            return None
        attempts, references = [first.seconds], [self.timed(self.reference, call).seconds]
        while self.too_slow(attempts, references) and len(attempts) < RUNS:
            attempts.append(self.timed(self.runner, call).seconds)
            references.append(self.timed(self.reference, call).seconds)
        if not self.too_slow(attempts, references):
            return None
        return TimingEvidence(call.size, median(attempts), median(references), len(attempts), ratio)

    def wrong_when_big(self, call: Call, got: Outcome) -> str | None:
        """Say what is wrong with what came of the big call, unless small calls have shown that already."""
        if got.trouble is not None and "MemoryError" in got.trouble.types:
            return f"memory: {got.trouble}"
        if got.error is not None:
            return None if self.raised else got.error
        if self.broke or got.length is None:
            return None
        due = self.length_due(call)
        return None if due is None or due == got.length else f"it gives {got.length} rows, {due} are due"

    def length_due(self, call: Call) -> int | None:
        """Say how many rows the reference gives on the big call."""
        key = ("big", self.drill.id, self.drill.reference, self.seed)
        known = REFERENCES.get(key)
        if known is None:
            known = self.timed(self.reference, call).outcome
            if known.error is None:
                REFERENCES.put(key, known)
        return known.length

    def too_slow(self, attempts: list[float], references: list[float]) -> bool:
        """Say whether the medians are further apart than the drill allows."""
        return median(attempts) >= max(FLOOR_SECONDS, self.form.allowed_ratio * median(references))

    def timed(self, runner: Runner, call: Call) -> Timed:
        """Time one call from outside the child, less what any job with this call costs.

        What the kernel charged the job is what counts; a job that waits without working is stopped by the wall.
        """
        reply = runner.job([call], TIMING_LIMITS, values=False)
        outcome = read_reply(reply, 1)[0] or Outcome(stopped=reply.stopped or OUT_OF_TIME)
        if reply.stopped is not None:
            runner.stops.append(reply.stopped)
            if reply.payload is None:
                return Timed(max(reply.cpu_seconds, FLOOR_SECONDS), outcome, str(reply.stopped))
        if reply.cpu_seconds < FLOOR_SECONDS or outcome.error is not None:
            return Timed(reply.cpu_seconds, outcome)
        idle = Runner(self.sandbox, self.form, f"def {self.form.entry}(*args): pass\n")
        spent = idle.job([call], TIMING_LIMITS, values=False).cpu_seconds
        return Timed(max(0.001, reply.cpu_seconds - spent), outcome)

    def reading(self) -> LinesEvidence | None:
        """Read the text line by line; an input that calls have changed is remarked upon too."""
        bases = list(self.bases())
        self.runner.outcomes(bases)
        changed = {at for outcome in self.runner.memo.all() for at in outcome.mutated}
        names = tuple(name for at, name in enumerate(bases[0].names) if at in changed)
        symbols = letters_of(self.drill.prompt)
        return read("python", self.attempt.text, sandbox=self.sandbox, mutated=names, symbols=symbols)


def letters_of(prompt: str) -> str:
    """List the single letters that a prompt writes as code: the symbols of its formulas.

    Examples
    --------
    >>> letters_of("With `n` users in `G` accounts: `variance = G / (G - 1) * S / n`")
    'GSn'
    """
    code = re.findall(r"```.*?```|`[^`]+`", prompt, re.DOTALL)
    return "".join(sorted({letter for part in code for letter in re.findall(r"\b[A-Za-z]\b", part)}))


def shown(argument: object) -> Sheet | str:
    """Show an argument: a grid as a sheet, with its index where there is something to see; a literal as text."""
    if not isinstance(argument, Grid):
        return literal(argument)
    zones = dict(argument.zones)
    names = tuple(
        f"{column.name} ({zones[column.name]})" if column.name in zones else column.name for column in argument.columns
    )
    types = tuple(column.type for column in argument.columns)
    cells = tuple(row.cells for row in argument.rows)
    labels = argument.labels()
    if labels is not None:
        names, types = ("(index)", *names), ("int", *types)
        cells = tuple((label, *row) for label, row in zip(labels, cells, strict=True))
    laid = sheet(names, cells)
    return Sheet(laid.columns, types, laid.rows, cut=laid.cut)


def literal(value: object) -> str:
    """Write a literal as Python text."""
    return clip(
        repr(list(value)) if isinstance(value, tuple) else repr(cell(value) if hasattr(value, "isoformat") else value)
    )


def show_outcome(outcome: Outcome, marked: tuple[int, ...]) -> Sheet | str:
    """Show an outcome: its value, or the error."""
    return f"raises {outcome.error}" if outcome.error else show(outcome.value, marked)


def run_visible(drill: Drill, text: str, sandbox: Box) -> Shown:
    """Call a text on the visible example, which no probe uses, and show what came."""
    if drill.python is None:
        raise BadInput("not a Python drill", where=drill.slug, allowed="a [python] table")
    runner = Runner(sandbox, drill.python, text)
    reply = runner.job([example(drill)], VISIBLE_LIMITS)
    outcome = read_reply(reply, 1)[0] or Outcome(stopped=reply.stopped or OUT_OF_TIME)
    laid = None if outcome.error else show(outcome.value)
    return Shown(
        sheet=laid if isinstance(laid, Sheet) else None,
        value=laid if isinstance(laid, str) else None,
        stdout=reply.stdout,
        error=outcome.error,
        seconds=reply.seconds,
        stopped=str(outcome.stopped) if outcome.stopped else None,
    )


def example(drill: Drill) -> Call:
    """Give the call that candidates see: a small one, always the same."""
    return cases.base(drill, VISIBLE_SEED, VISIBLE_SHAPE)


def example_sheets(drill: Drill) -> dict[str, Sheet | str]:
    """Show the arguments of the visible example, by name."""
    call = example(drill)
    return {name: shown(argument) for name, argument in zip(call.names, call.arguments, strict=True)}
