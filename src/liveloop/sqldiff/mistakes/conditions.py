"""Which mistakes are made in a condition: its edges, NULL, its constants, what it asks for at all?"""

from __future__ import annotations

import re

from sqlglot import exp

from liveloop.sqldiff.mistakes.change import (
    Changes,
    Shelf,
    columns_of,
    is_null,
    is_zone,
    more,
    pair,
    parts,
    replacing,
    setting,
    without,
)

_TURNED = {exp.LT: exp.LTE, exp.LTE: exp.LT, exp.GT: exp.GTE, exp.GTE: exp.GT}
_FLIPPED = {exp.LT: exp.GT, exp.LTE: exp.GTE, exp.GT: exp.LT, exp.GTE: exp.LTE, exp.EQ: exp.NEQ, exp.NEQ: exp.EQ}
_SIGNS = {exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=", exp.EQ: "=", exp.NEQ: "<>"}
_HALVES = (
    (exp.GTE, exp.LT, "the end is left out"),
    (exp.GT, exp.LTE, "the start is left out"),
    (exp.GT, exp.LT, "both ends are left out"),
)
_OFFSET = re.compile(r"(?<=\d\d:\d\d)([\d:.]*)\s*(?:Z|[+-]\d\d(?::?\d\d)?)$")
_MEASURED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Sub, exp.Add, exp.Sum, exp.Avg, exp.Max, exp.Min)


def edges(node: exp.Expression, shelf: Shelf) -> Changes:
    """Turn a comparison, or leave an end of BETWEEN out."""
    for table, kind in ((_TURNED, "boundary"), (_FLIPPED, "wrong-filter")):
        if type(node) in table:
            made = pair(table[type(node)], node)
            if kind == "wrong-filter" and not isinstance(node, (exp.EQ, exp.NEQ)) and _finds_nearest(node):
                kind = "window"  # the one after for the one before
            yield kind, f"{_SIGNS[type(node)]} becomes {_SIGNS[type(made)]}", replacing(node, made)
    if isinstance(node, (exp.EQ, exp.NEQ)) and isinstance(node.expression, exp.Literal) and node.expression.is_string:
        turned = exp.NEQ if isinstance(node, exp.EQ) else exp.EQ
        for value in dict.fromkeys(one.name for one in shelf.literals if one.is_string):
            made = turned(this=node.this.copy(), expression=exp.Literal.string(value))
            yield "wrong-filter", "others are asked for", replacing(node, made)
    if isinstance(node, exp.Between):
        low, high = node.args["low"], node.args["high"]
        for first, second, says in _HALVES:
            begins = first(this=node.this.copy(), expression=low.copy())
            ends = second(this=node.this.copy(), expression=high.copy())
            made = exp.Paren(this=exp.and_(begins, ends))
            yield "boundary", f"BETWEEN holds both its ends; {says}", replacing(node, made)
        made = exp.Paren(
            this=exp.and_(exp.GTE(this=node.this.copy(), expression=low.copy()), _day_after(node.this, high))
        )
        yield "boundary", "the last day is left out but for its first moment", replacing(node, made)
        yield from _mirrored(node, low, high)
    elif isinstance(node, exp.LTE) and not node.expression.is_number:
        made = _day_after(node.this, node.expression)
        yield "boundary", "the last day is left out but for its first moment", replacing(node, made)
    yield from _made_between(node)


def _day_after(value: exp.Expression, day: exp.Expression) -> exp.Expression:
    """Ask for what is before the end of a day."""
    length = exp.Interval(this=exp.Literal.string("1"), unit=exp.var("DAY"))
    return exp.LT(this=value.copy(), expression=exp.Add(this=day.copy(), expression=length))


def _mirrored(node: exp.Expression, low: exp.Expression, high: exp.Expression) -> Changes:
    """Look back from something for as long as it is looked ahead, or ahead for back."""
    if isinstance(high, exp.Add) and high.this == low:
        made = exp.Sub(this=low.copy(), expression=high.expression.copy())
        yield "window", "looked ahead, not back", setting(node, low=made, high=low.copy())
    elif isinstance(low, exp.Sub) and low.this == high:
        made = exp.Add(this=high.copy(), expression=low.expression.copy())
        yield "window", "looked back, not ahead", setting(node, low=high.copy(), high=made)


def _finds_nearest(node: exp.Expression) -> bool:
    """Say whether a comparison is that of an as-of join."""
    join = node.find_ancestor(exp.Join, exp.Select)
    return isinstance(join, exp.Join) and join.method == "ASOF"


def _made_between(node: exp.Expression) -> Changes:
    """Make BETWEEN of `x >= a AND x < b`."""
    if not isinstance(node, exp.And):
        return
    low, high = node.this, node.expression
    if isinstance(low, (exp.GTE, exp.GT)) and isinstance(high, (exp.LT, exp.LTE)) and low.this.sql() == high.this.sql():
        made = exp.Between(this=low.this.copy(), low=low.expression.copy(), high=high.expression.copy())
        yield "boundary", "BETWEEN holds both its ends", replacing(node, made)


