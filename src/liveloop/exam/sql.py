"""Does a SQL attempt give what the reference gives, and if not, on which smallest database?"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from statistics import median

import pyarrow as pa

from liveloop.attempt import Attempt
from liveloop.drill import Drill
from liveloop.exam.reading import read
from liveloop.exam.sandbox.limits import MIB, Limits, Stop
from liveloop.exam.shown import Shown
from liveloop.exam.shrink import shrink
from liveloop.exam.sql_run import Box, SqlRunner
from liveloop.exam.sql_search import proposed, search
from liveloop.exam.sql_settle import MOST_REPLAYED, broken_trials, is_default, settle, weighed
from liveloop.exam.sql_show import result_sheet, table_sheet
from liveloop.exam.sql_stage import Stage, Stages
from liveloop.exam.sql_words import unlike
from liveloop.exam.sql_world import larger_tables, visible_tables
from liveloop.finding import DatabaseEvidence, LinesEvidence, TimingEvidence
from liveloop.probe import Contrast, Probe, Trial
from liveloop.sqldiff.agree import agree, differing
from liveloop.sqldiff.database import Database, Outcome
from liveloop.sqldiff.grow import Shape, grow
from liveloop.sqldiff.lateral import RESERVED
from liveloop.sqldiff.mine import Mined, mine
from liveloop.sqldiff.nasty import delayed

STAGES = Stages()
FLOOR_SECONDS = 0.25  # below this nobody waits, whatever the ratio
ALLOWED_RATIO = 10.0
RUNS = 3
FAR_BEYOND = 4.0  # so far beyond what is allowed, a second run would tell nothing new
TIMING = Limits.of_work(6.0, 768 * MIB)
VISIBLE = Limits.of_work(5.0, 640 * MIB)
VISIBLE_SEED = 20_260_105  # the visible data are one fixed draw, never one that is examined
MOST_SHOWN = 200
_OWN_BASES = 24


@dataclass
class SqlExhibit:
    """A SQL attempt laid out for the probes.

    The attempt runs in jobs of its own, which never hold a result of the reference; outcomes meet out here.
    """

    drill: Drill
    attempt: Attempt
    sandbox: Box
    seed: int = 0
    runner: SqlRunner = field(init=False)
    stage: Stage = field(init=False)
    mined: Mined = field(init=False)
    _seen: dict[Database, tuple[Outcome, Outcome]] = field(default_factory=dict)  # outcomes of plain replays
    refused: str | None = None  # the database's words, when the attempt runs on no database at all
    _read: Future[LinesEvidence | None] | None = None  # the reading goes on beside the screen

    def __post_init__(self) -> None:
        if "unreadable" in self.drill.probes:
            beside = ThreadPoolExecutor(1)
            self._read = beside.submit(read, "sql", self.attempt.text, sandbox=self.sandbox)
            beside.shutdown(wait=False)
        self.stage = STAGES.of(self.drill, self.seed, self.sandbox)
        self.runner = SqlRunner(self.sandbox, self.attempt.text)
        self.mined = self.stage.mined
        if RESERVED in self.attempt.text.lower():
            self.refused = f"Catalog Error: names that begin with {RESERVED} are not there"

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Give the limits that the attempt's jobs met, in the order they were met."""
        return tuple(self.runner.stops)

    def bases(self) -> Sequence[Database]:
        """Give all calm bases."""
        return self.family(*self.stage.families)

    def family(self, *names: str) -> Sequence[Database]:
        """Give the bases of some families."""
        return [base for name in names for base in self.stage.families.get(name, ())]

    def laid(self, code: str) -> bool:
        """Say whether a probe's contrasts were picked for an earlier attempt on this stage."""
        return code in self.stage.picked

    def pick(self, made: dict[str, list[Contrast]]) -> dict[str, list[Contrast]]:
        """Keep the contrasts at which the reference shows that something is at stake; add the attempt's own bases."""
        picked = dict(self.stage.pick(made))
        if "disagrees" in picked:
            picked["disagrees"] = [*picked["disagrees"], *self._own_contrasts()]
        return picked

    def _own_contrasts(self) -> list[Contrast]:
        """Make ordinary databases around the constants and the clock that only the attempt mentions."""
        both = mine(self.drill.reference, self.attempt.text)
        unless = ("nondeterminism", "tie", "empty-group")
        found = []
        if "known_at" in both.columns - self.mined.columns:
            for base in self.family("alone", "several"):
                late = Contrast(delayed(base, self.mined), (base,), "facts become known a day late", unless=unless)
                found.append(late)
        if (both.intervals, both.numbers, both.texts, both.instants) != (
            self.mined.intervals, self.mined.numbers, self.mined.texts, self.mined.instants,
        ):  # fmt: skip
            bases = [grow(self.stage.schema, both, Shape(1), seed=self.seed * 977 + i) for i in range(_OWN_BASES)]
            found += [Contrast(base, (), "the data are ordinary", unless=unless, rows_in_order=True) for base in bases]
        return found

    def trials(self, contrasts: Sequence[Contrast]) -> Sequence[Trial]:
        """Run attempt and reference on every database of the contrasts, all at once."""
        inputs = list(dict.fromkeys(d for contrast in contrasts for d in contrast.inputs))
        known = [database for database in inputs if database in self.stage.expected]
        own = [database for database in inputs if database not in self.stage.expected]
        with ThreadPoolExecutor(1) as beside:
            # The stage's databases stay one batch, whose bytes are kept; the attempt's own go beside it.
            going = beside.submit(self._screen_own, own)
            got = dict(zip(known, self.runner.screen(known), strict=True))
            expected = self.stage.outcomes(known)
            for one, both in zip((expected, got), going.result(), strict=True):
                one.update(both)
        if expected and all(outcome.error is not None or not outcome.ran for outcome in expected.values()):
            raise RuntimeError(f"the reference gives no result: {next(iter(expected.values())).error}")
        self._tell_unfinished(got)
        ran = [outcome for outcome in got.values() if outcome.ran]
        if self.refused is None and ran and all(outcome.error is not None for outcome in ran):
            self.refused = ran[0].error
        return self._judged(contrasts, expected, got)

    def _tell_unfinished(self, got: dict[Database, Outcome]) -> None:
        """Note that time ran out where the reference had enough: nothing is survived by not arriving."""
        missing = sum(not outcome.ran for outcome in got.values())
        if missing and not self.runner.stops:
            detail = f"no result on {missing} of {len(got)} small databases in the time for all"
            self.runner.stops.append(Stop("cpu", detail))

    def _screen_own(self, own: Sequence[Database]) -> tuple[dict[Database, Outcome], dict[Database, Outcome]]:
        expected = dict(zip(own, self.stage.reference.screen(own), strict=True))
        return expected, dict(zip(own, self.runner.screen(own), strict=True))

    def _judged(
        self, contrasts: Sequence[Contrast], expected: dict[Database, Outcome], got: dict[Database, Outcome]
    ) -> list[Trial]:
        """Judge contrasts; many share their calm neighbours, so each database is compared once for each way."""
        ways = {self._in_order(contrast) for contrast in contrasts}
        agreed = {
            way: {database: self.agrees(expected[database], outcome, ordered=way) for database, outcome in got.items()}
            for way in ways
        }
        return [self.trial(contrast, expected, got, agreed[self._in_order(contrast)]) for contrast in contrasts]

    def _in_order(self, contrast: Contrast) -> bool:
        return contrast.rows_in_order and self.stage.form.ordered

    def trial(
        self,
        contrast: Contrast,
        expected: dict[Database, Outcome],
        got: dict[Database, Outcome],
        agreed: dict[Database, bool | None],
    ) -> Trial:
        """Judge one contrast from both outcomes on each of its databases, and whether they agree there."""
        nasty: Database = contrast.nasty
        if contrast.as_stored:  # agreement is not asked of the calm neighbour, only that its own result is another one
            calm = all(
                self.agrees(got[d], got[nasty], ordered=self._in_order(contrast)) is False for d in contrast.calm
            )
        else:
            calm = all(agreed[d] is True for d in contrast.calm)
        verdict = agreed[nasty]
        if nasty.time_zone != "UTC" and not self.stage.same(expected[nasty], expected[contrast.calm[0]]):
            verdict = None  # the reference itself depends on the session: nothing can be said
        missed = any(not got[database].ran for database in contrast.inputs)
        if verdict is False and not contrast.calm:
            wrong, _ = differing(expected[nasty].rows, got[nasty].rows, tolerance=self.stage.form.tolerance)
            contrast = weighed(contrast, [expected[nasty].rows[at] for at in wrong], self.mined)
        return Trial(contrast, calm, verdict, nasty.size, got[nasty].error if got[nasty].ran else None, missed)

    def agrees(self, expected: Outcome, got: Outcome, *, ordered: bool = False) -> bool | None:
        """Compare two outcomes, in the order of their rows too when asked; None when nothing can be said of them."""
        if expected.error is not None or not got.ran or expected.cut:
            return None
        if got.error is not None or got.cut:  # more rows than anybody takes are none of a right result
            return False
        return agree(expected, got, tolerance=self.stage.form.tolerance, ordered=ordered)

    def counts(self, probe: Probe, trial: Trial) -> bool:
        """Say whether a broken trial speaks for this probe: an attempt that stops with an error is brittle."""
        if probe.code == "brittle":
            return trial.error is not None or trial.contrast.nasty.extra_column
        return trial.error is None or "brittle" not in self.drill.probes

    def settled(self, probes: dict[str, Probe], trials: dict[str, list[Trial]]) -> dict[str, list[Trial]]:
        """Give each probe the one broken trial that speaks for it: shrunk, and replayed plainly."""
        broken = {
            code: [t for t in broken_trials(some) if self.counts(probes[code], t)] for code, some in trials.items()
        }
        kept = {code: list(some) for code, some in trials.items() if not is_default(probes[code])}
        sifted: set[str] = set()
        while True:  # each round keeps a trial, or has one less
            candidates = settle(broken)
            open_codes = [code for code, some in candidates.items() if some and code not in kept]
            if not open_codes:
                return {code: kept.get(code, []) for code in trials}
            first = [candidates[code][0] for code in open_codes]
            for code, tried, trial in zip(open_codes, first, self._replay(first), strict=True):
                if trial.broke:
                    kept[code] = [trial]
                    continue
                if trial.missed and not self.runner.stops:
                    self.runner.stops.append(Stop("cpu", "no result in the time of a plain replay"))
                broken[code] = [other for other in broken[code] if other is not tried]
                if code not in sifted:  # what the plain replay refutes explains nothing else either
                    sifted.add(code)
                    broken[code] = self._hold(broken[code][:MOST_REPLAYED])

    def _hold(self, trials: Sequence[Trial]) -> list[Trial]:
        """Keep the trials that break in a plain replay too."""
        again = self._try_all([trial.contrast for trial in trials], plain=True)
        return [trial for trial, played in zip(trials, again, strict=True) if played.broke]

    def _replay(self, trials: Sequence[Trial]) -> list[Trial]:
        """Shrink some trials together and replay them plainly; one that does not break there comes back so."""
        small = shrink(trials, self._try_all)
        again = self._try_all([trial.contrast for trial in small], plain=True)
        whole = [at for at, trial in enumerate(again) if not trial.broke]
        if whole:  # what the screen made smaller may be the screen's own error: the trial as it was decides
            unshrunk = self._try_all([trials[at].contrast for at in whole], plain=True)
            for at, trial in zip(whole, unshrunk, strict=True):
                again[at] = trial
        return [self._worded(trial) if trial.broke else trial for trial in again]

    def _worded(self, trial: Trial) -> Trial:
        """Say in what the results differ, or that only the order of the rows is wrong."""
        expected, got = self._seen[trial.contrast.nasty]
        if self._in_order(trial.contrast) and self.agrees(expected, got) is True:
            words = "the rows are right, their order is not the one asked for"
        else:
            words = unlike(expected, got, self.stage.form.tolerance)
        says = f"{trial.contrast.says}: {words}" if words else trial.contrast.says
        return replace(trial, contrast=replace(trial.contrast, says=says))

    def searched(self) -> tuple[str, Trial] | None:
        """Look for a database that no probe thought of, and name the probe it speaks for; replayed as all are."""
        found = search(self.drill, self.attempt.text, self.sandbox, seed=self.seed)
        if found is None:
            return None
        code, contrasts = proposed(found, self.drill.probes)
        trials = [trial for trial in self._try_all(contrasts, plain=True) if trial.broke]
        again = self._replay(trials[:1])
        return (code, again[0]) if again and again[0].broke else None

    def smallest(self, trial: Trial) -> Trial:
        """Shrink a broken trial; nasty and calm databases lose the same rows, and it must break as before."""
        if trial.contrast.nasty in self._seen:
            return trial
        again = self._replay([trial])[0]
        return again if again.broke else trial

    def _try_all(self, contrasts: Sequence[Contrast], *, plain: bool = False) -> list[Trial]:
        expected: dict[Database, Outcome] = {}
        got: dict[Database, Outcome] = {}
        for plainly in (False, True):
            some = [contrast for contrast in contrasts if (plain or contrast.as_stored) is plainly]
            inputs = list(dict.fromkeys(database for contrast in some for database in contrast.inputs))
            for one, both in zip((expected, got), self._both(inputs, plain=plainly), strict=True):
                one.update(both)
        return self._judged(contrasts, expected, got)

    def _both(
        self, inputs: Sequence[Database], *, plain: bool
    ) -> tuple[dict[Database, Outcome], dict[Database, Outcome]]:
        """Run reference and attempt side by side, each in a job of its own."""
        reference, runner = self.stage.reference, self.runner
        with ThreadPoolExecutor(1) as beside:
            going = beside.submit(reference.plain if plain else reference.screen, inputs)
            got = dict(zip(inputs, runner.plain(inputs) if plain else runner.screen(inputs), strict=True))
            expected = dict(zip(inputs, going.result(), strict=True))
        if plain:
            self._seen.update({database: (expected[database], got[database]) for database in inputs})
        return expected, got

    def evidence(self, trial: Trial) -> DatabaseEvidence:
        """Show the database of a trial with both results and the rows that differ."""
        nasty: Database = trial.contrast.nasty
        if nasty not in self._seen:
            self._both([nasty], plain=True)
        expected, got = self._seen[nasty]
        wrong, spare = differing(
            expected.rows, got.rows, tolerance=self.stage.form.tolerance, ordered=self.stage.form.ordered
        )
        tables = {table.name: table_sheet(nasty, table) for table in nasty.schema.tables}
        return DatabaseEvidence(
            tables,
            None if expected.error else result_sheet(expected, wrong),
            None if got.error else result_sheet(got, spare),
            got.error,
            nasty.time_zone,
        )

    def timing(self) -> TimingEvidence | None:
        """Time both at ten times the drill's world, each alone; accuse only what is slow in every run.

        What gives an error there, or another number of rows, was not quick.
        """
        tables = larger_tables(self.drill, self.seed)
        rows = sum(table.num_rows for table in tables.values())
        outcome, first, stop = self.runner.once(tables, TIMING)
        wrong = None if stop is not None else self._wrong_when_large(tables, outcome)
        if stop is None and wrong is None and first < FLOOR_SECONDS:
            return None
        reference = median(self.stage.reference.once(tables, TIMING)[1] for _ in range(RUNS))
        if wrong is not None:
            return TimingEvidence(rows, first, reference, 1, ALLOWED_RATIO, stopped=wrong)
        if stop is not None and stop.limit in ("wall", "cpu", "memory"):
            return TimingEvidence(rows, first, reference, 1, ALLOWED_RATIO, stopped=str(stop))
        threshold = max(FLOOR_SECONDS, ALLOWED_RATIO * reference)
        times = [first]
        while len(times) < RUNS and threshold <= min(times) < FAR_BEYOND * threshold:
            times.append(self.runner.once(tables, TIMING)[1])
        if min(times) < threshold:
            return None
        return TimingEvidence(rows, median(times), reference, len(times), ALLOWED_RATIO)

    def _wrong_when_large(self, tables: dict[str, pa.Table], got: Outcome) -> str | None:
        """Say what is wrong with what came of the large database, unless small ones have shown that already."""
        seen = [(expected, one) for expected, one in self._seen.values() if expected.error is None and one.ran]
        raised = self.refused is not None or any(one.error is not None for _, one in seen)
        if (got.error is not None and raised) or any(self.agrees(*both) is False for both in seen):
            return None
        expected = self.stage.reference.large(tables, TIMING)
        if expected.error is not None or not expected.ran:
            return None
        if got.error is not None:
            line = got.error.splitlines()[0]
            return f"memory: {line}" if line.startswith("Out of Memory") else line
        if got.cut or expected.cut or len(got.rows) == len(expected.rows):
            return None
        return f"it gives {len(got.rows)} rows, {len(expected.rows)} are due"

    def reading(self) -> LinesEvidence | None:
        """Read the text line by line."""
        return self._read.result() if self._read else read("sql", self.attempt.text, sandbox=self.sandbox)


def run_visible(drill: Drill, text: str, sandbox: Box) -> Shown:
    """Run a text on the drill's visible data, for the *Run* button."""
    runner = SqlRunner(sandbox, text, most_rows=10_000)
    outcome, seconds, stop = runner.once(visible_tables(drill, VISIBLE_SEED), VISIBLE)
    stopped = None if stop is None else str(stop)
    if outcome.error is not None:
        return Shown(None, None, "", None if stopped else outcome.error, seconds, stopped)
    return Shown(result_sheet(outcome, (), MOST_SHOWN), None, "", None, seconds, stopped)
