"""Which single edits of a query are the mistakes that people make, and of which class is each?

An edit that makes an attempt agree with the reference says what was wrong with it; one that makes the reference give
what the attempt gives says which mistake the attempt is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from time import perf_counter

from sqlglot import exp
from sqlglot.errors import SqlglotError

from liveloop.sqldiff.lateral import parse
from liveloop.sqldiff.mistakes import conditions, figures, tables
from liveloop.sqldiff.mistakes.change import CLASSES, Change, Changes, Edit, Make, Shelf, parts, together

MOST, SECONDS = 420, 1.0
OF_ONE = 60  # edits of one part
_EVERYWHERE = 6  # places at which the same mistake is made
COMPARED = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.EQ, exp.NEQ, exp.Between, exp.In, exp.Like)
MOMENTS = (exp.AtTimeZone, exp.Cast, exp.TimestampTrunc, exp.DateTrunc, exp.Extract)
Maker = Callable[[exp.Expression, Shelf], Changes]
MAKERS: tuple[tuple[tuple[type[exp.Expression], ...], Maker], ...] = (
    ((exp.LT, exp.LTE, exp.GT, exp.GTE, exp.EQ, exp.NEQ, exp.Between, exp.And), conditions.edges),
    (COMPARED, conditions.unknowns),
    ((exp.NullSafeEQ, exp.NullSafeNEQ), conditions.same_or_not),
    ((exp.Is,), conditions.asked_for_null),
    ((exp.Coalesce,), conditions.filled_in),
    ((exp.And, exp.Or), conditions.connected),
    ((exp.Where, exp.Having, exp.Filter), conditions.asked),
    ((exp.Literal,), conditions.constants),
    ((exp.Column,), conditions.names),
    ((exp.Select,), tables.chosen),
    ((exp.Union,), tables.united),
    ((exp.Join,), tables.joined),
    ((exp.Div,), figures.divided),
    ((exp.AggFunc,), figures.summed),
    ((exp.Window,), figures.windowed),
    ((exp.WindowSpec,), figures.framed),
    ((exp.Interval,), figures.lasting),
    (MOMENTS, figures.zoned),
    ((exp.Order,), figures.chosen_first),
    ((exp.Sub, exp.Add, exp.Cast), figures.shifted),
    ((exp.TimestampTrunc, exp.DateTrunc, exp.Add, exp.Sub), figures.whole_days),
)


def edits(text: str, other: str = "", most: int = MOST, seconds: float = SECONDS) -> list[Edit]:
    """List single edits of a query.

    Parameters
    ----------
    other
        A query whose constants, zones and conditions may be taken over.
    seconds
        After which no more are made.

    Examples
    --------
    >>> made = edits("SELECT id FROM t WHERE sent < '2024-02-01'")
    >>> made[0].kind, made[0].text, "SELECT id FROM t WHERE sent < '2024-02-01'"[made[0].start:made[0].end]
    ('boundary', "SELECT id FROM t WHERE sent <= '2024-02-01'", "sent < '2024-02-01'")
    """
    tree = parse(text)
    if tree is None:
        return []
    until = perf_counter() + seconds
    shelf, seen = read_shelf(other), {tree.sql(dialect="duckdb", comments=False)}
    found: list[Edit] = []
    alike: dict[tuple[str, str, int], list[tuple[exp.Expression, Make]]] = {}
    for node in list(tree.walk()):
        said: Counter[tuple[str, str]] = Counter()
        for kind, says, make in _of(node, shelf):
            said[kind, says] += 1
            alike.setdefault((kind, says, said[kind, says]), []).append((node, make))
            made = rendered(tree, make)
            if made is not None and made not in seen:
                seen.add(made)
                place = _lasting(node, text) if isinstance(node, exp.Interval) else span(node)
                found.append(Edit(kind, says, *place, made))
        if len(found) >= most or perf_counter() > until:
            break
    for (kind, says, _), some in alike.items():
        if perf_counter() > until or not 1 < len(some) <= _EVERYWHERE:
            continue
        made = rendered(tree, together([make for _, make in some]))
        if made is not None and made not in seen:
            seen.add(made)
            found.append(Edit(kind, f"{says}, in {len(some)} places", *span(some[0][0]), made))
    return sorted(found, key=lambda edit: CLASSES.index(edit.kind))[:most]


def _of(node: exp.Expression, shelf: Shelf) -> Iterator[Change]:
    """Give the changes of one part."""
    for kinds, maker in MAKERS:
        if isinstance(node, kinds):
            yield from islice(maker(node, shelf), OF_ONE)


def rendered(tree: exp.Query, make: Make) -> str | None:
    """Write a tree with a change in it, and take the change back; None when it cannot be written."""
    try:
        undo = make()
    except (ValueError, AttributeError, TypeError):  # two changes that do not go together
        return None
    try:
        return str(tree.sql(dialect="duckdb", comments=False))
    except (SqlglotError, RecursionError, ValueError, AttributeError):
        return None
    finally:
        undo()


def span(node: exp.Expression) -> tuple[int, int]:
    """Give where a part stands in the text: from its first word that has a place to its last; (0, 0) when none has."""
    places = [one.meta for one in node.walk() if "start" in one.meta]
    if not places:
        return 0, 0
    return min(one["start"] for one in places), max(one["end"] for one in places) + 1


def _lasting(node: exp.Interval, text: str) -> tuple[int, int]:
    """Give where an interval stands: the parser takes it apart and keeps no places of it."""
    amount, unit = re.escape(node.this.name if node.this else ""), re.escape(str(node.args.get("unit") or ""))
    found = re.search(rf"\binterval\s+['(]?\s*{amount}['\s)]+{unit}\b'?", text, re.IGNORECASE)
    return found.span() if found else span(node)


def read_shelf(other: str) -> Shelf:
    """Gather what a text offers to the edits of another."""
    tree, shelf = parse(other) if other else None, Shelf()
    if tree is None:
        return shelf
    shelf.literals = list(tree.find_all(exp.Literal))
    shelf.zones = list(dict.fromkeys(one.args["zone"].name for one in tree.find_all(exp.AtTimeZone)))
    shelf.columns = list({one.sql(): one for one in tree.find_all(exp.Column)}.values())
    for where in tree.find_all(exp.Where, exp.Having):
        shelf.conditions += [part for part in parts(where.this) if not part.find(exp.Query)]
    return shelf
