"""What does MySQL take that DuckDB does not, and how is the same said to DuckDB?

MySQL gives any value of a column that stands outside GROUP BY, takes HAVING where nothing is grouped, counts truth
values as numbers, and prefers a column of the select list where a name could mean two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlglot import exp

_TRUTHS = (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Boolean)
_SUMS = (exp.Add, exp.Sub, exp.Mul, exp.Div)


def settle(tree: exp.Query) -> exp.Query:
    """Say in a tree that was parsed as MySQL what DuckDB wants to be told; the tree is changed.

    Examples
    --------
    >>> import sqlglot
    >>> settle(sqlglot.parse_one("SELECT a, b FROM t GROUP BY a ORDER BY NULL", dialect="mysql")).sql("duckdb")
    'SELECT a, ANY_VALUE(b) AS b FROM t GROUP BY a'
    """
    for node in list(tree.walk()):
        _value(node)
    for select in list(tree.find_all(exp.Select)):
        _settle(select)
    return tree


def _value(node: exp.Expression) -> None:
    if isinstance(node, (exp.Avg, *_SUMS)):
        for part in (node.this, node.args.get("expression")):
            if isinstance(_bare(part), _TRUTHS):
                part.replace(exp.cast(part.copy(), "INT"))
    elif isinstance(node, exp.Like):
        for part in (node.this, node.expression):
            if isinstance(part, exp.Column):
                part.replace(exp.cast(part.copy(), "TEXT"))
    if isinstance(node, (exp.Add, exp.Sub)) and isinstance(node.expression, exp.Interval):
        node.set("this", _moment(node.this))
    _form(node)


def _form(node: exp.Expression) -> None:
    if isinstance(node, exp.Anonymous) and node.name.upper() in ("ADDDATE", "SUBDATE") and len(node.expressions) == 2:
        first, second = _moment(node.expressions[0].copy()), node.expressions[1].copy()
        step = second if isinstance(second, exp.Interval) else exp.Interval(this=second, unit=exp.var("DAY"))
        node.replace(
            exp.Paren(this=(exp.Add if node.name.upper() == "ADDDATE" else exp.Sub)(this=first, expression=step))
        )
    elif isinstance(node, exp.Join) and node.kind == "CROSS" and node.args.get("on") is not None:
        node.set("kind", None)
    elif isinstance(node, exp.Table) and node.name.upper() == "DUAL" and isinstance(node.parent, exp.From):
        node.parent.parent.set(node.parent.arg_key, None)


def _moment(part: exp.Expression) -> exp.Expression:
    """Let a text from which an interval is taken be a date."""
    return exp.cast(part.copy(), "DATE") if isinstance(part, exp.Literal) and part.is_string else part


def _bare(part: exp.Expression | None) -> exp.Expression | None:
    while isinstance(part, exp.Paren):
        part = part.this
    return part


def _settle(select: exp.Select) -> None:
    _order_of_nothing(select)
    named = {_name(place): place for place in select.expressions}
    _meant(select, named)
    group, having = select.args.get("group"), select.args.get("having")
    grouped = group is not None or any(
        True for _ in _aggregates([*select.expressions, *([having] if having else [])], select)
    )
    if not grouped:
        if having is not None:
            _having_as_where(select, having, named)
        _distinct_order(select, named)
        return
    keys = group.expressions if group is not None else []
    chosen = [_nth(select, key) for key in keys]
    bound = {key.sql().lower() for key in (*keys, *chosen)} | {
        key.name.lower() for key in (*keys, *chosen) if _is_plain(key)
    }
    bound |= {key.name.lower() for key in chosen if isinstance(key, exp.Column)}
    for place in select.expressions:
        if place.unalias().sql().lower() in bound or any(place.unalias() is key for key in chosen):
            continue
        if place.is_star and not isinstance(place, exp.Count):
            place.replace(exp.AnyValue(this=exp.Columns(this=place.copy())))
            continue
        if isinstance(place, exp.Alias) and any(
            _is_plain(key) and key.name.lower() == place.alias.lower() for key in keys
        ):
            continue  # grouped by its alias
        _any_of(place, select, bound)
    order = select.args.get("order")
    for clause in (having, order):
        if clause is not None:
            _any_of(clause, select, bound, set(named))
    _distinct_order(select, named)


def _name(place: exp.Expression) -> str:
    """Give the name of a column of the result; parentheses around it change nothing."""
    return place.alias.lower() if isinstance(place, exp.Alias) else getattr(_bare(place), "name", "").lower()


def _nth(select: exp.Select, key: exp.Expression) -> exp.Expression:
    """Give what a number in GROUP BY stands for."""
    if (
        isinstance(key, exp.Literal)
        and not key.is_string
        and key.name.isdigit()
        and 0 < int(key.name) <= len(select.expressions)
    ):
        return select.expressions[int(key.name) - 1].unalias()
    return key


def _is_plain(key: exp.Expression) -> bool:
    return isinstance(key, exp.Column) and not key.table


def _order_of_nothing(select: exp.Select) -> None:
    order = select.args.get("order")
    if order is not None:
        kept = [one for one in order.expressions if not isinstance(one.this, exp.Null)]
        select.set("order", exp.Order(expressions=kept) if kept else None)


def _meant(select: exp.Select, named: dict[str, exp.Expression]) -> None:
    """Let a bare name in GROUP BY, HAVING and ORDER BY mean the select list's column of that name."""
    windows = [node for place in select.expressions for node in place.find_all(exp.Window)]
    for clause in (select.args.get("group"), select.args.get("having"), select.args.get("order"), *windows):
        if clause is None:
            continue
        for column in list(clause.find_all(exp.Column)):
            place = named.get(column.name.lower())
            meant = _bare(place.unalias()) if place is not None else None
            own = column.find_ancestor(exp.Select) is select
            plain = own and not column.table and isinstance(meant, exp.Column) and meant.table
            if plain and meant is not None and meant.name.lower() == column.name.lower():
                column.replace(meant.copy())


