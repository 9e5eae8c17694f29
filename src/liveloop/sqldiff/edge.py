"""Where could a comparison operator decide, and what lies a hair to either side of it?"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from liveloop.base.tables import Table
from liveloop.sqldiff.database import DAY, HOUR, MINUTE, SECOND, Database, Row, plain_instant
from liveloop.sqldiff.grow import is_number, is_time
from liveloop.sqldiff.mine import Mined
from liveloop.sqldiff.nasty import all_shifted, read, used
from liveloop.sqldiff.twist import Twist, called, copied, legal, shift, with_cell

_MOST_PAIRS = 16


def on_the_edge(
    base: Database,
    mined: Mined,
    chance: random.Random,
    time_columns: Sequence[str] = (),
    moment_columns: Sequence[str] = (),
) -> Iterator[Twist]:
    """Two times exactly an interval apart, a time on a date, a value on a threshold; calm: a hair to either side.

    With `time_columns` only these are tried; those in `moment_columns` are tried on dates alone.
    """
    every = _moments(base, mined)
    wanted = [moment for moment in every if not time_columns or _listed(moment, time_columns)]
    yield from _apart(base, mined, [moment for moment in wanted if not _listed(moment, moment_columns)], chance)
    dated = [moment for moment in every if _listed(moment, moment_columns) and moment not in wanted]
    yield from _on_dates(base, mined, [*wanted, *dated])
    yield from _on_thresholds(base, mined)
    yield from _on_each_other(base, mined)
    yield from _counted(base, mined)


_Moment = tuple[Table, int, int]  # table, row, column


def _moments(base: Database, mined: Mined) -> list[_Moment]:
    return [
        (table, at, i)
        for table in base.schema.tables
        if read(table, mined)
        for at, row in enumerate(base.rows[table.name])
        for i, column in enumerate(table.columns)
        if is_time(column) and used(column.name, mined) and row[i] is not None
    ]


def _listed(moment: _Moment, wanted: Sequence[str]) -> bool:
    return f"{moment[0].name}.{moment[0].columns[moment[2]].name}" in wanted


def _value(base: Database, moment: _Moment) -> int:
    return int(base.rows[moment[0].name][moment[1]][moment[2]])


def _apart(base: Database, mined: Mined, moments: list[_Moment], chance: random.Random) -> Iterator[Twist]:
    pairs = [(a, b) for a in moments for b in moments if (a[0].name, a[1]) != (b[0].name, b[1]) or a[2] != b[2]]
    chance.shuffle(pairs)
    for first, second in pairs[:_MOST_PAIRS]:
        for interval in (*mined.intervals, *(() if _ties(base, mined, first, second) else (0,))):
            how = f"exactly {_words(interval)} after" if interval else "at the very moment of"
            says = f"{_name(second)} is {how} {_name(first)}"
            yield from _around(base, second, _value(base, first) + interval, says, first)


def _ties(base: Database, mined: Mined, first: _Moment, second: _Moment) -> bool:
    # Two alike rows of a table at one moment are a tie; the end of one and the start of another are a boundary, and
    # so are a question and its answer.
    if first[0].name != second[0].name or first[2] != second[2]:
        return False
    one, other = (base.rows[table.name][at] for table, at, _ in (first, second))
    for i, column in enumerate(first[0].columns):
        named = {value for value in mined.literals.get(column.name.lower(), ()) if isinstance(value, str)}
        if one[i] != other[i] and named & {one[i], other[i]}:
            return False
    return True


def _around(base: Database, moment: _Moment, wanted: int, says: str, other: _Moment | None = None) -> Iterator[Twist]:
    exact, *beside = [_set(base, moment, wanted + by) for by in (0, -SECOND, SECOND)]
    calm = tuple(database for database in beside if legal(database))  # nothing ends before it starts: one side is left
    # What hangs on a row moves with it: then the two are as far apart as before.
    stayed = other is None or all(_value(database, other) == _value(base, other) for database in (exact, *calm))
    if stayed and calm and legal(exact):
        held = [name for table, at, _ in (moment, other or moment) for name in called(exact, table, at)]
        yield Twist(exact, calm, says, held=tuple(dict.fromkeys(held)))


def _set(base: Database, moment: _Moment, wanted: int) -> Database:
    table, at, i = moment
    if table.columns[i].name == "happened_at" or not base.schema.narratives:
        return shift(base, table, at, wanted - _value(base, moment))
    return with_cell(base, table, at, {i: wanted})


def _name(moment: _Moment) -> str:
    return f"{moment[0].name}.{moment[0].columns[moment[2]].name}"


def _words(interval: int) -> str:
    for size, unit in ((DAY, "day"), (3600 * SECOND, "hour"), (60 * SECOND, "minute")):
        if interval % size == 0:
            return f"{interval // size} {unit}{'s' if interval != size else ''}"
    return f"{interval / SECOND:g} seconds"


def _on_dates(base: Database, mined: Mined, moments: list[_Moment]) -> Iterator[Twist]:
    for moment in moments:
        for instant in mined.instants[:4]:
            yield from _around(base, moment, instant, f"{_name(moment)} is exactly {plain_instant(instant)}")
            for interval in (*mined.intervals[:3], *(-interval for interval in mined.intervals[:3])):
                side = "after" if interval > 0 else "before"
                says = f"{_name(moment)} is exactly {_words(abs(interval))} {side} {plain_instant(instant)}"
                yield from _around(base, moment, instant + interval, says)
        if mined.edges:
            for zone in ("UTC", *(text for text in mined.texts if "/" in text)):
                for at in _midnights(_value(base, moment), zone):
                    yield from _around(base, moment, at, f"{_name(moment)} is exactly midnight in {zone}")


def _midnights(micros: int, zone: str) -> list[int]:
    """Give the midnight that begins a moment's day, and the one that ends its week, by the clocks of a zone."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return []
    local = datetime.fromtimestamp(micros / SECOND, place).date()
    days = dict.fromkeys((local, local + timedelta(days=7 - local.weekday())))
    return [int(datetime(day.year, day.month, day.day, tzinfo=place).timestamp()) * SECOND for day in days]


