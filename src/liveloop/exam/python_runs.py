"""What comes of many calls of one text, made in the sandbox?

Calls travel together: one job holds as many as there are. When a job dies, its calls are tried again in halves, so that
one deadly call does not take the others with it; what still dies is the outcome of that call.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from time import perf_counter
from typing import Any, Protocol

import pyarrow as pa

from liveloop.drill import PythonForm
from liveloop.exam.python_values import decode
from liveloop.exam.sandbox.limits import MIB, Limits, Reply, Stop
from liveloop.exam.sandbox.tagged import encode
from liveloop.probes.calls import Call, Grid

# What counts is processor time; the wall is far off, for jobs that wait without working on a machine that may be busy.
REPLY_BYTES = 2 * MIB  # the replies of a hundred honest calls take a tenth of a megabyte
MOST_PARTS = 250_000  # of a reply: reading one holds up everything else in the app
LIMITS = Limits(wall_seconds=15.0, cpu_seconds=5.0, reply_bytes=REPLY_BYTES)
RETRY = Limits(wall_seconds=8.0, cpu_seconds=2.0, reply_bytes=REPLY_BYTES)
CALL_SECONDS, LOAD_SECONDS, JOB_SECONDS = 0.8, 1.5, 3.0
PATIENCE_SECONDS = 6.0  # of work, theirs and ours, in which the calls of dead jobs are tried again
DEAD_JOBS, DEAD_SECONDS = 8, 12.0  # after so many, or so long, a text of which no call came back is not tried again
OUT_OF_TIME = Stop("wall", "no result in the time of the job")
TOGETHER = 30  # fewer calls than this are not worth a second job at the same time
ARROW = {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "text": pa.string()}


class Box(Protocol):
    """Anything that runs a cell: the sandbox, or a stand-in for one."""

    def run(self, cell: str, payload: bytes, *, limits: Limits) -> Reply:
        """Run one job."""


@dataclass(frozen=True)
class Trouble:
    """An error that the text raised: its type and bases, what it said, the line (0 when none is known).

    `loading` says that it was raised before any call, when the text was read.
    """

    types: tuple[str, ...]
    message: str
    line: int
    loading: bool = False

    def __str__(self) -> str:
        at = f" (line {self.line})" if self.line else ""
        return f"{self.types[0]}: {self.message}{at}"


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a value, or trouble, or the limit that stopped it."""

    value: Any = None
    trouble: Trouble | None = None
    stopped: Stop | None = None
    seconds: float = 0.0
    mutated: tuple[int, ...] = ()
    length: int | None = None  # of a value that stayed inside

    @property
    def error(self) -> str | None:
        """Say what went wrong, None when a value came."""
        if self.stopped is not None:
            return f"stopped: {self.stopped}"
        return None if self.trouble is None else str(self.trouble)


@dataclass
class Memo:
    """Remember the outcomes of calls, the latest some thousands; several threads may ask."""

    most: int = 6000
    outcomes: OrderedDict[Any, Outcome] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Any) -> Outcome | None:  # noqa: ANN401 - any hashable key
        """Find an outcome."""
        with self.lock:
            return self.outcomes.get(key)

    def all(self) -> list[Outcome]:
        """List what is remembered."""
        with self.lock:
            return list(self.outcomes.values())

    def put(self, key: Any, outcome: Outcome) -> None:  # noqa: ANN401
        """Keep an outcome; the oldest goes when there are too many."""
        with self.lock:
            self.outcomes[key] = outcome
            while len(self.outcomes) > self.most:
                self.outcomes.popitem(last=False)


