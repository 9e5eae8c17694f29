"""Which mistakes are made in what is joined, kept once, grouped and cut?"""

from __future__ import annotations

from sqlglot import exp

from liveloop.sqldiff.mistakes.change import Changes, Shelf, both, is_key, more, parts, setting, without


def chosen(node: exp.Expression, shelf: Shelf) -> Changes:
    """Add or leave out DISTINCT, a key of the grouping, the row of an empty table; cut elsewhere."""
    del shelf
    distinct = node.args.get("distinct")
    if distinct is None:
        yield "duplicate", "DISTINCT is missing", setting(node, distinct=exp.Distinct())
    elif not distinct.args.get("on"):
        yield "duplicate", "DISTINCT drops rows", setting(node, distinct=None)
    yield from _cut(node)
    group = node.args.get("group")
    for number, key in enumerate(group.expressions if group is not None else ()):
        rest = without(group.expressions, number)
        if rest:
            yield "duplicate", f"grouped by {key.sql()} too", setting(node, group=exp.Group(expressions=rest))
    summed = any(place.find(exp.AggFunc) and not place.find(exp.Window) for place in node.expressions)
    if group is None and summed and node.args.get("having") is None:
        held = exp.Having(this=exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(0)))
        yield "missing-group", "no rows at all give a row", setting(node, having=held)


def _cut(node: exp.Expression) -> Changes:
    limit, order = node.args.get("limit"), node.args.get("order")
    if limit is None or not isinstance(limit.expression, exp.Literal) or not limit.expression.name.isdigit():
        return
    number = int(limit.expression.name)
    for other in (number + 1, number - 1):
        if other > 0:
            yield "tie", "the LIMIT is one off", setting(node, limit=exp.Limit(expression=exp.Literal.number(other)))
    yield "tie", "LIMIT cuts rows that tie", setting(node, limit=None)
    if order is None or node.args.get("qualify"):
        return
    for rank in (exp.Rank, exp.DenseRank):
        held = exp.LTE(this=exp.Window(this=rank(), order=order.copy()), expression=exp.Literal.number(number))
        made = setting(node, limit=None, order=None, qualify=exp.Qualify(this=held))
        yield "tie", "LIMIT cuts rows that tie", made


def united(node: exp.Expression, shelf: Shelf) -> Changes:
    """Keep each row once, or all."""
    del shelf
    says = "UNION keeps each row once, UNION ALL keeps all"
    yield "duplicate", says, setting(node, distinct=not node.args.get("distinct"))


def joined(node: exp.Expression, shelf: Shelf) -> Changes:
    """Keep or drop what has no match, move a condition between ON and WHERE, find one match at most."""
    del shelf
    if node.kind == "CROSS" or (node.args.get("on") is None and not node.args.get("using")):
        return
    if not node.side:
        for side in ("LEFT", "FULL"):
            yield "missing-group", "INNER drops what has no match", setting(node, side=side, kind=None)
    else:
        yield "missing-group", f"{node.side} keeps what has no match", setting(node, side=None)
        other = "FULL" if node.side == "LEFT" else "LEFT"
        yield "missing-group", f"{node.side} JOIN becomes {other} JOIN", setting(node, side=other)
    on = node.args.get("on")
    if on is None:
        return
    some = parts(on)
    for number, part in enumerate(some if len(some) > 1 else ()):
        rest = exp.and_(*without(some, number))
        kind = "fan-out" if is_key(part) else "wrong-filter"
        yield kind, f"{part.sql()} is left out of the join", setting(node, on=rest)
    yield from _one_match(node)
    select = node.find_ancestor(exp.Select)
    if select is not None:
        yield from _to_where(node, some, select)
        yield from _from_where(node, on, select)


def _to_where(node: exp.Expression, some: list[exp.Expression], select: exp.Select) -> Changes:
    """Move a condition of an outer join into WHERE, where it drops what has no match."""
    if not node.side or len(some) < 2:
        return
    where = select.args.get("where")
    for number, part in enumerate(some):
        held = exp.Where(this=more(where.this, part) if where else part.copy())
        made = both(setting(node, on=exp.and_(*without(some, number))), setting(select, where=held))
        yield "missing-group", f"{part.sql()} drops what has no match", made


def _from_where(node: exp.Expression, on: exp.Expression, select: exp.Select) -> Changes:
    """Move a condition on the joined table from WHERE into the join."""
    name, where = node.this.alias_or_name.lower(), select.args.get("where")
    some = parts(where.this) if where is not None else []
    for number, part in enumerate(some):
        if not any(column.table.lower() == name for column in part.find_all(exp.Column)):
            continue
        rest = without(some, number)
        left = exp.Where(this=exp.and_(*rest)) if rest else None
        for side in dict.fromkeys((node.side or None, "LEFT")):
            made = setting(node, on=more(on, part), side=side)
            says = f"{part.sql()} in WHERE drops what has no match"
            yield "missing-group", says, both(made, setting(select, where=left))


def _one_match(node: exp.Expression) -> Changes:
    """Let each row find one match at most: a join that only asks whether there is one."""
    table, select = node.this, node.find_ancestor(exp.Select)
    if not isinstance(table, exp.Table) or select is None:
        return
    name = table.alias_or_name
    every = {c.name.lower(): c for c in select.find_all(exp.Column) if c.table.lower() == name.lower()}
    if not every:
        return
    listed = [exp.column(column.name) for column in every.values()]
    inner = exp.Select(expressions=listed, distinct=exp.Distinct()).from_(table.name)
    made = exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(name)))
    yield "fan-out", f"{name} matches more than once, and rows are counted again", setting(node, this=made)