def unknowns(node: exp.Expression, shelf: Shelf) -> Changes:
    """Let NULL through a comparison, or hold two of them the same."""
    del shelf
    target = node.parent if isinstance(node.parent, exp.Not) else node
    for one in (*columns_of(node, 2), *_made_up(node)):
        held = exp.Paren(this=exp.Or(this=exp.Paren(this=target.copy()), expression=is_null(one)))
        yield "null", f"{one.sql()}: NULL is let through", replacing(target, held)
    if isinstance(node, (exp.EQ, exp.NEQ)):
        made = pair(exp.NullSafeEQ if isinstance(node, exp.EQ) else exp.NullSafeNEQ, node)
        yield "null", "two NULLs are held to be the same", replacing(node, made)
    elif isinstance(node, exp.In) and node.args.get("query") is not None:
        yield from _members(node)


def _made_up(node: exp.Expression) -> list[exp.Expression]:
    """Give what is compared and no column: a sum, a row before, a distance; of a distance to such a row, that row."""
    sides = [side for side in (node.this, node.expression) if isinstance(side, (exp.Window, exp.AggFunc, exp.Sub))]
    return [next((one for one in (side.expression, side.this) if isinstance(one, exp.Window)), side) for side in sides]


def tied(node: exp.Expression, shelf: Shelf) -> Changes:
    """Tell rows apart that tie in what is compared, by a further key."""
    one, other = node.this, node.expression
    if not (isinstance(one, exp.Column) and isinstance(other, exp.Column) and one.table != other.table):
        return
    less = exp.LT if isinstance(node, (exp.LT, exp.LTE)) else exp.GT
    for key in shelf.keys:
        ours, theirs = exp.column(key, one.table or None), exp.column(key, other.table or None)
        last = exp.and_(exp.EQ(this=one.copy(), expression=other.copy()), less(this=ours, expression=theirs))
        made = exp.Paren(this=exp.Or(this=pair(less, node), expression=exp.Paren(this=last)))
        yield "tie", f"rows that tie are told apart by {key}", replacing(node, made)


def listed(node: exp.Expression, shelf: Shelf) -> Changes:
    """Leave a value out of those that are asked for, or take one in."""
    if isinstance(node, exp.In):
        if node.args.get("query") is not None or node.args.get("unnest") is not None:
            return
        for number, value in enumerate(node.expressions if len(node.expressions) > 1 else ()):
            rest = without(node.expressions, number)
            yield "wrong-filter", f"{value.sql()} is asked for too", setting(node, expressions=rest)
        held, some = node.this, node.expressions
    else:
        held, some = node.this, [node.expression]
    if not some or not all(isinstance(one, exp.Literal) and one.is_string for one in some):
        return
    there = {one.name for one in some}
    for value in dict.fromkeys(one.name for one in shelf.literals if one.is_string and one.name not in there):
        made = exp.In(this=held.copy(), expressions=[*(one.copy() for one in some), exp.Literal.string(value)])
        yield "wrong-filter", f"'{value}' is asked for too", replacing(node, made)


def same_or_not(node: exp.Expression, shelf: Shelf) -> Changes:
    """Compare as if NULL were no value."""
    del shelf
    plain = exp.EQ if isinstance(node, exp.NullSafeEQ) else exp.NEQ
    yield "null", "NULL is compared like a value", replacing(node, pair(plain, node))


def _members(node: exp.In) -> Changes:
    query = node.args["query"].this if isinstance(node.args["query"], exp.Subquery) else node.args["query"]
    if isinstance(query, exp.Select) and query.expressions and not query.args.get("group"):
        asked = exp.Not(this=is_null(query.expressions[0].unalias()))
        where = query.args.get("where")
        held = exp.Where(this=more(where.this, asked) if where else asked)
        yield "null", "NULL among the values of IN is left out", setting(query, where=held)


def asked_for_null(node: exp.Expression, shelf: Shelf) -> Changes:
    """Leave the question after NULL out, or turn it."""
    del shelf
    if not isinstance(node.expression, exp.Null):
        return
    target = node.parent if isinstance(node.parent, exp.Not) else node
    yield "null", "the question after NULL is left out", replacing(target, exp.true())
    turned = exp.Not(this=node.copy()) if target is node else node.copy()
    yield "null", "IS NULL and IS NOT NULL are changed", replacing(target, turned)


def filled_in(node: exp.Expression, shelf: Shelf) -> Changes:
    """Leave COALESCE out."""
    del shelf
    yield "null", "COALESCE fills in what is missing", replacing(node, node.this.copy())


def connected(node: exp.Expression, shelf: Shelf) -> Changes:
    """Change AND and OR, or leave out one side of OR."""
    del shelf
    if isinstance(node, exp.Or):
        for left, out in ((node.this, node.expression), (node.expression, node.this)):
            kind = "null" if out.find(exp.Is) else "wrong-filter"
            yield kind, f"{out.sql()} is let through", replacing(node, left.copy())
    if not isinstance(node.parent, type(node)):
        made = pair(exp.Or if isinstance(node, exp.And) else exp.And, node)
        yield "wrong-filter", "AND and OR are changed", replacing(node, exp.Paren(this=made))


