"""What happens inside the child when a Python attempt is called?

The payload brings the text, the name of the function and many calls; the reply brings, per call, a value as tagged
JSON or an error. Nothing is judged here: a candidate who rewrites this module while it runs changes nothing but the
values that are sent out in their own name.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from time import perf_counter, process_time
from types import FrameType, ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from liveloop.exam.sandbox.child import leave_with
from liveloop.exam.sandbox.tagged import encode, parse_literal

ATTEMPT = "attempt.py"
MIXED = ("UTC", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland")
LONGEST_MESSAGE = 400
COUNTED = (list, tuple, set, frozenset, dict, pd.DataFrame, pd.Series, pd.Index, pl.DataFrame, pl.Series)
PATIENCE = 5  # how many times its processor time a call may last
DEAF = 1.4  # how many times its time a call may go on that does not hear its alarm


class Overrun(BaseException):
    """A call took longer than it may; not an Exception, so that `except Exception` does not swallow it."""


OVERRUN = {"types": ["Overrun"], "message": "", "line": 0}


class Standing:
    """How far the job is: the answers so far, and when a call that hears no alarm ends the job."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any] | None] | None = None  # None while the text is being loaded
        self.began, self.last, self.late = 0.0, float("inf"), float("inf")

    def begin(self, seconds: float) -> None:
        """Say how long what begins now may take; 0 for as long as it likes."""
        self.began = process_time()
        self.last = self.began + DEAF * seconds if seconds else float("inf")
        self.late = perf_counter() + DEAF * PATIENCE * seconds if seconds else float("inf")

    def is_deaf(self) -> bool:
        """Say whether what runs should have heard its alarm long ago."""
        return process_time() > self.last or perf_counter() > self.late

    def reply(self) -> bytes:
        """Write what there is, with what runs now as stopped."""
        if self.made is None:
            return json.dumps({"load": OVERRUN, "calls": []}).encode()
        stopped = {"seconds": process_time() - self.began, "error": OVERRUN}
        return json.dumps({"load": None, "calls": [*self.made, stopped]}).encode()


STANDING = Standing()


def main(payload: bytes) -> bytes:
    """Load the attempt, make the calls, send what came of them."""
    length = int.from_bytes(payload[:4], "big")
    job = json.loads(payload[4 : 4 + length])
    blobs = memoryview(payload)[4 + length :]
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGPROF, overrun)
        signal.signal(signal.SIGALRM, overrun)
    entry, trouble = load(job)
    if entry is None:
        return json.dumps({"load": trouble, "calls": []}).encode()
    return json.dumps({"load": None, "calls": answers(entry, job, blobs)}).encode()


def answers(entry: Callable[..., Any], job: dict[str, Any], blobs: memoryview) -> list[dict[str, Any] | None]:
    """Make the calls one after the other; those that the job's time does not reach are None."""
    end, late = process_time() + job["job_seconds"], perf_counter() + PATIENCE * job["job_seconds"]
    made: list[dict[str, Any] | None] = []
    STANDING.made = made
    for call in job["calls"]:
        in_time = process_time() < end and perf_counter() < late
        made.append(answer_in_time(entry, job, call, blobs) if in_time else None)
    return made


def answer_in_time(
    entry: Callable[..., Any], job: dict[str, Any], call: list[Any], blobs: memoryview
) -> dict[str, Any]:
    """Make one call; the alarm stays on until what it left behind is gone, for that may run foreign code too."""
    start = process_time()
    try:
        reply = answer(entry, job, call, blobs)
        watch(0)
    except Overrun:
        watch(0)
        return {"seconds": process_time() - start, "error": OVERRUN}
    return reply


def overrun(signum: int, frame: FrameType | None) -> None:
    """Stop the call that is running; where it hears nothing, as in a `__del__`, end the job with what there is."""
    del signum, frame
    if STANDING.is_deaf():
        leave_with(STANDING.reply())
    raise Overrun


def load(job: dict[str, Any]) -> tuple[Callable[..., Any] | None, dict[str, Any] | None]:
    """Execute the text as a module and find the function, or say what went wrong and where."""
    module = ModuleType("attempt")
    module.__file__ = ATTEMPT
    sys.modules["attempt"] = module
    try:
        watch(job["load_seconds"])
        exec(compile(job["text"], ATTEMPT, "exec", dont_inherit=True), module.__dict__)
        watch(0)
    except BaseException as trouble:  # noqa: BLE001 - foreign code may raise anything, SystemExit too
        return None, describe(trouble, job["load_seconds"])
    entry = getattr(module, job["entry"], None)
    if not callable(entry):
        return None, {"types": ["NameError"], "message": f"no function {job['entry']!r} is defined", "line": 0}
    return entry, None