@dataclass
class Runner:
    """Runs one text; `memo` is shared by the runners of a drill's reference, an attempt has its own.

    `stops` are the limits that its jobs met.
    """

    box: Box
    form: PythonForm
    text: str
    memo: Memo = field(default_factory=Memo)
    stops: list[Stop] = field(default_factory=list)
    trusted: bool = False  # a trusted text that was stopped met a busy machine: that is not remembered

    def outcomes(self, calls: Sequence[Call]) -> list[Outcome]:
        """Give the outcome of each call, running those that are not remembered."""
        known = {call: self.memo.get((self.text, call)) for call in calls}
        fresh = [call for call, outcome in known.items() if outcome is None]
        for call, made in zip(fresh, self.run_all(fresh), strict=True):
            known[call] = made
            if made.stopped is None or not self.trusted:
                self.memo.put((self.text, call), made)
        return [outcome for call in calls if (outcome := known[call]) is not None]

    def run_all(self, calls: list[Call]) -> list[Outcome]:
        """Run calls in one job, or in two at a time where there are many and the sandbox takes two."""
        if len(calls) <= TOGETHER or is_single(self.box):
            return self.run(calls) if calls else []
        half = (len(calls) + 1) // 2
        with ThreadPoolExecutor(2) as pool:
            parts = list(pool.map(self.run, (calls[:half], calls[half:])))
        return parts[0] + parts[1]

    def run(self, calls: list[Call]) -> list[Outcome]:
        """Run calls in one job, and those that a dead job held in halves, while there is time for it."""
        outcomes: dict[int, Outcome] = {}
        queue = [list(range(len(calls)))]
        left, met, dead, alive = PATIENCE_SECONDS, list[Stop](), 0, False
        until = perf_counter() + DEAD_SECONDS
        while queue:
            part = queue.pop(0)
            reply = self.job([calls[at] for at in part], LIMITS if len(part) == len(calls) else RETRY)
            met += [reply.stopped] if reply.stopped is not None else []
            began = perf_counter()
            found = dict(zip(part, read_reply(reply, len(part)), strict=True))
            left -= (reply.cpu_seconds or reply.seconds) + perf_counter() - began
            outcomes |= {at: outcome for at, outcome in found.items() if outcome is not None}
            lost = [at for at, outcome in found.items() if outcome is None]
            dead, alive = dead + 1, alive or len(lost) < len(part)
            all_dead = not alive and (dead >= DEAD_JOBS or perf_counter() > until)
            hopeless = left < 0 or len(part) == 1 or never(found.values()) or all_dead
            if hopeless:
                outcomes |= {at: Outcome(stopped=reply.stopped or OUT_OF_TIME) for at in lost}
            elif lost:
                half = (len(lost) + 1) // 2
                queue += [some for some in (lost[:half], lost[half:]) if some]
        # A job that only waited too long, and whose calls all came back when tried again, met a busy machine.
        came = all(outcome.stopped is None for outcome in outcomes.values())
        self.stops += [stop for stop in met if stop.limit != "wall" or not came]
        return [outcomes[at] for at in range(len(calls))]

    def job(self, calls: list[Call], limits: Limits, *, values: bool = True) -> Reply:
        """Run one job."""
        return self.box.run("python", payload_of(self.text, self.form, calls, limits, values=values), limits=limits)


def is_single(box: Box) -> bool:
    """Say whether a sandbox runs one job at a time: two halves would only be begun twice."""
    return getattr(box, "slots", 2) == 1


def never(outcomes: Iterable[Outcome | None]) -> bool:
    """Say whether every call that was reached was stopped: then the others would be too."""
    reached = [outcome for outcome in outcomes if outcome is not None]
    return bool(reached) and all(outcome.stopped is not None for outcome in reached)