_HOURS = 3  # less than each of these zones is away from UTC, so that a date read there lies on the other side
_AWAY = (("America/Los_Angeles", 1), ("Asia/Kolkata", -1))


def near_dates(base: Database, mined: Mined) -> Iterator[Twist]:
    """A time some hours from a date that is mentioned, in the session of a zone farther away than that; calm: UTC.

    A date without a zone is read by the session's clocks, so there the time lies on the other side of it. What tells
    whether that matters is the same time on the other side.
    """
    for moment in _moments(base, mined):
        for instant in mined.instants[:4]:
            for zone, side in _AWAY:
                near, across = (_set(base, moment, instant + by * _HOURS * HOUR) for by in (side, -side))
                if legal(near):
                    there = Database(near.schema, near.rows, zone)
                    where = "after" if side > 0 else "before"
                    says = f"the session's time zone is {zone}, {_name(moment)} soon {where} {plain_instant(instant)}"
                    yield Twist(there, (near,), says, (across,), called(near, moment[0], moment[1]))


_CHANGE = 20_520 * DAY + 10 * HOUR  # 2026-03-08, when the clocks of Los Angeles go forward
_MOST_KIN = 8


def across_the_change(base: Database, mined: Mined) -> Iterator[Twist]:
    """Two times half an hour less than some days apart, in a session whose clocks go forward between them; calm: UTC.

    An interval of days is an hour shorter there. What tells whether that matters is the second time half an hour later.
    """
    moments = [moment for moment in _moments(base, mined) if moment[0].columns[moment[2]].name != "known_at"]
    pairs = [(a, b) for a in moments for b in moments if (a[0].name, a[1]) != (b[0].name, b[1]) and _belong(base, a, b)]
    for first, second in pairs[:_MOST_KIN]:
        for interval in [interval for interval in mined.intervals if interval >= DAY]:
            wanted = _value(base, first) + interval
            near, beyond = (_set(base, second, wanted + by * 30 * MINUTE) for by in (-1, 1))
            if _value(near, first) != _value(base, first) or not (legal(near) and legal(beyond)):
                continue
            by = _CHANGE - interval // 2 - _value(base, first)
            calm, later = (all_shifted(database, by) for database in (near, beyond))
            held = (*called(calm, first[0], first[1]), *called(calm, second[0], second[1]))
            there = Database(calm.schema, calm.rows, "America/Los_Angeles")
            says = f"the clocks of the session change between {_name(first)} and {_name(second)}"
            yield Twist(there, (calm,), says, (later,), held)


