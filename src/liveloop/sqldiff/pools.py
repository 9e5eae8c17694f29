"""Which few values may each column hold, so that what two queries compare can meet?

Columns that the queries set against one another draw from one pool, in which the constants stand beside their
neighbours: a narrow window of it holds ties, matches and boundaries.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlglot import exp

from liveloop.base.tables import Column
from liveloop.sqldiff.database import DAY, HOUR, MINUTE, SECOND, Schema, arrow_type
from liveloop.sqldiff.groups import BROKEN, WHOLE, family, groups_of
from liveloop.sqldiff.lateral import parse
from liveloop.sqldiff.mine import Mined, mine
from liveloop.sqldiff.mistakes.change import is_zone

_ZONES = ("UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland")
_MOST, _MOST_TIMES = 26, 60  # values of a pool
MOST_LARGE = 12  # as large a group or a list may have to be
_SOME_DAY = 18_261  # 2019-12-31: the end of a year, before a month of 31 days
_EPOCH = date(1970, 1, 1)
_MOST_WHOLE = {"TINYINT": 127, "SMALLINT": 32_767, "INTEGER": 2**31 - 1, "UINTEGER": 2**31 - 1}


@dataclass(frozen=True, eq=False)
class Pool:
    """The values of one class of columns as one type holds them; a cell is the place of its value, or -1 for NULL.

    All pools of a group have the same places; a value that a type cannot hold is None there, and never drawn.
    `partners` gives each place those whose values stand in a telling distance: next to it, an interval away.
    """

    group: int
    values: tuple[Any, ...]
    array: pa.Array
    partners: tuple[npt.NDArray[np.int32], ...] = ()

    @property
    def size(self) -> int:
        """How many places there are."""
        return len(self.values)


@dataclass(frozen=True, eq=False)
class Drawing:
    """From what one column is drawn: its pool, the places of it that it may hold, those that the queries ask for."""

    pool: Pool
    places: npt.NDArray[np.int32]
    likely: npt.NDArray[np.int32]


def drawings(schema: Schema, texts: Sequence[str], zones: Sequence[str] = ()) -> dict[tuple[str, str], Drawing]:
    """Give what each column is drawn from; `texts` are the queries, in DuckDB's dialect, `zones` those of sessions.

    Examples
    --------
    >>> from liveloop.sqldiff.ddl import read_schema
    >>> schema = read_schema("CREATE TABLE t (a INT, b INT)")
    >>> made = drawings(schema, ["SELECT 1 FROM t WHERE a > 7 AND a = b"])
    >>> made["t", "a"].pool is made["t", "b"].pool, 8 in made["t", "b"].pool.values
    (True, True)
    """
    said = (*(condition for _, condition in schema.checks), *schema.claims)
    mined = mine(*texts, *(f"SELECT 1 WHERE {condition}" for condition in said))
    groups = groups_of(schema, texts)
    named, held = _zones(tuple(texts))
    kept = [zone for _, name, some in schema.domains if name.lower() in held for zone in some]
    kept += [zone for name in sorted(held) for zone in mined.literals.get(name, ())]
    kept = [zone for zone in kept if _is_place(zone)]
    days_of = [zone for zone in (*zones, *named, *(kept if kept or not held else _ZONES)) if zone != "UTC"]
    shared: dict[int, list[Any]] = {}
    pools: dict[tuple[int, str], Pool] = {}
    found: dict[tuple[str, str], Drawing] = {}
    for table in schema.tables:
        for column in table.columns:
            group, kind = groups[column.name.lower(), family(column.type)], column.type.upper()
            if group not in shared:
                members = [(t.name, c) for t in schema.tables for c in t.columns
                           if groups[c.name.lower(), family(c.type)] == group]  # fmt: skip
                shared[group] = _shared(schema, members, mined, dict.fromkeys(days_of), held)
            if (group, kind) not in pools:
                pools[group, kind] = _pool(group, kind, shared[group], _partners(shared[group], mined))
            pool = pools[group, kind]
            places = _allowed(schema, table.name, column, pool)
            asked = set(mined.literals.get(column.name.lower(), ()))
            likely = [place for place in places if shared[group][place] in asked or pool.values[place] in asked]
            found[table.name, column.name] = Drawing(pool, places, np.array(likely, np.int32))
    return found


def _partners(values: Sequence[Any], mined: Mined) -> tuple[npt.NDArray[np.int32], ...]:
    """Give each value those that stand in a telling distance from it."""
    if not values or isinstance(values[0], (str, bool)):
        return tuple(np.delete(np.arange(len(values), dtype=np.int32), at) for at in range(len(values)))
    steps = [*mined.intervals, DAY, HOUR] if max(abs(value) for value in values) > DAY else [1]
    near = SECOND if max(abs(value) for value in values) > DAY else 1
    found = []
    for value in values:
        mine = [at for at, other in enumerate(values)
                if other != value and any(abs(abs(other - value) - step) <= near for step in (0, *steps))]  # fmt: skip
        found.append(np.array(mine or [at for at, other in enumerate(values) if other != value] or [0], np.int32))
    return tuple(found)


@lru_cache(maxsize=256)
def _zones(texts: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Give the time zones that the queries name, and the columns that hold the name of one."""
    found: dict[str, None] = {}
    columns: set[str] = set()
    for text in texts:
        tree = parse(text)
        for node in tree.find_all(exp.AtTimeZone, exp.Anonymous) if tree is not None else ():
            zone = node.expressions[0] if is_zone(node) else node.args.get("zone")
            for part in _said(zone) if zone is not None else ():
                if isinstance(part, exp.Column):
                    columns.add(part.name.lower())
                elif isinstance(part, exp.Literal) and part.is_string and _is_place(part.name):
                    found[part.name] = None
    return tuple(found), frozenset(columns)