def _aggregates(parts: Sequence[exp.Expression], select: exp.Select) -> Iterator[exp.Expression]:
    for part in parts:
        for node in part.find_all(exp.AggFunc):
            if node.find_ancestor(exp.Select) is select and not isinstance(node.parent, exp.Window):
                yield node


def _any_of(part: exp.Expression, select: exp.Select, bound: set[str], named: Collection[str] = ()) -> None:
    """Wrap the columns of a part that are not grouped by; a bare name may be one of the select list."""
    for column in list(part.find_all(exp.Column)):
        if isinstance(column.this, exp.Star) or column.find_ancestor(exp.Select) is not select:
            continue
        free = column.name.lower() in bound and (not column.table or column.name.lower() in _loose(bound))
        listed = not column.table and column.name.lower() in named
        if column.sql().lower() in bound or free or listed or _in_aggregate(column, select):
            continue
        made = exp.AnyValue(this=column.copy())
        column.replace(made if column is not part else exp.alias_(made, column.name, quoted=bool(column.this.quoted)))


def _loose(bound: set[str]) -> set[str]:
    """Give the bare names that no qualified one of the same name is bound beside."""
    qualified = {name.rpartition(".")[2] for name in bound if "." in name}
    return {name for name in bound if "." not in name and name not in qualified}


def _in_aggregate(column: exp.Column, select: exp.Select) -> bool:
    node = column.parent
    while node is not None and node is not select:
        if isinstance(node, exp.AggFunc) and not isinstance(node.parent, exp.Window):
            return True
        node = node.parent
    return False


def _having_as_where(select: exp.Select, having: exp.Having, named: dict[str, exp.Expression]) -> None:
    condition = having.this.copy()
    for column in list(condition.find_all(exp.Column)):
        place = named.get(column.name.lower())
        if place is not None and not column.table and isinstance(place, exp.Alias):
            made = exp.Paren(this=place.this.copy())
            condition = made if column is condition else condition
            column.replace(made)
    select.set("having", None)
    if condition.find(exp.Window):
        select.set("qualify", exp.Qualify(this=condition))
    else:
        select.where(condition, copy=False)


def _distinct_order(select: exp.Select, named: dict[str, exp.Expression]) -> None:
    """Drop the order of distinct rows by what is not among their columns: it says nothing."""
    order = select.args.get("order")
    if (
        order is None
        or select.args.get("distinct") is None
        or any(isinstance(p, exp.Star) or p.is_star for p in select.expressions)
    ):
        return
    listed = {place.unalias().sql().lower() for place in select.expressions} | set(named)
    kept = [one for one in order.expressions
            if one.this.sql().lower() in listed or not one.this.find(exp.Column)]  # fmt: skip
    select.set("order", exp.Order(expressions=kept) if kept else None)
