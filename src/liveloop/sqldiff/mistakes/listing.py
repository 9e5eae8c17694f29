"""Which single edits of a query are the mistakes that people make, and of which class is each?

An edit that makes an attempt agree with the reference says what was wrong with it; one that makes the reference give
what the attempt gives says which mistake the attempt is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

from sqlglot import exp
from sqlglot.errors import SqlglotError

from liveloop.base.budget import Budget
from liveloop.sqldiff.lateral import parse
from liveloop.sqldiff.mistakes import conditions, figures, once, tables
from liveloop.sqldiff.mistakes.change import (
    CLASSES,
    Change,
    Changes,
    Edit,
    Make,
    Shelf,
    different,
    is_zone,
    parts,
    together,
)

MOST, SECONDS = 420, 1.0
OF_ONE = 60  # edits of one part
_COMMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_EVERYWHERE = 6  # places at which the same mistake is made
COMPARED = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.EQ, exp.NEQ, exp.Between, exp.In, exp.Like)
MOMENTS = (exp.AtTimeZone, exp.Anonymous, exp.Cast, exp.TimestampTrunc, exp.DateTrunc, exp.Extract)
Maker = Callable[[exp.Expression, Shelf], Changes]
MAKERS: tuple[tuple[tuple[type[exp.Expression], ...], Maker], ...] = (
    ((exp.LT, exp.LTE, exp.GT, exp.GTE, exp.EQ, exp.NEQ, exp.Between, exp.And), conditions.edges),
    (COMPARED, conditions.unknowns),
    ((exp.NullSafeEQ, exp.NullSafeNEQ), conditions.same_or_not),
    ((exp.Is,), conditions.asked_for_null),
    ((exp.Coalesce,), conditions.filled_in),
    ((exp.And, exp.Or), conditions.connected),
    ((exp.LT, exp.LTE, exp.GT, exp.GTE), conditions.tied),
    ((exp.In, exp.EQ), conditions.listed),
    ((exp.Where, exp.Having, exp.Filter, exp.Qualify), conditions.asked),
    ((exp.Select,), conditions.not_asked),
    ((exp.Literal,), conditions.constants),
    ((exp.Column,), conditions.names),
    ((exp.Select,), tables.chosen),
    ((exp.Select,), once.grouped),
    ((exp.Distinct,), once.told_apart),
    ((exp.Join,), once.matched),
    ((exp.GenerateSeries,), figures.ended),
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
    ((exp.Sub,), figures.both_ends),
    ((exp.ArgMin, exp.ArgMax), figures.first_known),
    ((exp.TimestampTrunc, exp.DateTrunc, exp.Add, exp.Sub), figures.whole_days),
)


def edits(text: str, other: str = "", most: int = MOST, seconds: float = SECONDS) -> list[Edit]:
    """List single edits of a query.

    Parameters
    ----------
    other
        A query whose constants, zones, conditions, frames, divisors and keys may be taken over.
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
    budget = Budget(seconds)
    for node in tree.walk():
        node.pop_comments()
    seen, alone = {written(tree)}, is_left_alone(tree)
    shelf = read_shelf(other)
    found: list[Edit] = []
    alike: dict[tuple[str, str, int], list[tuple[exp.Expression, Make]]] = {}
    for node in list(tree.walk()):
        said: Counter[tuple[str, str]] = Counter()
        for kind, says, make in _of(node, shelf):
            said[kind, says] += 1
            alike.setdefault((kind, says, said[kind, says]), []).append((node, make))
            made = rendered(tree, make, alone=alone)
            if made is not None and made not in seen:
                seen.add(made)
                place = _lasting(node, text) if isinstance(node, exp.Interval) else span(node)
                found.append(Edit(kind, says, *place, made))
        if len(found) >= most or budget.over:
            break
    for (kind, says, _), some in alike.items():
        if budget.over or not 1 < len(some) <= _EVERYWHERE:
            continue
        made = rendered(tree, together([make for _, make in some]), alone=alone)
        if made is not None and made not in seen:
            seen.add(made)
            found.append(Edit(kind, f"{says}, in {len(some)} places", *span(some[0][0]), made, len(some)))
    return sorted(found, key=lambda edit: CLASSES.index(edit.kind))[:most]


def _of(node: exp.Expression, shelf: Shelf) -> Iterator[Change]:
    """Give the changes of one part."""
    for kinds, maker in MAKERS:
        if isinstance(node, kinds):
            yield from islice(maker(node, shelf), OF_ONE)