def _said(zone: exp.Expression) -> Iterator[exp.Expression]:
    """Walk what a zone is made of; of a subquery, what it gives."""
    for node in zone.walk(prune=lambda node: isinstance(node, exp.Query)):
        if not isinstance(node, exp.Query):
            yield node
            continue
        for given in node.selects:
            yield from _said(given)


def _shared(
    schema: Schema, members: Sequence[tuple[str, Column]], mined: Mined, zones: Collection[str], held: frozenset[str]
) -> list[Any]:
    """List the values of a group, sorted: moments in microseconds, whatever the type; `held` hold names of zones."""
    bound = {(t, c) for t, c, _ in schema.domains}
    domains = [
        v for table, column in members for t, c, some in schema.domains if (t, c) == (table, column.name) for v in some
    ]
    names = {column.name.lower() for _, column in members}
    beside = [v for name in sorted(names) for v in (*mined.literals.get(name, ()), *mined.thresholds.get(name, ()))]
    if names & held and family(members[0][1].type) == "text":  # a name of no zone is an error and tells nothing
        named = (v for v in beside if _is_place(v))
        return sorted({*domains, *([] if domains else [*zones, *named, *_ZONES])})
    values = list(dict.fromkeys(domains))
    for kind in dict.fromkeys(c.type.upper() for t, c in members if (t, c.name) not in bound):
        made = _moments(kind, mined, zones) if family(kind) == "time" else _values(kind, beside, mined)
        most = _MOST_TIMES if family(kind) == "time" else _MOST
        values += [value for value in dict.fromkeys(made) if value not in values][:most]
    return sorted(values, key=lambda value: (str(type(value) is str), value))


def _pool(group: int, kind: str, values: Sequence[Any], near: tuple[npt.NDArray[np.int32], ...]) -> Pool:
    """Give the values of a group as one type holds them."""
    made, held = arrow_type(kind), tuple(_as(kind, value) for value in values)
    if pa.types.is_decimal(made):
        return Pool(group, held, pa.array([None if v is None else Decimal(str(v)) for v in held]).cast(made), near)
    if pa.types.is_date(made):
        return Pool(group, held, pa.array(held, pa.int32()).cast(made), near)
    if pa.types.is_timestamp(made) or pa.types.is_time(made):
        return Pool(group, held, pa.array(held, pa.int64()).cast(made), near)
    return Pool(group, held, pa.array(held, made), near)


def _as(kind: str, value: Any) -> Any:  # noqa: ANN401 - a value of any type
    """Give a value as a type holds it; None when it cannot."""
    if kind.startswith("DATE") and kind != "DATETIME":
        return value // DAY if value % DAY == 0 else None
    if kind.startswith(WHOLE):
        whole = float(value).is_integer() and abs(value) <= _MOST_WHOLE.get(kind, 2**53)
        return int(value) if whole and not (kind.startswith("U") and value < 0) else None
    if kind.startswith(("DECIMAL", "NUMERIC")) and "(" in kind:
        made = arrow_type(kind)
        held = round(float(value), made.scale)  # only what it holds exactly: one place, one value, in all types
        return held if held == value and abs(value) < 10 ** (made.precision - made.scale) else None
    return float(value) if kind.startswith(BROKEN) else value


def _allowed(schema: Schema, table: str, column: Column, pool: Pool) -> npt.NDArray[np.int32]:
    places = [place for place, value in enumerate(pool.values) if value is not None]
    for name, at, values in schema.domains:
        if (name, at) == (table, column.name):
            places = [place for place in places if pool.values[place] in values]
    for name, at, low in schema.least:
        if (name, at) == (table, column.name):
            places = [place for place in places if pool.values[place] >= low]
    return np.array(places, np.int32)