def payload_of(text: str, form: PythonForm, calls: Sequence[Call], limits: Limits, *, values: bool) -> bytes:
    """Write a job: a header in JSON, then the frames as Arrow streams."""
    blobs: list[bytes] = []
    header = {
        "text": text,
        "entry": form.entry,
        "frame": form.frame,
        "load_seconds": min(LOAD_SECONDS, limits.cpu_seconds),
        "call_seconds": min(CALL_SECONDS, limits.cpu_seconds / 2) if values else 2 * limits.cpu_seconds,
        "job_seconds": min(JOB_SECONDS, limits.cpu_seconds * 0.6),
        "values": values,
        "calls": [[argument_of(argument, blobs) for argument in call.arguments] for call in calls],
    }
    head = json.dumps(header).encode()
    return b"".join([len(head).to_bytes(4, "big"), head, *blobs])


def argument_of(argument: Any, blobs: list[bytes]) -> dict[str, Any]:  # noqa: ANN401 - a grid or any literal
    """Write one argument; a frame's bytes go to the end of the job."""
    if not isinstance(argument, Grid):
        return {"literal": encode(argument)}
    start = sum(len(blob) for blob in blobs)
    blobs.append(arrow_of(argument))
    mixed = [name for name, zone in argument.zones if zone == "mixed"]
    return {"start": start, "end": start + len(blobs[-1]), "mixed": mixed, "index": argument.labels()}


def arrow_of(grid: Grid) -> bytes:
    """Write a grid as an Arrow stream."""
    zones = dict(grid.zones)
    arrays, fields = [], []
    for place, column in enumerate(grid.columns):
        zone = zones.get(column.name, "UTC")
        kind = (
            pa.timestamp("us", "UTC" if zone == "mixed" else zone) if column.type == "timestamp" else ARROW[column.type]
        )
        cells = grid.column(place)
        if column.type == "float" and grid.blank == "nan":
            cells = [float("nan") if cell is None else cell for cell in cells]
        arrays.append(pa.array(cells, kind))
        fields.append(pa.field(column.name, kind))
    schema = pa.schema(fields)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(pa.record_batch(arrays, schema=schema))
    return bytes(sink.getvalue())


def read_reply(reply: Reply, count: int) -> list[Outcome | None]:
    """Read what a job sent, which is the foreign code's word: anything odd is an outcome that says so."""
    if reply.payload is None:
        return [None] * count
    parts = sum(map(reply.payload.count, (b"[", b"{", b",")))
    if parts > MOST_PARTS:
        return [Outcome(stopped=Stop("output", f"reply: {parts} parts"))] * count
    try:
        sent = json.loads(reply.payload)
        if sent["load"] is not None:
            return [failure_of(replace(trouble_of(sent["load"]), loading=True), LOAD_SECONDS)] * count
        outcomes: list[Outcome | None] = [outcome_of(answer) for answer in sent["calls"]]
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as refusal:
        odd = Stop("crashed", f"a reply that cannot be read: {type(refusal).__name__}")
        return [Outcome(stopped=odd)] * count
    return (outcomes + [None] * count)[:count]


def outcome_of(answer: Any) -> Outcome | None:  # noqa: ANN401
    """Read the outcome of one call; None when it was not reached in the time of its job."""
    if answer is None:
        return None
    seconds = float(answer["seconds"])
    mutated = tuple(int(at) for at in answer.get("mutated", ()))
    if "error" not in answer:
        length = answer.get("length")
        value = decode(answer["value"]) if length is None else None
        return Outcome(value, None, None, seconds, mutated, None if length is None else int(length))
    failed = failure_of(trouble_of(answer["error"]), seconds)
    return replace(failed, mutated=mutated)


def failure_of(trouble: Trouble, seconds: float) -> Outcome:
    """Tell an error that the text raised from the alarm that ended it."""
    if trouble.types[0] == "Overrun":
        return Outcome(stopped=Stop("wall", f"no result after {seconds:.1f} s"), seconds=seconds)
    return Outcome(trouble=trouble, seconds=seconds)


def trouble_of(sent: dict[str, Any]) -> Trouble:
    """Read an error."""
    types = tuple(str(name)[:100] for name in sent["types"]) or ("Error",)
    return Trouble(types, str(sent["message"])[:400], int(sent["line"]))
