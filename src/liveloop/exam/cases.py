"""Which calls is a Python attempt given: small ones cut from the drill's world, and one big one?

A base is calm: nothing is missing, no two times or values tie, each flag is seen both ways in a group. What is nasty
is added by a probe, one thing at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.base.seeds import seed_of, uniforms
from liveloop.drill import Argument, Drill, FrameColumn
from liveloop.probes.calls import TIMES, Call, Grid, Row, groups, put_cells
from liveloop.worlds.world import World

SHAPES = ((2, 3), (3, 4), (2, 6), (3, 7), (2, 14))  # groups, rows in the first; each further one has two more
WITH_SMALLEST = 3  # the shape whose last group is one of the smallest
MOST_PULLED = 20_000
CutShape = tuple[int, int, frozenset[float] | None]  # groups, rows in the first, sizes that a smallest group has not
SECOND = timedelta(seconds=1)
TINY = 1e-6  # what tells two float values apart without moving either to another side of anything
BIG_ROWS = 30_000
ZERO: dict[str, Any] = {
    "int": 0,
    "float": 0.0,
    "bool": False,
    "text": "none",
    "timestamp": datetime(2026, 1, 5, tzinfo=UTC),
}


def bases(drill: Drill, seed: int) -> tuple[Call, ...]:
    """Cut small calm calls from the drill's world, each of another shape."""
    return tuple(base(drill, seed, place) for place in range(len(SHAPES)))


@lru_cache(maxsize=256)
def base_of(settings: str, seed: int, place: int, arguments: tuple[Argument, ...], probes: frozenset[str]) -> Call:
    """Cut one small calm call, once; what the drill's probes will make nasty is not nasty in it."""
    full = full_grids(settings, seed, arguments)
    count, each = SHAPES[place]
    chance = seed_of(seed, f"base {place}")
    # A group of a size that the drill names lies on a boundary: no calm one.
    named = frozenset(value for one in arguments for value in one.values if isinstance(value, int | float))
    cut = link(full, arguments, (count, each, named if place == WITH_SMALLEST else None), chance)
    first = next((argument for argument in arguments if argument.kind == "frame"), None)
    tag, laid = 0, []
    for argument in arguments:
        if argument.kind == "literal":
            laid.append(argument.values[0])
            continue
        lines = cut[argument.name]
        lines = calm(argument.columns, lines, level="tie" not in probes, kin=kin_of(argument, lines, first, cut))
        lines = off_distances(argument.columns, lines, arguments) if "boundary" in probes else lines
        rows = [Row(tag + at, cells) for at, cells in enumerate(lines)]
        tag += len(rows)
        laid.append(Grid(argument.columns, tuple(rows)))
    return Call(tuple(argument.name for argument in arguments), tuple(laid))


def base(drill: Drill, seed: int, place: int) -> Call:
    """Cut one small calm call."""
    return base_of(settings_of(drill), seed, place, arguments_of(drill), frozenset(drill.probes))


def big(drill: Drill, seed: int) -> Call:
    """Make one call at ten times the size of the draw (as far as it pays), by copies with keys of their own."""
    return big_of(settings_of(drill), seed, arguments_of(drill))


