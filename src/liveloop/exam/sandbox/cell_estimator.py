"""What happens inside the child when an estimator is run on many draws of some worlds?

The payload brings the text and the columns of all draws; the reply brings three numbers for each, or what went wrong.
The truth is not here. Nothing is judged here either.
"""

from __future__ import annotations

import json
import math
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pandas as pd

from liveloop.exam.sandbox.cell_python import OVERRUN, PATIENCE, STANDING, Overrun, describe, load, overrun, watch

TOLERANCE = 0.5  # of an interval's width: by so much its ends may differ when chance is drawn anew
CHANGED = "it says something else of the same experiment after it has seen others"
FORGETFUL = {"types": ["ValueError"], "message": CHANGED, "line": 0}


def main(payload: bytes) -> bytes:
    """Load the text, run it on every draw, send what came."""
    length = int.from_bytes(payload[:4], "big")
    job = json.loads(payload[4 : 4 + length])
    worlds = read_worlds(job, memoryview(payload)[4 + length :])
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGPROF, overrun)
        signal.signal(signal.SIGALRM, overrun)
    entry, trouble = load(job)
    if entry is None:
        return json.dumps({"load": trouble, "calls": []}).encode()
    import sys  # noqa: PLC0415 - the module that was loaded

    many = getattr(sys.modules["attempt"], job["many"], None)
    return json.dumps({"load": None, "calls": calls(entry, many, job, worlds)}).encode()


@dataclass(frozen=True)
class World:
    """Draws of one world: [replicate, row], or [row] where all share a column."""

    columns: dict[str, np.ndarray[Any, Any]]
    count: int

    def frame(self, number: int) -> pd.DataFrame:
        """Lay one draw out."""
        return pd.DataFrame({name: one if one.ndim == 1 else one[number] for name, one in self.columns.items()})


def read_worlds(job: dict[str, Any], blobs: memoryview) -> list[World]:
    """Read the columns of all worlds."""
    made = []
    for world in job["worlds"]:
        columns = {}
        for name, kind, start, end, shared in world["columns"]:
            flat = np.frombuffer(blobs[start:end], np.dtype(kind))
            columns[name] = flat if shared else flat.reshape(world["replicates"], -1)
        made.append(World(columns, world["replicates"]))
    return made


def calls(
    entry: Callable[..., Any], many: object, job: dict[str, Any], worlds: list[World]
) -> list[dict[str, Any] | None]:
    """Ask for every draw of one world after the other; None from where the time of a world did not suffice."""
    made: list[dict[str, Any] | None] = []
    STANDING.made = made
    starts: list[int] = []
    for world in worlds:
        starts.append(len(made))
        if callable(many):
            made.extend(together(many, entry, job, world))
        else:
            one_by_one(entry, job, world, made)
        if None in made[starts[-1] :]:
            break
    if not callable(many):
        for start, world in zip(starts, worlds, strict=False):
            if world.count > 1 and differs(made[start], answer(entry, world.frame(0), job["call_seconds"])):
                made[start : start + world.count] = [{"error": FORGETFUL}] * world.count
    return [*made, *[None] * (sum(world.count for world in worlds) - len(made))]


def one_by_one(entry: Callable[..., Any], job: dict[str, Any], world: World, made: list[dict[str, Any] | None]) -> None:
    """Call with a data frame for each draw; those that the world's time does not reach are None."""
    end, late = process_time() + job["world_seconds"], perf_counter() + PATIENCE * job["world_seconds"]
    for number in range(world.count):
        in_time = process_time() < end and perf_counter() < late
        made.append(answer(entry, world.frame(number), job["call_seconds"]) if in_time else None)


def differs(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """Say whether two answers on the same draw are further apart than chance that is drawn anew can explain."""
    if one is None or other is None or "value" not in one or "value" not in other:
        return False
    (_, low, high), (_, other_low, other_high) = one["value"], other["value"]
    if not all(map(math.isfinite, (low, high, other_low, other_high))):
        return (low, high) != (other_low, other_high)
    room = TOLERANCE * max(high - low, other_high - other_low)
    return bool(max(abs(low - other_low), abs(high - other_high)) > room)


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
    many: Callable[..., Any], entry: Callable[..., Any], job: dict[str, Any], world: World
) -> list[dict[str, Any] | None]:
    """Call once with all draws, and with the first alone, of which both functions have to say something."""
    first = answer(entry, world.frame(0), job["call_seconds"])
    if "error" in first:
        return [{"error": first["error"]}] * world.count
    try:
        watch(job["world_seconds"])
        try:
            made = answers(many, job["many"], world.columns, world.count)
            first_draw = {name: one if one.ndim == 1 else one[:1] for name, one in world.columns.items()}
            alone = answers(many, job["many"], first_draw, 1)
        finally:
            watch(0)
    except Overrun:
        return [None] * world.count
    except BaseException as trouble:  # noqa: BLE001 - foreign code may raise anything
        return [{"error": describe(trouble, job["call_seconds"])}] * world.count
    return [{"error": FORGETFUL}] * world.count if differs(made[0], alone[0]) else list(made)


def answers(
    many: Callable[..., Any], name: str, columns: dict[str, np.ndarray[Any, Any]], count: int
) -> list[dict[str, Any]]:
    """Call with some draws; columns that all share are laid out for each."""
    laid = {
        key: np.array(np.broadcast_to(column, (count, column.shape[-1])) if column.ndim == 1 else column)
        for key, column in columns.items()
    }
    rows = np.column_stack([np.broadcast_to(np.asarray(one, np.float64), count) for one in many(laid)])
    if rows.shape != (count, 3):
        raise ValueError(f"{name} returns {rows.shape[1]} arrays, not three")
    nan = {"error": {"types": ["ValueError"], "message": "it returns NaN", "line": 0}}
    return [nan if np.isnan(row).any() else {"value": row.tolist()} for row in rows]
