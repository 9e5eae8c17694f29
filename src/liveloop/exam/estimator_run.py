"""What does an estimator say of many draws, run in the sandbox?"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from liveloop.base.seeds import Flags, Floats
from liveloop.drill import EstimatorForm
from liveloop.exam.python_runs import OUT_OF_TIME, failure_of, trouble_of
from liveloop.exam.sandbox.limits import MIB, Limits, Reply, Stop
from liveloop.scene import Replicates

LIMITS = Limits(wall_seconds=30.0, cpu_seconds=8.0, memory_bytes=1024 * MIB, reply_bytes=2 * MIB)
OUTSIDE = "its value does not lie in its interval"
FEWEST_SHARED = 20  # draws that are worth two jobs
MANY = "estimate_many"  # a text that does not say this takes draws one by one
CALL_SECONDS, LOAD_SECONDS, JOB_SECONDS = 1.0, 1.5, 5.0


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

    def misses(self, truth: Floats) -> Flags:
        """Say which of the draws that were reached have no interval that holds the truth."""
        with np.errstate(invalid="ignore"):
            held = (self.low <= truth) & (truth <= self.high)
        return np.asarray(self.came & ~held)


@dataclass
class EstimatorRunner:
    """Runs one text; remembers what the sandbox had to stop."""

    box: Box
    form: EstimatorForm
    text: str
    stops: list[Stop] = field(default_factory=list)
    stdout: str = ""

    def run(self, drawn: Replicates) -> Said:
        """Run the text on every draw: in one job where it takes them together, else in two at once."""
        count = len(drawn.truth)
        if count < FEWEST_SHARED or MANY in self.text:
            return self.job(drawn)
        halves = drawn.part(0, count // 2), drawn.part(count // 2, count)
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(self.job, halves)
        return first.with_more(second)

    def job(self, drawn: Replicates) -> Said:
        """Run one job."""
        count = len(drawn.truth)
        reply = self.box.run("estimator", payload_of(self.text, self.form, drawn), limits=LIMITS)
        self.stdout = reply.stdout
        if reply.stopped is not None:
            self.stops.append(reply.stopped)
        return read_said(reply, count)


def payload_of(text: str, form: EstimatorForm, drawn: Replicates) -> bytes:
    """Write a job: a header in JSON, then the columns as they lie in memory. The truth stays here."""
    blobs: list[bytes] = []
    columns, at = [], 0
    for name, column in drawn.columns.items():
        blob = np.ascontiguousarray(column).tobytes()
        columns.append([name, column.dtype.str, at, at + len(blob), column.ndim == 1])
        blobs.append(blob)
        at += len(blob)
    header = {
        "text": text, "entry": form.entry, "many": MANY, "columns": columns, "replicates": len(drawn.truth),
        "load_seconds": LOAD_SECONDS, "call_seconds": CALL_SECONDS, "job_seconds": JOB_SECONDS,
    }  # fmt: skip
    head = json.dumps(header).encode()
    return b"".join([len(head).to_bytes(4, "big"), head, *blobs])


def read_said(reply: Reply, count: int) -> Said:
    """Read what a job sent: foreign data, in which what is no three numbers is nothing."""
    made = np.full((count, 3), np.nan)
    came = np.zeros(count, bool)
    errors: Counter[str] = Counter()
    try:
        sent = json.loads(reply.payload or b"")
        if sent["load"] is not None:
            said = Counter({_words(sent["load"], LOAD_SECONDS): count})
            return Said(made[:, 0], made[:, 1], made[:, 2], ~came, said)
        for at, answer in enumerate(sent["calls"][:count]):
            if answer is None:
                continue
            came[at] = True
            row = triple(answer.get("value"))
            if row is None:
                errors[_words(answer["error"]) if "error" in answer else "it returns no three numbers"] += 1
            elif not row[1] <= row[0] <= row[2]:
                errors[OUTSIDE] += 1
            else:
                made[at] = row
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        errors[str(reply.stopped or OUT_OF_TIME)] += 1
    return Said(made[:, 0], made[:, 1], made[:, 2], came, errors)


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