def asked(node: exp.Expression, shelf: Shelf) -> Changes:
    """Leave a condition out, or take one over from the other text."""
    name = "expression" if isinstance(node, exp.Filter) else "this"
    held = node.args[name]
    if isinstance(held, exp.Where):
        return  # a FILTER holds a WHERE of its own
    some = parts(held)
    for number, part in enumerate(some):
        if len(some) > 1:
            rest = {name: exp.and_(*without(some, number))}
            yield _kind(part), f"{part.sql()} is left out", setting(node, **rest)
        elif isinstance(node, (exp.Where, exp.Having, exp.Qualify)) and isinstance(node.parent, exp.Select):
            yield _kind(part), f"{part.sql()} is left out", setting(node.parent, **{node.key: None})
    if not isinstance(node, (exp.Where, exp.Having)):
        return
    there = {part.sql() for part in some}
    for part in shelf.conditions:
        if part.sql() not in there:
            yield _kind(part), "a condition is missing", setting(node, this=more(held, part))
    if isinstance(node, exp.Having):
        return
    for column in columns_of(held, 4):
        known = more(held, exp.Not(this=is_null(column)))
        yield "null", f"NULL in {column.sql()} is not left out", setting(node, this=known)


def not_asked(node: exp.Expression, shelf: Shelf) -> Changes:
    """Take a condition over from the other text where there is none."""
    for part in shelf.conditions:
        where: tuple[str, type[exp.Expression], str] = ("where", exp.Where, "from_")
        if part.find(exp.Window):
            where = ("qualify", exp.Qualify, "from_")
        elif part.find(exp.AggFunc):
            where = ("having", exp.Having, "group")
        name, made, needed = where
        if node.args.get(needed) is not None and node.args.get(name) is None:
            yield _kind(part), "a condition is missing", setting(node, **{name: made(this=part.copy())})


def _kind(part: exp.Expression) -> str:
    """Say of which class it is to leave a condition out."""
    if isinstance(part, exp.EQ) and _numbers_rows(part.this):
        return "duplicate"
    if part.find(exp.Is) and part.find(exp.Null):
        return "null"
    return "wrong-filter"


def _numbers_rows(node: exp.Expression) -> bool:
    """Say whether something is the number of a row, by ROW_NUMBER."""
    if isinstance(node, exp.Column):
        named = (one.this for one in node.root().find_all(exp.Alias) if one.alias == node.name)
        return any(_numbers_rows(one) for one in named if isinstance(one, exp.Window))
    return isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber)


def constants(node: exp.Expression, shelf: Shelf) -> Changes:
    """Change a number by one, or take over a constant of the other text."""
    if isinstance(node.parent, (exp.Interval, exp.AtTimeZone, exp.WindowSpec)) or is_zone(node.parent):
        return
    compared = node.find_ancestor(exp.Predicate)
    length = isinstance(node.parent, (exp.Lag, exp.Lead, exp.Ntile, exp.Add, exp.Sub)) or (
        compared is not None and compared.find(exp.DateDiff, exp.TimestampDiff) is not None
    )
    length = length or isinstance(node.parent, exp.Offset)
    kind = "window" if length else "boundary" if compared is not None else "wrong-filter"
    if isinstance(node.parent, exp.If) and node.parent.this.find(exp.Is):
        kind = "null"  # what is given where something is NULL
    if not node.is_string and node.name.isdigit():
        for by in (1, -1) if node.name != "0" else (1,):
            yield kind, "a number is one off", replacing(node, exp.Literal.number(int(node.name) + by))
    for other in shelf.literals:
        if other.is_string == node.is_string and other.name != node.name:
            wide = "time-zone" if _is_elsewhere(other, node) else "window" if length else "wrong-filter"
            yield wide, "another constant is meant", replacing(node, other.copy())


def _is_elsewhere(one: exp.Literal, other: exp.Literal) -> bool:
    """Say whether two texts are the same moment on the clocks of two zones."""
    apart = [_OFFSET.sub(r"\1", literal.name) for literal in (one, other)]
    return bool(one.is_string and apart[0] == apart[1] != other.name)


def names(node: exp.Expression, shelf: Shelf) -> Changes:
    """Take another column of the same table."""
    outer = node.parent.parent if isinstance(node.parent, exp.Distinct) else node.parent
    kind = "null" if isinstance(outer, exp.Count) else "wrong-filter"
    if isinstance(outer, exp.Ordered):
        kind = "window" if outer.parent and outer.parent.expressions[0] is outer else "tie"
    if isinstance(outer, (*_MEASURED, exp.Is, exp.Ordered, exp.Count)):
        for other in shelf.columns:
            if other.sql() != node.sql() and (other.table == node.table or not node.table):
                yield kind, f"{other.sql()} is meant", replacing(node, other.copy())