@lru_cache(maxsize=16)
def big_of(settings: str, seed: int, arguments: tuple[Argument, ...]) -> Call:
    """Make the big call, once."""
    full = full_grids(settings, seed, arguments)
    rows = sum(len(lines) for lines in full.values())
    copies = max(1, min(10, BIG_ROWS // max(1, rows)))
    tops = highest(full, arguments)
    tag, laid = 0, []
    for argument in arguments:
        if argument.kind == "literal":
            laid.append(argument.values[0])
            continue
        lines = [line for copy in range(copies) for line in copied(argument.columns, full[argument.name], copy, tops)]
        laid.append(Grid(argument.columns, tuple(Row(tag + at, line) for at, line in enumerate(lines))))
        tag += len(lines)
    return Call(tuple(argument.name for argument in arguments), tuple(laid))


def highest(full: dict[str, list[tuple[Any, ...]]], arguments: Sequence[Argument]) -> dict[str, int]:
    """Give the highest number in each column of keys or groups, over all frames: what is joined is copied in step."""
    tops: dict[str, int] = {}
    for argument in arguments:
        for at, column in enumerate(argument.columns):
            if column.role in ("key", "group") and column.type == "int":
                known = [line[at] for line in full[argument.name] if line[at] is not None]
                tops[column.name] = max([tops.get(column.name, 0), *known])
    return tops


def copied(
    columns: Sequence[FrameColumn], lines: Sequence[tuple[Any, ...]], copy: int, tops: dict[str, int]
) -> Iterable[tuple[Any, ...]]:
    """Copy rows under keys of their own; where there is no key, at later times."""
    keyed = any(column.role == "key" and column.type == "int" for column in columns)
    moves = [
        move_of(column, [line[at] for line in lines], copy, keyed=keyed, top=tops.get(column.name))
        for at, column in enumerate(columns)
    ]
    for line in lines:
        yield tuple(cell if cell is None else move(cell) for cell, move in zip(line, moves, strict=True))


def move_of(column: FrameColumn, cells: list[Any], copy: int, *, keyed: bool, top: int | None) -> Callable[[Any], Any]:
    """Say how one column's cells differ in a copy; `top` is the highest number among keys of this name."""
    known = [cell for cell in cells if cell is not None]
    if top is not None:
        step = copy * (top + 1)
        return lambda cell: cell + step
    if column.role in TIMES and not keyed and known:
        span = copy * (max(known) - min(known) + SECOND)
        return lambda cell: cell + span
    return lambda cell: cell


def settings_of(drill: Drill) -> str:
    """Write the world's settings so that they can be remembered."""
    return json.dumps(drill.world.settings, sort_keys=True, default=str)


def arguments_of(drill: Drill) -> tuple[Argument, ...]:
    """Give the arguments of a Python drill."""
    if drill.python is None:
        raise BadInput("not a Python drill", where=drill.slug, allowed="a [python] table")
    return tuple(replace(argument, values=frozen(argument.values)) for argument in drill.python.arguments)


def frozen(literal: Any) -> Any:  # noqa: ANN401 - any literal
    """Make lists tuples, so that a call can be remembered; they are lists again when they are handed over."""
    return tuple(frozen(item) for item in literal) if isinstance(literal, list | tuple) else literal


@lru_cache(maxsize=16)
def full_grids(settings: str, seed: int, arguments: tuple[Argument, ...]) -> dict[str, list[tuple[Any, ...]]]:
    """Run each frame's query over one draw of the drill's world."""
    with opened(settings, seed) as database:
        return {argument.name: pull(database, argument) for argument in arguments if argument.kind == "frame"}


@contextmanager
def opened(settings: str, seed: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open one draw of a world as a database."""
    draw = World.from_settings(json.loads(settings)).draw(seed)
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("SET TimeZone = 'UTC'")
        for name, table in draw.tables.items():
            database.register(name, table)
        yield database


def pull(database: duckdb.DuckDBPyConnection, argument: Argument) -> list[tuple[Any, ...]]:
    """Run one query and give its rows, in the order of the declared columns."""
    where = f"argument {argument.name!r}"
    try:
        table = pa.table(database.sql(argument.source).to_arrow_table()).slice(0, MOST_PULLED)
    except duckdb.Error as refusal:
        raise BadInput(
            f"its source cannot be run: {refusal}", where=where, allowed="a SELECT over the tables"
        ) from None
    names = [column.name for column in argument.columns]
    if missing := [name for name in names if name not in table.column_names]:
        raise BadInput(f"its source has no column {missing[0]!r}", where=where, allowed=", ".join(table.column_names))
    columns = [
        [plain(cell, column.type) for cell in table.column(column.name).to_pylist()] for column in argument.columns
    ]
    return list(zip(*columns, strict=True))


def plain(cell: Any, kind: str) -> Any:  # noqa: ANN401 - any cell
    """Make a cell of the declared type; a NaN is missing."""
    if cell is None or cell != cell:
        return None
    if kind == "timestamp":
        return cell.replace(tzinfo=UTC) if cell.tzinfo is None else cell.astimezone(UTC)
    return {"int": int, "float": float, "bool": bool, "text": str}[kind](cell)


def link(
    full: dict[str, list[tuple[Any, ...]]], arguments: tuple[Argument, ...], shape: CutShape, chance: int
) -> dict[str, list[tuple[Any, ...]]]:
    """Cut each frame to a few groups; a frame that shares a key with the first one keeps the rows that match."""
    frames = [argument for argument in arguments if argument.kind == "frame"]
    if not frames:
        return {}
    first = frames[0]
    count, each, _ = shape
    kept = {first.name: cut_first(first.columns, full[first.name], shape, chance)}
    for frame in frames[1:]:
        lines = full[frame.name]
        shared = shared_columns(frame, first)
        if shared:
            marks = {tuple(line[other] for _, other in shared) for line in kept[first.name]}
            lines = [line for line in lines if tuple(line[at] for at, _ in shared) in marks]
            kept[frame.name] = lines[: 3 * count * each]
        else:
            kept[frame.name] = block(lines, count * each, chance, frame.name)
    return kept


def shared_columns(frame: Argument, first: Argument) -> list[tuple[int, int]]:
    """List the keys and groups that a frame shares with the first one: where they stand in each."""
    return [
        (at, other)
        for at, one in enumerate(frame.columns)
        for other, two in enumerate(first.columns)
        if one.name == two.name and {one.role, two.role} <= {"key", "group"}
    ]


def cut_first(
    columns: Sequence[FrameColumn], lines: list[tuple[Any, ...]], shape: CutShape, chance: int
) -> list[tuple[Any, ...]]:
    """Take some groups that have rows enough, and neighbouring rows of each, in the order they came.

    Where the shape asks for it, the last of the groups is one of the smallest, of none of the sizes it names.
    """
    count, each, avoided = shape
    grid = Grid(tuple(columns), tuple(Row(at, line) for at, line in enumerate(lines)))
    found = groups(grid)
    if len(found) <= 1 or len(found) == len(lines):
        return block(lines, count * each, chance, "rows")
    dice = dict(zip(found, uniforms(chance, "groups", range(len(found))).tolist(), strict=True))
    marks = sorted(found, key=lambda mark: (-min(each, len(found[mark])), dice[mark]))
    chosen = marks[:count]
    if avoided is not None:
        small = (mark for mark in reversed(marks) if len(found[mark]) not in avoided)
        chosen = [*marks[: count - 1], next(small, marks[count - 1])]
    picked = [at for turn, mark in enumerate(chosen) for at in block(found[mark], each + 2 * turn, chance, str(mark))]
    return [lines[at] for at in sorted(picked)]


def block(lines: list[Any], most: int, chance: int, purpose: str) -> list[Any]:
    """Take neighbouring items, from a place that chance picks."""
    start = int(float(uniforms(chance, purpose, [0])[0]) * (max(0, len(lines) - most) + 1))
    return lines[start : start + most]


def kin_of(
    argument: Argument, lines: Sequence[tuple[Any, ...]], first: Argument | None, cut: dict[str, list[tuple[Any, ...]]]
) -> list[list[int]]:
    """Give the rows of a further frame that belong to one group of the first one, by a key that both have."""
    if first is None or first.name == argument.name:
        return []
    keys = [pair for pair in shared_columns(argument, first) if first.columns[pair[1]].role == "key"]
    grid = Grid(first.columns, tuple(Row(at, cells) for at, cells in enumerate(cut[first.name])))
    if not keys or not grid.places("group"):
        return []
    mine, its = keys[0]
    group_of = {grid.rows[at].cells[its]: mark for mark, some in groups(grid).items() for at in some}
    found: dict[Any, list[int]] = {}
    for at, line in enumerate(lines):
        found.setdefault(group_of.get(line[mine]), []).append(at)
    return list(found.values())


def calm(
    columns: Sequence[FrameColumn], lines: Sequence[tuple[Any, ...]], *, level: bool, kin: Sequence[list[int]] = ()
) -> list[tuple[Any, ...]]:
    """Take the nastiness out of rows: holes filled, times and values apart, flags both ways in each group.

    `kin` are the rows that belong together by another frame; otherwise the frame's own groups do.
    """
    by_column = [list(cells) for cells in zip(*lines, strict=True)] or [[] for _ in columns]
    for column, cells in zip(columns, by_column, strict=True):
        known = [cell for cell in cells if cell is not None] or [ZERO[column.type]]
        cells[:] = [known[at % len(known)] if cell is None else cell for at, cell in enumerate(cells)]
    rows = tuple(Row(at, cells) for at, cells in enumerate(zip(*by_column, strict=True)))
    members = groups(Grid(tuple(columns), rows)).values()
    for column, cells in zip(columns, by_column, strict=True):
        if column.role in TIMES or (column.role == "value" and not level):
            for group in members if column.role in TIMES else [range(len(cells))]:
                for at, cell in zip(group, apart([cells[at] for at in group], column), strict=True):
                    cells[at] = cell
    order_clocks(columns, by_column)
    rows = tuple(Row(at, cells) for at, cells in enumerate(zip(*by_column, strict=True)))
    grid = Grid(tuple(columns), rows)
    return [row.cells for row in both_ways(grid, kin or list(groups(grid).values()))]


def off_distances(
    columns: Sequence[FrameColumn], lines: list[tuple[Any, ...]], arguments: tuple[Argument, ...]
) -> list[tuple[Any, ...]]:
    """Leave out rows that lie exactly a literal's days or hours from another; move values off the literals."""
    numbers = {value for one in arguments for value in one.values if isinstance(value, int | float)}
    scores = [at for at, column in enumerate(columns) if column.role == "value" and column.type == "float"]
    lines = [
        tuple(cell + TINY if at in scores and cell in numbers else cell for at, cell in enumerate(line))
        for line in lines
    ]
    spans = {timedelta(seconds=number * unit) for number in numbers for unit in (1, 60, 3600, 86_400) if number < 1e6}
    grid = Grid(tuple(columns), tuple(Row(at, line) for at, line in enumerate(lines)))
    gone: set[int] = set()
    for place in grid.places(*TIMES):
        for members in groups(grid).values():
            kept: set[datetime] = set()
            for row in members:
                cell = lines[row][place]
                if any(cell - span in kept or cell + span in kept for span in spans):
                    gone.add(row)
                else:
                    kept.add(cell)
    return [line for at, line in enumerate(lines) if at not in gone]


def apart(cells: list[Any], column: FrameColumn) -> list[Any]:
    """Move each repeated cell to the next that is free."""
    step = SECOND if column.type == "timestamp" else 1 if column.type == "int" else TINY
    if column.type in ("bool", "text"):
        return cells
    seen: set[Any] = set()
    out = []
    for start in cells:
        cell = start
        while cell in seen:
            cell = cell + step
        seen.add(cell)
        out.append(cell)
    return out


def order_clocks(columns: Sequence[FrameColumn], by_column: list[list[Any]]) -> None:
    """Keep every row known no earlier than it happened."""
    times = [at for at, column in enumerate(columns) if column.role == "time"]
    known = [at for at, column in enumerate(columns) if column.role == "known_at"]
    if times and known:
        happened = by_column[times[0]]
        by_column[known[0]][:] = apart(
            [max(*pair) for pair in zip(happened, by_column[known[0]], strict=True)], columns[known[0]]
        )


def both_ways(grid: Grid, together: Sequence[list[int]]) -> tuple[Row, ...]:
    """Let each flag be seen both ways among rows that belong together, where they are two or more."""
    rows = grid.rows
    for place in grid.places("flag"):
        for members in together:
            seen = {grid.rows[at].cells[place] for at in members}
            if len(members) > 1 and len(seen) == 1:
                flag = turned(grid.columns[place], seen.pop())
                rows = put_cells(rows, {(at, place): flag for at in members[1::3]})
    return rows


def turned(column: FrameColumn, flag: Any) -> Any:  # noqa: ANN401 - a flag may be a bool or 0 and 1
    """Turn a flag round."""
    return (not flag) if column.type == "bool" else 1 - flag
