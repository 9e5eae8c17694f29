"""Is a drill fit to be asked? Five questions, put by executing everything it ships.

Does the reference survive every probe? Does an idle attempt fail? Does each sample raise exactly the findings in its
name? Is every probe woken by some sample? Is there a clean sample that is not the reference?
"""

from __future__ import annotations

import atexit
import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from liveloop.attempt import Attempt
from liveloop.base.clock import Clock
from liveloop.base.settings import Level
from liveloop.drill import Drill
from liveloop.exam.examine import Examination, examine
from liveloop.exam.sandbox import Sandbox

REFERENCE, IDLE = "reference", "idle"
FEWEST_CLEAN, FEWEST_WRONG = 2, 4


@dataclass(frozen=True)
class Act:
    """What one attempt of a rehearsal raised on one seed, beside what it should have."""

    seed: int
    name: str
    expected: tuple[str, ...] | None  # None: anything but silence
    raised: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def fault(self) -> str | None:
        """Say what is wrong with the act, None when nothing is."""
        if self.unknown:
            return f"seed {self.seed}: {self.name}: could not be asked: {'; '.join(self.unknown)}"
        if self.expected is None:
            return None if self.raised else f"seed {self.seed}: the {self.name} attempt survives"
        if self.raised != self.expected:
            wanted, got = "+".join(self.expected) or "nothing", "+".join(self.raised) or "nothing"
            return f"seed {self.seed}: {self.name} should raise {wanted}, raises {got}"
        return None


@dataclass(frozen=True)
class Rehearsal:
    """What came of one drill's rehearsal; `faults` is empty when the drill is fit to be asked."""

    slug: str
    seeds: tuple[int, ...]
    acts: tuple[Act, ...]
    faults: tuple[str, ...]


def rehearse(drill: Drill, *, sandbox: Sandbox, seeds: Sequence[int], clock: Clock, threads: int = 2) -> Rehearsal:
    """Execute the reference, an idle attempt and every sample of a drill on each seed.

    Returns
    -------
    Rehearsal
        With a fault, in words, for each of the five questions that is answered with no.
    """
    cast = [
        (REFERENCE, drill.reference, ()),
        (IDLE, idle_text(drill), None),
        *((sample.name, sample.text, sample.expected) for sample in drill.samples),
    ]

    def play(seed: int, name: str, text: str, expected: tuple[str, ...] | None) -> Act:
        now = clock()
        attempt = Attempt(f"rehearsal-{drill.slug}-{name}", drill.id, drill.kind, text, now, None, now)
        return act_of(seed, name, expected, examine(drill, attempt, sandbox=sandbox, seed=seed, clock=clock))

    pool = ThreadPoolExecutor(threads)
    try:
        plays = [pool.submit(play, seed, *role) for seed in seeds for role in cast]
        acts = tuple(play.result() for play in plays)
    finally:  # who leaves early (Ctrl-C) waits neither for what is played nor for what has not begun
        pool.shutdown(wait=False, cancel_futures=True)
    faults = [*shelf_faults(drill), *(act.fault for act in acts if act.fault)]
    return Rehearsal(drill.slug, tuple(seeds), acts, tuple(faults))


def rehearse_all(
    drills: Iterable[Drill],
    *,
    sandbox: Sandbox,
    seeds: Sequence[int],
    clock: Clock,
    processes: int = 1,
    tell: Callable[[Rehearsal], None] = lambda _: None,
) -> list[Rehearsal]:
    """Rehearse drills, telling of each as it is done.

    Parameters
    ----------
    processes
        How many drills are rehearsed at once, each in a process of its own with a sandbox of its own: an examination
        computes as much in the parent as in its cells, and threads of one process take turns at that.
    """
    if processes == 1:
        rehearsals = []
        for drill in drills:
            rehearsals.append(rehearse(drill, sandbox=sandbox, seeds=seeds, clock=clock))
            tell(rehearsals[-1])
        return rehearsals
    spawning = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, spawning, initializer=open_stage, initargs=(sandbox.level,))
    try:
        waiting = [pool.submit(rehearse_apart, drill, tuple(seeds), clock) for drill in drills]
        for done in as_completed(waiting):
            tell(done.result())
        rehearsals = [one.result() for one in waiting]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()  # an interpreter that ends meanwhile would wake a pool that is gone
    return rehearsals


STAGE: list[Sandbox] = []  # a rehearsing process has one sandbox, and keeps it for all its drills


def open_stage(level: Level) -> None:
    """Start the sandbox of a rehearsing process."""
    STAGE.append(Sandbox(minimum=level, slots=1))
    atexit.register(STAGE[0].close)


def rehearse_apart(drill: Drill, seeds: tuple[int, ...], clock: Clock) -> Rehearsal:
    """Rehearse one drill in a process of its own: one attempt at a time, the other core has another drill."""
    return rehearse(drill, sandbox=STAGE[0], seeds=seeds, clock=clock, threads=1)


def act_of(seed: int, name: str, expected: tuple[str, ...] | None, examination: Examination) -> Act:
    """Reduce an examination to what a rehearsal compares."""
    raised = tuple(sorted({finding.probe for finding in examination.findings}))
    return Act(seed, name, expected, raised, tuple(examination.unknown))


def idle_text(drill: Drill) -> str:
    """Write the attempt of somebody who did nothing: the right shape, nothing in it.

    Source of the idea: a marker that passes an empty script marks nothing.
    """
    if drill.sql is not None:
        return "SELECT " + ", ".join(f'NULL AS "{column}"' for column in drill.sql.columns)
    form = drill.python or drill.estimator
    if form is not None:
        return f"def {form.entry}(*args, **kwargs):\n    return None\n"
    if drill.features is not None:
        return "[views]\n"
    raise ValueError(f"{drill.slug} has none of the forms [sql], [python], [estimator] and [features]")


def shelf_faults(drill: Drill) -> list[str]:
    """Put the questions that need no execution: are the samples many and different enough?"""
    clean = [sample for sample in drill.samples if not sample.expected]
    wrong = {sample.expected for sample in drill.samples if sample.expected}
    woken = {code for sample in drill.samples for code in sample.expected}
    faults = [f"no sample wakes the probe {code}" for code in drill.probes if code not in woken]
    if len([sample for sample in clean if squeeze(sample.text) != squeeze(drill.reference)]) < FEWEST_CLEAN:
        faults.append(f"fewer than {FEWEST_CLEAN} clean samples that are not the reference")
    if len(wrong) < FEWEST_WRONG:
        faults.append(f"the wrong samples are of {len(wrong)} classes, fewer than {FEWEST_WRONG}")
    return faults


def squeeze(text: str) -> str:
    """Fold white space and case, so that a re-indented reference is not another sample."""
    return " ".join(text.lower().split())
