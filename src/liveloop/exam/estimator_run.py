"""What does an estimator say of many draws, run in the sandbox?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from liveloop.base.seeds import Flags, Floats
from liveloop.drill import EstimatorForm
from liveloop.exam.python_runs import OUT_OF_TIME, failure_of, is_single, trouble_of
from liveloop.exam.sandbox.limits import MIB, Limits, Reply, Stop
from liveloop.scene import Replicates

OUTSIDE = "its value does not lie in its interval"
FEWEST_SHARED = 20  # draws that are worth two jobs
MANY = "estimate_many"  # a text that does not say this takes draws one by one
CALL_SECONDS, LOAD_SECONDS, WORLD_SECONDS = 1.0, 1.5, 5.0


class Box(Protocol):
    """Anything that runs a cell: the sandbox, or a stand-in for one."""

    def run(self, cell: str, payload: bytes, *, limits: Limits) -> Reply:
        """Run one job."""


@dataclass(frozen=True, eq=False)
class Said:
    """What was said of each draw: [draw] each; NaN where nothing came.

    `came` are the draws that were reached; `errors` what was raised, with how often.
    """

    value: Floats
    low: Floats
    high: Floats
    came: Flags
    errors: Counter[str]

    def with_more(self, more: Said) -> Said:
        """Put what was said of more draws behind."""
        value, low, high = (
            np.concatenate([getattr(self, name), getattr(more, name)]) for name in ("value", "low", "high")
        )
        return Said(value, low, high, np.concatenate([self.came, more.came]), self.errors + more.errors)

    def note(self, at: int, answer: dict[str, Any]) -> None:
        """Write down what came of one draw."""
        self.came[at] = True
        row = triple(answer.get("value"))
        if row is None:
            self.errors[_words(answer["error"]) if "error" in answer else "it returns no three numbers"] += 1
        elif not row[1] <= row[0] <= row[2]:
            self.errors[OUTSIDE] += 1
        else:
            self.value[at], self.low[at], self.high[at] = row

    def misses(self, truth: Floats) -> Flags:
        """Say which of the draws that were reached have no interval that holds the truth."""
        with np.errstate(invalid="ignore"):
            held = (self.low <= truth) & (truth <= self.high)
        return np.asarray(self.came & ~held)


def nothing(count: int) -> Said:
    """Lay out what is said of so many draws, before anything is."""
    value, low, high = np.full((3, count), np.nan)
    return Said(value, low, high, np.zeros(count, bool), Counter())


@dataclass
class EstimatorRunner:
    """Runs one text; remembers what the sandbox had to stop."""

    box: Box
    form: EstimatorForm
    text: str
    stops: list[Stop] = field(default_factory=list)
    stdout: str = ""

    def run(self, drawn: Replicates) -> Said:
        """Run the text on every draw of one world."""
        return self.run_all([drawn])[0]

    def run_all(self, worlds: Sequence[Replicates]) -> list[Said]:
        """Run the text on every draw of some worlds: in one job where it takes them together, else in two at once.

        Where the sandbox runs one job at a time it is one job all the same, with the time of two.
        """
        if MANY in self.text or min(len(one.truth) for one in worlds) < FEWEST_SHARED:
            return self.job(worlds)
        if is_single(self.box):
            return self.job(worlds, shares=2)
        middles = [len(one.truth) // 2 for one in worlds]
        halves = (
            [one.part(0, middle) for one, middle in zip(worlds, middles, strict=True)],
            [one.part(middle, len(one.truth)) for one, middle in zip(worlds, middles, strict=True)],
        )
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(self.job, halves)
        return [one.with_more(more) for one, more in zip(first, second, strict=True)]

    def job(self, worlds: Sequence[Replicates], *, shares: int = 1) -> list[Said]:
        """Run one job, in the time of so many."""
        payload = payload_of(self.text, self.form, worlds, WORLD_SECONDS * shares)
        reply = self.box.run("estimator", payload, limits=limits_of(len(worlds) * shares))
        self.stdout = reply.stdout
        if reply.stopped is not None:
            self.stops.append(reply.stopped)
        return read_said(reply, [len(one.truth) for one in worlds])


def limits_of(worlds: int) -> Limits:
    """Give the limits of a job: each world has its own time."""
    return Limits(wall_seconds=30.0 * worlds, cpu_seconds=3.0 + WORLD_SECONDS * worlds, memory_bytes=1024 * MIB,
                  reply_bytes=2 * MIB)  # fmt: skip


def payload_of(
    text: str, form: EstimatorForm, worlds: Sequence[Replicates], world_seconds: float = WORLD_SECONDS
) -> bytes:
    """Write a job: a header in JSON, then the columns as they lie in memory. The truth stays here."""
    blobs: list[bytes] = []
    laid, at = [], 0
    for drawn in worlds:
        columns = []
        for name, column in drawn.columns.items():
            blob = np.ascontiguousarray(column).tobytes()
            columns.append([name, column.dtype.str, at, at + len(blob), column.ndim == 1])
            blobs.append(blob)
            at += len(blob)
        laid.append({"columns": columns, "replicates": len(drawn.truth)})
    header = {
        "text": text, "entry": form.entry, "many": MANY, "worlds": laid,
        "load_seconds": LOAD_SECONDS, "call_seconds": CALL_SECONDS, "world_seconds": world_seconds,
    }  # fmt: skip
    head = json.dumps(header).encode()
    return b"".join([len(head).to_bytes(4, "big"), head, *blobs])


def read_said(reply: Reply, counts: Sequence[int]) -> list[Said]:
    """Read what a job sent of each world: foreign data, in which what is no three numbers is nothing."""
    said = [nothing(count) for count in counts]
    try:
        sent = json.loads(reply.payload or b"")
        if sent["load"] is not None:
            for one, count in zip(said, counts, strict=True):
                one.came[:] = True
                one.errors[_words(sent["load"], LOAD_SECONDS)] += count
            return said
        answers = iter(sent["calls"])
        for one, count in zip(said, counts, strict=True):
            for at, answer in zip(range(count), answers, strict=False):
                if answer is not None:
                    one.note(at, answer)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        for one in said:
            one.errors[str(reply.stopped or OUT_OF_TIME)] += 1
    return said


def _words(error: dict[str, Any], seconds: float = CALL_SECONDS) -> str:
    return failure_of(trouble_of(error), seconds).error or "an error"


def triple(value: object) -> tuple[float, float, float] | None:
    """Read three numbers.

    Examples
    --------
    >>> triple([1, 0.5, 2]), triple([1, 2]), triple("abc")
    ((1.0, 0.5, 2.0), None, None)
    """
    if not isinstance(value, list) or len(value) != 3:
        return None
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in value):
        return None
    first, low, high = (float(one) for one in value)
    return first, low, high