def watch(seconds: float) -> None:
    """Set the alarms for one call; 0 turns them off. They repeat, for the sake of a bare except.

    What counts is processor time: on a busy machine a call may wait for its turn and not be slow. The second alarm is
    for calls that wait without working.
    """
    if threading.current_thread() is threading.main_thread():
        STANDING.begin(seconds)
        signal.setitimer(signal.ITIMER_PROF, seconds, 0.05 if seconds else 0)
        signal.setitimer(signal.ITIMER_REAL, seconds * PATIENCE, 0.05 if seconds else 0)


def answer(entry: Callable[..., Any], job: dict[str, Any], call: list[Any], blobs: memoryview) -> dict[str, Any]:
    """Make one call with arguments of its own; where values are wanted, say too which of them it changed.

    The alarm is set anew for what comes after the call: values and errors are foreign code too.
    """
    given = [build(argument, job["frame"], blobs) for argument in call]
    start = process_time()
    try:
        watch(job["call_seconds"])
        try:
            value = entry(*given)
        finally:
            seconds = process_time() - start
            watch(job["call_seconds"])
        if not job["values"]:
            return {"seconds": seconds, "value": None, "length": length_of(value)}
        reply: dict[str, Any] = {"seconds": seconds, "value": encode(value)}
    except BaseException as trouble:  # noqa: BLE001 - foreign code may raise anything
        error = describe(trouble, job["call_seconds"])
        reply = {"seconds": process_time() - start, "error": error}
        watch(job["call_seconds"])
    if job["values"]:
        reply["mutated"] = [at for at, argument in enumerate(call) if changed(argument, given[at], job, blobs)]
    return reply


def length_of(value: Any) -> int | None:  # noqa: ANN401 - whatever an attempt returned
    """Count the rows of what was returned; None where there is nothing to count."""
    counted = isinstance(value, COUNTED) or (isinstance(value, np.ndarray) and value.ndim > 0)
    return len(value) if counted else None


def build(argument: dict[str, Any], frame: str, blobs: memoryview) -> Any:  # noqa: ANN401 - any argument
    """Build one argument afresh, so that no call sees what another did to its input."""
    if "literal" in argument:
        return parse_literal(argument["literal"])
    table = pa.ipc.open_stream(blobs[argument["start"] : argument["end"]]).read_all()
    if frame == "polars":
        return pl.from_arrow(table)
    data = table.to_pandas().copy(deep=True)
    for name in argument["mixed"]:
        mixed = [at if at is None or at is pd.NaT else in_zone(at, place) for place, at in enumerate(data[name])]
        data[name] = pd.Series(mixed, dtype=object, index=data.index)
    if argument["index"] is not None:
        data.index = pd.Index(argument["index"])
    return data


def in_zone(at: pd.Timestamp, place: int) -> datetime:
    """Say the same instant in the zone that is due at a row."""
    moved: datetime = at.to_pydatetime().astimezone(ZoneInfo(MIXED[place % len(MIXED)]))
    return moved


def changed(argument: dict[str, Any], given: Any, job: dict[str, Any], blobs: memoryview) -> bool:  # noqa: ANN401
    """Say whether the call left its argument other than it was."""
    fresh = build(argument, job["frame"], blobs)
    try:
        if "literal" in argument:
            return bool(fresh != given)
        return not (list(fresh.columns) == list(given.columns) and bool(fresh.equals(given)))
    except Exception:  # noqa: BLE001 - foreign code may have left anything behind
        return True


def describe(trouble: BaseException, seconds: float) -> dict[str, Any]:
    """Describe an error with the alarm on: its `__str__` and its class are foreign code."""
    try:
        watch(seconds)
        said = error_of(trouble)
        watch(0)
    except BaseException:  # noqa: BLE001 - an error that cannot be described is one that never ended
        watch(0)
        return OVERRUN
    return said


def error_of(trouble: BaseException) -> dict[str, Any]:
    """Describe an error: its type and bases, its message, the last line of the attempt it passed through."""
    kinds = [kind.__name__ for kind in type(trouble).__mro__]
    try:
        message = str(trouble)[:LONGEST_MESSAGE]
    except Exception:  # noqa: BLE001 - __str__ may be foreign too
        message = ""
    if isinstance(trouble, SyntaxError) and trouble.filename == ATTEMPT:
        return {"types": kinds, "message": trouble.msg, "line": trouble.lineno or 0}
    walked = traceback.walk_tb(trouble.__traceback__)
    lines = [line for frame, line in walked if frame.f_code.co_filename == ATTEMPT]
    return {"types": kinds, "message": message, "line": lines[-1] if lines else 0}
