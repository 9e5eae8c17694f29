"""Which mistakes let the same thing come several times: a group undone, a key of DISTINCT or of a join left out?"""

from __future__ import annotations

from sqlglot import exp

from liveloop.sqldiff.mistakes.change import (
    Changes,
    Shelf,
    columns_near,
    columns_of,
    is_key,
    more,
    parts,
    setting,
    without,
)

_ENDS = (exp.Min, exp.Max, exp.AnyValue, exp.First, exp.Last)


def grouped(node: exp.Expression, shelf: Shelf) -> Changes:
    """Take each row of a group, not one for all of them."""
    del shelf
    group = node.args.get("group")
    if group is None or node.args.get("having") is not None or node.parent is None:
        return
    plain = [_of_one(one) for one in node.expressions]
    if all(one is not None and not one.find(exp.AggFunc) for one in plain):
        yield "duplicate", "each row comes, not each group once", setting(node, group=None, expressions=plain)


def _of_one(node: exp.Expression) -> exp.Expression | None:
    """Write what a group gives as what one row of it gives; None when that is another thing."""
    made = node.copy()
    for found in list(made.find_all(*_ENDS)):
        if isinstance(found.parent, (exp.Filter, exp.Window)) or isinstance(found.this, exp.Order):
            return None
        if found is made:
            return found.this
        found.replace(found.this)
    return made


def told_apart(node: exp.Expression, shelf: Shelf) -> Changes:
    """Leave out or add a column by which DISTINCT tells rows apart."""
    select = node.parent
    if not isinstance(select, exp.Select):
        return
    on = node.args.get("on")
    if on is None:
        if select.parent is not None:
            for number, column in enumerate(select.expressions if len(select.expressions) > 1 else ()):
                rest = without(select.expressions, number)
                says = f"rows are told apart by {column.alias_or_name} too"
                yield "duplicate", says, setting(select, expressions=rest)
        return
    keys = on.expressions if isinstance(on, exp.Tuple) else [on]
    yield "duplicate", "DISTINCT ON keeps one of several", setting(node, on=None)
    for number, key in enumerate(keys if len(keys) > 1 else ()):
        made = exp.Tuple(expressions=without(keys, number))
        yield "duplicate", f"rows are told apart by {key.sql()} too", setting(node, on=made)
    there = {key.sql() for key in keys}
    for column in columns_near(select, shelf):
        if column.sql() not in there:
            made = exp.Tuple(expressions=[*(key.copy() for key in keys), column.copy()])
            yield "duplicate", f"rows are not told apart by {column.sql()}", setting(node, on=made)


def matched(node: exp.Expression, shelf: Shelf) -> Changes:
    """Take every match, not the last; leave out or add a key of the join; let two NULLs match."""
    del shelf
    if node.method == "ASOF":
        yield "fan-out", "every match before is taken, not the last", setting(node, method=None)
    using = node.args.get("using") or []
    for number, name in enumerate(using if len(using) > 1 else ()):
        rest = without(using, number)
        yield "fan-out", f"{name.name} is no key of the join", setting(node, using=rest)
    select = node.parent
    if not isinstance(select, exp.Select):
        return
    first, here = select.args.get("from_"), node.this.alias_or_name
    before = select.args.get("joins", ())[: node.index or 0]
    others = [one.this.alias_or_name for one in (first, *before) if one is not None]
    if using and len(others) == 1:
        sides = [(exp.column(name.name, others[0]), exp.column(name.name, here)) for name in using]
        alike = [exp.NullSafeEQ(this=one, expression=other) for one, other in sides]
        yield "null", "two NULLs match", setting(node, using=None, on=exp.and_(*alike))
    on = node.args.get("on")
    if on is None or not here:
        return
    keyed = {side.name.lower() for part in parts(on) if is_key(part) for side in (part.this, part.expression)}
    names = {one.name.lower() for one in columns_of(select.root(), 40)}
    for name in sorted(names - keyed):
        for other in others:
            if _names(select.root(), here, name) and _names(select.root(), other, name):
                key = exp.EQ(this=exp.column(name, other), expression=exp.column(name, here))
                yield "fan-out", f"{name} is a key of the join too", setting(node, on=more(on, key))


def _names(root: exp.Expression, table: str, name: str) -> bool:
    """Say whether a table may have a column of a name: a subquery says what it gives, a table of the schema may."""
    for one in root.find_all(exp.CTE, exp.Subquery):
        if one.alias == table and isinstance(one.this, exp.Query):
            return any(made.is_star or made.alias_or_name.lower() == name for made in one.this.selects)
    return True
