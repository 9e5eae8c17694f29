"""Which mistakes are made in a condition: its edges, NULL, its constants, what it asks for at all?"""

from __future__ import annotations

from sqlglot import exp

from liveloop.sqldiff.mistakes.change import (
    Changes,
    Shelf,
    columns_of,
    is_null,
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
_MEASURED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Sub, exp.Add, exp.Sum, exp.Avg, exp.Max, exp.Min)


def edges(node: exp.Expression, shelf: Shelf) -> Changes:
    """Turn a comparison, or leave an end of BETWEEN out."""
    for table, kind in ((_TURNED, "boundary"), (_FLIPPED, "wrong-filter")):
        if type(node) in table:
            made = pair(table[type(node)], node)
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
    yield from _made_between(node)


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
    for column in columns_of(node, 2):
        held = exp.Paren(this=exp.Or(this=exp.Paren(this=target.copy()), expression=is_null(column)))
        yield "null", f"{column.sql()}: NULL is let through", replacing(target, held)
    if isinstance(node, (exp.EQ, exp.NEQ)):
        made = pair(exp.NullSafeEQ if isinstance(node, exp.EQ) else exp.NullSafeNEQ, node)
        yield "null", "two NULLs are held to be the same", replacing(node, made)
    elif isinstance(node, exp.In) and node.args.get("query") is not None:
        yield from _members(node)


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
        held = exp.Where(this=exp.and_(where.this.copy(), asked) if where else asked)
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
    """Change AND and OR."""
    del shelf
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
        kind = "null" if part.find(exp.Is) and part.find(exp.Null) else "wrong-filter"
        if len(some) > 1:
            rest = {name: exp.and_(*without(some, number))}
            yield kind, f"{part.sql()} is left out", setting(node, **rest)
        elif isinstance(node, (exp.Where, exp.Having)) and isinstance(node.parent, exp.Select):
            yield kind, f"{part.sql()} is left out", setting(node.parent, **{node.key: None})
    if not isinstance(node, exp.Where):
        return
    there = {part.sql() for part in some}
    for part in shelf.conditions:
        if part.sql() not in there:
            kind = "null" if part.find(exp.Is) and part.find(exp.Null) else "wrong-filter"
            yield kind, "a condition is missing", setting(node, this=exp.and_(held.copy(), part.copy()))
    for column in columns_of(held, 4):
        known = exp.and_(held.copy(), exp.Not(this=is_null(column)))
        yield "null", f"NULL in {column.sql()} is not left out", setting(node, this=known)


def constants(node: exp.Expression, shelf: Shelf) -> Changes:
    """Change a number by one, or take over a constant of the other text."""
    if isinstance(node.parent, (exp.Interval, exp.AtTimeZone, exp.WindowSpec)):
        return
    compared = node.find_ancestor(exp.Predicate)
    length = isinstance(node.parent, (exp.Lag, exp.Lead, exp.Ntile, exp.Add, exp.Sub)) or (
        compared is not None and compared.find(exp.DateDiff, exp.TimestampDiff) is not None
    )
    kind = "window" if length else "boundary" if compared is not None else "wrong-filter"
    if not node.is_string and node.name.isdigit():
        for by in (1, -1):
            yield kind, "a number is one off", replacing(node, exp.Literal.number(int(node.name) + by))
    for other in shelf.literals:
        if other.is_string == node.is_string and other.name != node.name:
            wide = "window" if length else "wrong-filter"
            yield wide, "another constant is meant", replacing(node, other.copy())


def names(node: exp.Expression, shelf: Shelf) -> Changes:
    """Take another column of the same table."""
    outer = node.parent.parent if isinstance(node.parent, exp.Distinct) else node.parent
    kind = "tie" if isinstance(outer, exp.Ordered) else "null" if isinstance(outer, exp.Count) else "wrong-filter"
    if isinstance(outer, (*_MEASURED, exp.Is, exp.Ordered, exp.Count)):
        for other in shelf.columns:
            if other.sql() != node.sql() and (other.table == node.table or not node.table):
                yield kind, f"{other.sql()} is meant", replacing(node, other.copy())