def written(tree: exp.Query, *, alone: bool = False) -> str:
    """Write a query; `alone`: writing changes nothing in the tree, so that no copy of it need be made first."""
    return str(tree.sql(dialect="duckdb", comments=False, copy=not alone))


def is_left_alone(tree: exp.Query) -> bool:
    """Say whether writing a query leaves its tree as it is: what DuckDB says in other words is put there in these."""
    before, trial = repr(tree), tree.copy()
    written(trial, alone=True)
    return repr(trial) == before


def rendered(tree: exp.Query, make: Make, *, alone: bool = False) -> str | None:
    """Write a tree with a change in it, and take the change back; None when it cannot be written."""
    try:
        undo = make()
    except (ValueError, AttributeError, TypeError):  # two changes that do not go together
        return None
    try:
        return written(tree, alone=alone)
    except (SqlglotError, RecursionError, ValueError, AttributeError):
        return None
    finally:
        undo()


@lru_cache(maxsize=16)  # both texts of a pair are asked for again and again
def normal(text: str) -> str:
    """Write a query as all edits are written."""
    tree = parse(text)
    return text if tree is None else written(tree)


def is_same(one: str, other: str) -> bool:
    """Say whether two queries, as edits are written, are the same but for the order of what AND holds together.

    Examples
    --------
    >>> is_same("SELECT a FROM t WHERE a > 1 AND b = 2", "SELECT a FROM t WHERE b = 2 AND a > 1")
    True
    >>> is_same("SELECT a FROM t WHERE (a = 1 OR b = 2) AND c", "SELECT a FROM t WHERE a = 1 OR (b = 2 AND c)")
    False
    """
    return one == other or (len(one) == len(other) and _in_order(one) == _in_order(other))


@lru_cache(maxsize=8)
def _in_order(text: str) -> str:
    tree = parse(text)
    if tree is None:
        return text
    every = [node for node in tree.find_all(exp.And) if not isinstance(node.parent, exp.And)]
    for node in reversed(every):  # the inner ones first
        some = sorted(node.flatten(unnest=False), key=lambda part: str(part.sql()))
        made = some[0]
        for part in some[1:]:
            made = exp.And(this=made, expression=part)
        node.replace(made)
    return written(tree)


def span(node: exp.Expression) -> tuple[int, int]:
    """Give where a part stands in the text: from its first word that has a place to its last; (0, 0) when none has."""
    places = [one.meta for one in node.walk() if "start" in one.meta]
    if not places:
        return 0, 0
    return min(one["start"] for one in places), max(one["end"] for one in places) + 1


def _lasting(node: exp.Interval, text: str) -> tuple[int, int]:
    """Give where an interval stands: the parser takes it apart and keeps no places of it.

    It is the first of its kind behind what it is added to, outside comments.
    """
    amount, unit = re.escape(node.this.name if node.this else ""), re.escape(str(node.args.get("unit") or ""))
    kind = re.compile(rf"\binterval\s+['(]?\s*{amount}['\s)]+{unit}\b'?", re.IGNORECASE)
    before = node.parent.this if node.parent is not None else None
    begin = span(before)[1] if isinstance(before, exp.Expression) and before is not node else 0
    blank = _COMMENT.sub(lambda one: one[0] if one[0].startswith("'") else " " * len(one[0]), text)
    found = kind.search(blank, begin) or kind.search(blank)
    return found.span() if found else span(node)


def read_shelf(other: str) -> Shelf:
    """Gather what a text offers to the edits of another."""
    tree, shelf = parse(other) if other else None, Shelf()
    if tree is None:
        return shelf
    shelf.literals = list(tree.find_all(exp.Literal))
    named = [one.expressions[0] for one in tree.find_all(exp.Anonymous) if is_zone(one)]
    shelf.zones = different([*(one.args["zone"] for one in tree.find_all(exp.AtTimeZone)), *named], 8)
    shelf.columns = different(tree.find_all(exp.Column))
    shelf.frames = different(tree.find_all(exp.WindowSpec), 8)
    shelf.divisors = different((one.expression for one in tree.find_all(exp.Div)), 8)
    lasts = [one.this for order in tree.find_all(exp.Order) for one in order.expressions[1:]]
    shelf.keys = list(dict.fromkeys(one.name for one in lasts if isinstance(one, exp.Column)))[:3]
    for where in tree.find_all(exp.Where, exp.Having, exp.Qualify):
        shelf.conditions += [part for part in parts(where.this) if not part.find(exp.Query)]
    return shelf