def _belong(base: Database, first: _Moment, second: _Moment) -> bool:
    one, other = (
        {(c.refers_to, cell) for c, cell in zip(t.columns, base.rows[t.name][at], strict=True) if c.refers_to}
        for t, at, _ in (first, second)
    )
    return bool(one & other)


def _on_thresholds(base: Database, mined: Mined) -> Iterator[Twist]:
    for table in base.schema.tables:
        for i, column in enumerate(table.columns):
            limits = [v for v in mined.thresholds.get(column.name.lower(), ()) if isinstance(v, (int, float))]
            if not is_number(column) or not read(table, mined):
                continue
            step = 1 if "INT" in column.type.upper() else 1e-4
            for at in range(len(base.rows[table.name])):
                for limit in limits[:3]:
                    made = [with_cell(base, table, at, {i: _typed(limit + by, step)}) for by in (0, -step, step)]
                    says = f"{table.name}.{column.name} is exactly {limit}"
                    yield Twist(made[0], (made[1], made[2]), says, held=called(base, table, at))


def _typed(value: float, step: float) -> float | int:
    return int(value) if isinstance(step, int) else float(value)


def _on_each_other(base: Database, mined: Mined) -> Iterator[Twist]:
    for one, other in mined.pairs:
        for table in base.schema.tables:
            names = [column.name.lower() for column in table.columns]
            if one == other or one not in names or other not in names:
                continue
            i, j = names.index(one), names.index(other)
            if is_number(table.columns[i]) and is_number(table.columns[j]):
                for at, row in enumerate(base.rows[table.name]):
                    yield from _pair(base, (table, at), (i, row, j))


def _pair(base: Database, where: tuple[Table, int], cells: tuple[int, Row, int]) -> Iterator[Twist]:
    (table, at), (i, row, j) = where, cells
    if row[j] is None:
        return
    step: Any = 1 if "INT" in table.columns[i].type.upper() else 1e-4
    made = [with_cell(base, table, at, {i: row[j] + by}) for by in (0, -step, step)]
    says = f"{table.name}.{table.columns[i].name} equals {table.columns[j].name}"
    yield Twist(made[0], (made[1], made[2]), says, held=called(base, table, at))


def named_counts(mined: Mined) -> list[int]:
    """List the small whole numbers that a query names: it may ask whether a group has so many rows."""
    return [int(n) for n in mined.numbers if 2 <= n <= 7 and float(n).is_integer()]


def _counted(base: Database, mined: Mined) -> Iterator[Twist]:
    """Grow a group row by row to each number that is mentioned: one less, exactly so many, one more."""
    for number in named_counts(mined):
        for table in base.schema.tables:
            rows = base.rows[table.name]
            if not read(table, mined) or len(rows) != 1:
                continue
            steps = [base]
            while len(steps) <= number:
                steps.append(_one_more(steps[-1], table, len(steps)))
            if all(legal(step) for step in steps):
                says = f"there are exactly {number} {table.name}"
                nasty, calm = steps[number - 1], (steps[number - 2], steps[number])
                yield Twist(nasty, calm, says, held=called(nasty, table, *range(number)), unless=("disagrees!",))


def _one_more(base: Database, table: Table, number: int) -> Database:
    row = base.rows[table.name][0]
    later = number * (DAY // 24 + 137 * SECOND)
    changes = {i: row[i] + later for i, column in enumerate(table.columns) if is_time(column) and row[i] is not None}
    alone = {key[0] for key in base.schema.keys(table)[1:] if len(key) == 1}
    bound = {own for own, _, _ in base.schema.refers(table)}
    changes |= {i: row[i] + number for i in alone - bound if isinstance(row[i], int)}  # a key of its own too
    return copied(base, table, 0, changes)
