"""What happens inside the child when an estimator is run on many draws of a world?

The payload brings the text and the columns of all draws; the reply brings three numbers for each, or what went wrong.
The truth is not here. Nothing is judged here either.
"""

from __future__ import annotations

import json
import math
import signal
import threading
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pandas as pd

from liveloop.exam.sandbox.cell_python import OVERRUN, PATIENCE, STANDING, Overrun, describe, load, overrun, watch

MANY = "estimate_many"


def main(payload: bytes) -> bytes:
    """Load the text, run it on every draw, send what came."""
    length = int.from_bytes(payload[:4], "big")
    job = json.loads(payload[4 : 4 + length])
    columns = read_columns(job, memoryview(payload)[4 + length :])
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGPROF, overrun)
        signal.signal(signal.SIGALRM, overrun)
    entry, trouble = load(job)
    if entry is None:
        return json.dumps({"load": trouble, "calls": []}).encode()
    import sys  # noqa: PLC0415 - the module that was loaded

    many = getattr(sys.modules["attempt"], MANY, None)
    calls = together(many, job, columns) if callable(many) else one_by_one(entry, job, columns)
    return json.dumps({"load": None, "calls": calls}).encode()


def read_columns(job: dict[str, Any], blobs: memoryview) -> dict[str, np.ndarray[Any, Any]]:
    """Read the columns: [replicate, row], or [row] where all draws share one."""
    made = {}
    for name, kind, start, end, shared in job["columns"]:
        flat = np.frombuffer(blobs[start:end], np.dtype(kind))
        made[name] = flat if shared else flat.reshape(job["replicates"], -1)
    return made


def one_by_one(
    entry: Callable[..., Any], job: dict[str, Any], columns: dict[str, np.ndarray[Any, Any]]
) -> list[dict[str, Any] | None]:
    """Call with a data frame for each draw; those that the job's time does not reach are None."""
    end, late = process_time() + job["job_seconds"], perf_counter() + PATIENCE * job["job_seconds"]
    made: list[dict[str, Any] | None] = []
    STANDING.made = made
    for number in range(job["replicates"]):
        if process_time() >= end or perf_counter() >= late:
            made.append(None)
            continue
        drawn = {name: column if column.ndim == 1 else column[number] for name, column in columns.items()}
        made.append(answer(entry, pd.DataFrame(drawn), job["call_seconds"]))
    return made


def answer(entry: Callable[..., Any], frame: pd.DataFrame, seconds: float) -> dict[str, Any]:
    """Make one call, within its time."""
    try:
        watch(seconds)
        try:
            sent = {"value": numbers(entry(frame))}
        finally:
            watch(0)
    except Overrun:
        return {"error": OVERRUN}
    except BaseException as trouble:  # noqa: BLE001 - foreign code may raise anything
        return {"error": describe(trouble, seconds)}
    return sent


def numbers(given: Any) -> list[float]:  # noqa: ANN401 - whatever an attempt returned
    """Read value, low and high: a tuple of three, a mapping, or an object that has them."""
    names = ("value", "low", "high")
    if isinstance(given, dict):
        given = [given[name] for name in names]
    elif all(hasattr(given, name) for name in names):
        given = [getattr(given, name) for name in names]
    try:
        value, low, high = (float(one) for one in given)
    except (TypeError, ValueError):
        raise TypeError(f"it returns {type(given).__name__}, not (value, low, high)") from None
    if any(math.isnan(one) for one in (value, low, high)):
        raise ValueError("it returns NaN")
    return [value, low, high]


def together(
    many: Callable[..., Any], job: dict[str, Any], columns: dict[str, np.ndarray[Any, Any]]
) -> list[dict[str, Any] | None]:
    """Call once with all draws; columns that all share are laid out for each."""
    count = job["replicates"]
    laid = {
        name: np.array(np.broadcast_to(column, (count, column.shape[-1])) if column.ndim == 1 else column)
        for name, column in columns.items()
    }
    STANDING.made = []
    try:
        watch(job["job_seconds"])
        try:
            rows = np.column_stack([np.broadcast_to(np.asarray(one, np.float64), count) for one in many(laid)])
        finally:
            watch(0)
        if rows.shape != (count, 3):
            raise ValueError(f"{MANY} returns {rows.shape[1]} arrays, not three")
    except Overrun:
        return [{"error": OVERRUN}] * count
    except BaseException as trouble:  # noqa: BLE001 - foreign code may raise anything
        return [{"error": describe(trouble, job["call_seconds"])}] * count
    nan = {"error": {"types": ["ValueError"], "message": "it returns NaN", "line": 0}}
    return [nan if np.isnan(row).any() else {"value": row.tolist()} for row in rows]