def _values(kind: str, beside: Sequence[Any], mined: Mined) -> list[Any]:
    """List values for a type, the more telling ones first."""
    if kind == "BOOLEAN":
        return [True, False]
    if kind == "TIME":
        return [9 * HOUR, 9 * HOUR + MINUTE, 0, DAY - SECOND, 12 * HOUR]
    told = [value for value in beside if isinstance(value, (int, float))]
    numbers = [*told, *(value for value in mined.numbers if value not in told)]
    if kind.startswith(WHOLE):
        most = _MOST_WHOLE.get(kind, 2**53)
        near = [int(value) + by for value in numbers for by in (0, 1, -1)]
        crowd = max((int(value) for value in numbers if value <= MOST_LARGE), default=0)  # as many rows need own keys
        return [1, 2, 3, *(value for value in near if abs(value) < most), 0, *range(4, max(6, crowd + 2))]
    if kind.startswith(BROKEN):
        scale = arrow_type(kind).scale if kind.startswith(("DECIMAL", "NUMERIC")) and "(" in kind else 6
        about = [float(value) + by for value in numbers for by in (0, 0.5, -0.5)]
        return [round(value, scale) for value in (1.0, 2.0, *about, 0.5, 3.25, 10.0)]
    texts = [value for value in (*beside, *mined.texts) if isinstance(value, str) and len(value) < 60]
    plain = [text.replace("%", "").replace("_", "x") if "%" in text else text for text in texts]
    turned = [made for text in plain[:4] for made in (text + "x", text.lower(), text.upper(), "x" + text)]
    figures = [str(value) for value in told]
    return [*plain[:14], "a", "b", *figures, *turned, "c", ""]


def _moments(kind: str, mined: Mined, zones: Collection[str]) -> list[int]:
    """List moments around those mentioned: an interval away and a hair beside it, at the edges of days and months."""
    starts, never = list(mined.instants[:4]) or [_SOME_DAY * DAY], mined.never[:2]
    days = [start + step for start in starts for step in (0, DAY, -DAY)]
    days += [starts[0] + by for step in mined.intervals[:3] for by in (step, -step)]
    days += [starts[0] + 2 * DAY, starts[0] + 3 * DAY, *(edge * DAY for edge in _edges(starts[0] // DAY))]
    if kind == "DATE":
        weeks = [start - 7 * DAY for start in starts]
        return list(dict.fromkeys(moment // DAY * DAY for moment in (*days[:6], *never, *days[6:], *weeks)))
    noon = starts[0] + 9 * HOUR
    beside = [
        noon,
        *(noon + step + by for step in mined.intervals[:4] for by in (0, -SECOND, SECOND)),
        noon + MINUTE,
        noon + SECOND,
    ]
    local = [moment for zone in islice(zones, 2) for start in starts[:3] for moment in _midnights(zone, start)]
    local += [moment for zone in islice(zones, 1) for moment in _across(zone, starts[0], mined.intervals)]
    hours = [starts[0] + by * HOUR for by in (22, 23, 1, -1, -2)]
    hair = [start + by for start in starts for by in (-SECOND, SECOND)]
    return [*days[:6], *never, *local, *beside, *hair, *hours, *days[6:]]


def _across(zone: str, moment: int, intervals: Sequence[int]) -> list[int]:
    """Give a moment before a zone changes its clocks, and those an interval of days later by its clocks and by none."""
    place = _place(zone)
    day = _change(place, moment) if place is not None else None
    if place is None or day is None:
        return []
    before = _midnight(place, day) - 12 * HOUR
    return [before, *(before + step + by for step in intervals[:4] for by in (0, -HOUR // 2, HOUR // 2))]


def _midnights(zone: str, moment: int) -> list[int]:
    """Give the midnights of a zone around a moment, a second before each, and about the next change of its clocks."""
    place = _place(zone)
    if place is None:
        return []
    changed = _change(place, moment)
    begins = [_day(moment), *([changed] if changed is not None else [])]
    days = [day + timedelta(days=by) for day in begins for by in (0, 1)]
    found = [_midnight(place, day) - by for day in days for by in (0, SECOND)]
    after = [found[-2] + by for by in (12 * HOUR, HOUR // 2, -HOUR // 2)]  # what an hour more or less takes across
    return found if changed is None else [*found, *after]


@lru_cache(maxsize=256)
def _place(zone: str) -> ZoneInfo | None:
    """Give a zone by its name; None when there is none."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _is_place(value: object) -> bool:
    return isinstance(value, str) and _place(value) is not None


def _day(moment: int) -> date:
    return datetime.fromtimestamp(moment // SECOND, UTC).date()


def _midnight(place: ZoneInfo, day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=place).timestamp()) * SECOND


def _change(place: ZoneInfo, moment: int) -> date | None:
    """Give the day next to a moment on which a zone changes its clocks; None when there is none within 199 days."""
    days = (_day(moment) + timedelta(days=by) for far in range(200) for by in dict.fromkeys((far, -far)))
    return next((day for day in days if _offset(place, day) != _offset(place, day + timedelta(days=1))), None)


def _offset(place: ZoneInfo, day: date) -> timedelta | None:
    return datetime(day.year, day.month, day.day, tzinfo=place).utcoffset()


def _edges(day: int) -> list[int]:
    """Give the ends of the month and the year around a day, and the same day a year later."""
    moment = _EPOCH + timedelta(days=day)
    last = moment.replace(day=calendar.monthrange(moment.year, moment.month)[1])
    first = moment.replace(day=1)
    found = [last, last + timedelta(days=1), first, first - timedelta(days=1), moment + timedelta(days=365)]
    return [(one - _EPOCH).days for one in found]
