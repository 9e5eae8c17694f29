"""Which constants does a query mention: literals beside a column, intervals, dates, and which columns at all?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlglot import exp

from liveloop.sqldiff.database import DAY, HOUR, MINUTE, SECOND
from liveloop.sqldiff.lateral import parse

UNITS = {
    "microsecond": 1, "millisecond": 1000, "second": SECOND, "minute": MINUTE, "hour": HOUR,
    "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "quarter": 91 * DAY, "year": 365 * DAY,
}  # fmt: skip
_SAME = (exp.EQ, exp.NEQ, exp.In, exp.Like, exp.ILike, exp.NullSafeEQ)
_BESIDE = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)
_FEW, _LONGEST_DAYS = 12, 400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = 250 * 365 * DAY  # from 1970; 9999-12-31 is no day on which anything happens


@dataclass(frozen=True)
class Mined:
    """What the queries mention; column names are in lower case.

    `literals` are the constants a column is equal to somewhere, `thresholds` those it is above or below; `pairs` are
    two columns of which one is above the other; `intervals` and `instants` are microseconds, `never` instants that are
    so far away that they stand for none, `numbers` all numbers, `columns` every column by name, `edges` the units of
    date_trunc and its like.
    """

    literals: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    thresholds: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()
    intervals: tuple[int, ...] = ()
    instants: tuple[int, ...] = ()
    never: tuple[int, ...] = ()
    numbers: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()
    columns: frozenset[str] = frozenset()
    edges: tuple[str, ...] = ()
    tables: frozenset[str] = frozenset()


@lru_cache(maxsize=256)
def mine(*texts: str) -> Mined:
    """Gather the constants of some queries; a text that does not parse gives none.

    Examples
    --------
    >>> found = mine("SELECT * FROM t WHERE a > 3 AND b - c <= INTERVAL '24 hours' AND d = 'web'")
    >>> found.thresholds["a"], found.intervals == (24 * HOUR,), found.literals["d"]
    ((3,), True, ('web',))
    """
    notes = _Notes()
    for text in texts:
        tree = parse(text)
        if tree is None:
            continue
        for node in tree.walk():
            notes.take(node)
    return notes.mined()


class _Notes:
    def __init__(self) -> None:
        self.literals: dict[str, list[Any]] = {}
        self.thresholds: dict[str, list[Any]] = {}
        self.pairs: list[tuple[str, str]] = []
        self.intervals: list[int] = []
        self.days: list[int] = []  # whole numbers that may be days between dates
        self.instants: list[int] = []
        self.numbers: list[float] = []
        self.texts: list[str] = []
        self.columns: set[str] = set()
        self.edges: list[str] = []
        self.tables: set[str] = set()

    def take(self, node: exp.Expression) -> None:
        if isinstance(node, exp.Column):
            self.columns.add(node.name.lower())
        elif isinstance(node, exp.Join):
            self.columns.update(name.name.lower() for name in node.args.get("using") or ())
        elif isinstance(node, exp.Table):
            self.tables.add(node.name.lower())
        elif isinstance(node, exp.Interval):
            self.intervals.extend(_interval(node))
        elif isinstance(node, exp.Literal):
            self._literal(node)
        elif isinstance(node, (exp.DateTrunc, exp.TimestampTrunc)):
            self.edges.append(str(node.args.get("unit") or "").strip("'").lower())
        elif isinstance(node, exp.Cast) and node.to.is_type("date"):
            self.edges.append("day")
        elif isinstance(node, (exp.Add, exp.Sub)):
            self._days(node)
        self._beside(node)

    def _days(self, node: exp.Expression) -> None:
        """Note a whole number that is added to what may be a date, or with which the distance of two is compared."""
        sides = [node.this, node.expression]
        outer = node.parent.parent if isinstance(node.parent, exp.Paren) else node.parent
        if isinstance(outer, (*_SAME, *_BESIDE)):
            sides += outer.find_all(exp.Literal)
        if any(side.find(exp.Column) for side in sides):
            plain = [side for side in sides if isinstance(side, exp.Literal) and not side.is_string]
            amounts = [int(one.name) for one in plain if one.name.isdigit() and not one.find_ancestor(exp.Interval)]
            self.days.extend(amount * DAY for amount in amounts if 0 < amount <= _LONGEST_DAYS)

    def _beside(self, node: exp.Expression) -> None:
        if isinstance(node, _SAME):
            self._comparison(node, self.literals)
        elif isinstance(node, _BESIDE):
            self._comparison(node, self.thresholds)
            if isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Column):
                self.pairs.append((node.this.name.lower(), node.expression.name.lower()))

    def _literal(self, node: exp.Literal) -> None:
        if node.is_string:
            instant = read_instant(node.name)
            if instant is not None:
                self.instants.append(instant)
            elif not node.find_ancestor(exp.Interval):
                self.texts.append(node.name)
        elif not node.find_ancestor(exp.Interval):
            self.numbers.append(_number(node.name))

    def _comparison(self, node: exp.Expression, into: dict[str, list[Any]]) -> None:
        names = {column.name.lower() for column in node.find_all(exp.Column)}
        values = [_value(literal) for literal in node.find_all(exp.Literal) if not literal.find_ancestor(exp.Interval)]
        for name in names:
            into.setdefault(name, []).extend(values)
        unit = next((_unit(diff) for diff in node.find_all(exp.DateDiff, exp.TimestampDiff, exp.Anonymous)), None)
        if unit:
            self.intervals.extend(int(value * unit) for value in values if isinstance(value, (int, float)))

    def mined(self) -> Mined:
        return Mined(
            _first(self.literals),
            _first(self.thresholds),
            tuple(dict.fromkeys(self.pairs))[:_FEW],
            tuple(dict.fromkeys(abs(value) for value in (*self.intervals, *self.days) if value))[:_FEW],
            tuple(dict.fromkeys(one for one in self.instants if abs(one) < _FAR))[:_FEW],
            tuple(dict.fromkeys(one for one in self.instants if abs(one) >= _FAR))[:_FEW],
            tuple(dict.fromkeys(self.numbers))[:_FEW],
            tuple(dict.fromkeys(self.texts))[: 2 * _FEW],
            frozenset(self.columns),
            tuple(dict.fromkeys(edge for edge in self.edges if edge)),
            frozenset(self.tables),
        )


def _first(found: dict[str, list[Any]]) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(dict.fromkeys(values))[:_FEW] for name, values in found.items() if values}


def _unit(node: exp.Expression) -> int | None:
    unit = node.args.get("unit")
    if isinstance(node, exp.Anonymous):
        if not node.name.lower().startswith("date") or not node.expressions:
            return None
        unit = node.expressions[0]
    return UNITS.get(str(unit).strip("'").lower().rstrip("s")) if unit is not None else None


def _interval(node: exp.Interval) -> Iterable[int]:
    unit = UNITS.get(str(node.args.get("unit") or "").lower().rstrip("s"))
    amount = node.this
    if isinstance(amount, exp.Paren):
        amount = amount.this
    if unit is None or not isinstance(amount, exp.Literal):
        return
    try:
        number = float(amount.name)
    except ValueError:
        return
    yield int(number * unit)
    if unit == UNITS["month"]:  # a month has as many days as it has
        yield from (int(number) * days * DAY for days in (31, 28))


def _value(literal: exp.Literal) -> Any:  # noqa: ANN401 - a literal is of any type
    return literal.name if literal.is_string else _number(literal.name)


def _number(text: str) -> float | int:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return 0


def read_instant(text: str) -> int | None:
    """Read a date or a timestamp from a literal, as microseconds in UTC; None when it is neither.

    Examples
    --------
    >>> read_instant("1970-01-02"), read_instant("to_user")
    (86400000000, None)
    """
    if len(text) < 8 or not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if not isinstance(moment, date):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)
