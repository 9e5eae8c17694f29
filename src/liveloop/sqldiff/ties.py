"""How is a query written anew so that every tie it leaves open may fall either way?"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import SqlglotError

from liveloop.sqldiff.database import WORLD
from liveloop.sqldiff.lateral import RESERVED, parse

_BY_POSITION = (exp.RowNumber, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue)
_STAND_IN = 7_310_585_786_300_048_000  # even; for the number, so that a text is parsed once for all falls
_ANY = (exp.AnyValue, exp.First, exp.Last)


def falls(text: str, *, ordered: bool = False) -> list[str]:
    """Give two ways in which the open ties of a query may fall; none when no tie is open."""
    made = (loosened(text, number, ordered=ordered) for number in range(2))
    return [one for one in made if one is not None]


def loosened(text: str, number: int, *, ordered: bool = False) -> str | None:
    """Let every open tie fall another way; None when none is open. An arbitrary value is the least, or the greatest.

    Rows that tie are ordered by a hash of the rows of the tables that they come from.

    Parameters
    ----------
    number
        Another number, another fall. Even: an arbitrary value of a group is its least; odd: its greatest.
    ordered
        Whether the order of the result's rows matters.

    Examples
    --------
    >>> loosened("SELECT a FROM t ORDER BY b LIMIT 1", 3)
    'SELECT a FROM t ORDER BY b, HASH(HASH(t, 3)) LIMIT 1'
    >>> loosened("SELECT a, RANK() OVER (ORDER BY b) FROM t", 0) is None
    True
    """
    stand_in = _STAND_IN + number % 2
    made = _written(text, stand_in, ordered=ordered)
    return None if made is None else made.replace(str(stand_in), str(number))


def by_world(text: str, number: int, *, ordered: bool = False) -> str | None:
    """Let every open tie fall another way in each world of a batch: copies of one world give all that may come.

    Examples
    --------
    >>> by_world("SELECT a FROM t ORDER BY b LIMIT 1", 0)
    'SELECT a FROM t ORDER BY b, HASH(HASH(t, liveloop_d.liveloop_w)) LIMIT 1'
    """
    stand_in = _STAND_IN + number % 2
    made = _written(text, stand_in, ordered=ordered)
    return None if made is None else made.replace(str(stand_in), f"{RESERVED}d.{WORLD}")


@lru_cache(maxsize=512)
def _written(text: str, number: int, *, ordered: bool) -> str | None:
    tree = parse(text)
    if tree is None:
        return None
    _spell_windows(tree)
    if not ordered and _is_cut(tree) and (isinstance(tree, exp.SetOperation) or _is_distinct(tree)):
        whole = exp.TableAlias(this=exp.to_identifier(f"{RESERVED}whole"))
        tree = exp.select("*").from_(exp.Subquery(this=tree, alias=whole))  # so that a query can stand around it
    found = False
    for node in list(tree.walk()):
        if isinstance(node, exp.Query) and not isinstance(node, exp.Subquery):
            found |= _query(node, number, whole=ordered and node is tree)
        else:
            found |= _part(node, number)
    try:
        return tree.sql(dialect="duckdb") if found else None
    except (SqlglotError, RecursionError, ValueError):
        return None


def _part(node: exp.Expression, number: int) -> bool:
    """Let the ties of a window or an aggregate fall."""
    if isinstance(node, exp.Window):
        return _window(node, number)
    if isinstance(node, (exp.ArrayAgg, exp.GroupConcat)):
        return _inner_order(node, number)
    if isinstance(node, (exp.ArgMax, exp.ArgMin)):
        return not node.args.get("count") and _greatest(node, number)
    if not isinstance(node, _ANY):
        return False
    if node.find_ancestor(exp.Window, exp.Select) is not node.find_ancestor(exp.Select):
        return False
    if isinstance(node.this, exp.Order):
        return _inner_order(node, number)
    target = node.parent if isinstance(node.parent, (exp.IgnoreNulls, exp.RespectNulls)) else node
    target.replace((exp.Max if number % 2 else exp.Min)(this=node.this.copy()))
    return True


def _is_cut(node: exp.Query) -> bool:
    return any(node.args.get(part) is not None for part in ("limit", "offset"))


def _is_distinct(node: exp.Query) -> bool:
    distinct = node.args.get("distinct")
    return isinstance(distinct, exp.Distinct) and distinct.args.get("on") is None


def _spell_windows(tree: exp.Query) -> None:
    """Write out each named window where it is used."""
    for select in tree.find_all(exp.Select):
        named = {one.name.lower(): one for one in select.args.get("windows") or ()}
        for window in select.find_all(exp.Window):
            alias = window.args.get("alias")
            meant = named.get(alias.name.lower()) if alias is not None and window not in named.values() else None
            if meant is None or window.args.get("order") or window.args.get("partition_by"):
                continue
            for part in ("partition_by", "order", "spec"):
                value = meant.args.get(part)
                copied = [one.copy() for one in value] if isinstance(value, list) else value.copy() if value else None
                window.set(part, copied)
            window.set("alias", None)


def _inner_order(node: exp.Expression, number: int) -> bool:
    """Let ties in the order of an aggregate's own rows fall."""
    if not isinstance(node.this, exp.Order) or isinstance(node.this.this, exp.Distinct):
        return False  # what is distinct is ordered by itself: no tie is open
    fall = _fall(node, number)
    if fall is not None:
        node.this.append("expressions", fall)
    return fall is not None


def _greatest(node: exp.Expression, number: int) -> bool:
    """Let ties for the row with the greatest or least value fall; a value that is NULL stays out, as it does."""
    fall = _fall(node, number)
    if fall is None:
        return False
    value = node.expression
    pair = exp.Anonymous(this="ROW", expressions=[value.copy(), fall.this])
    node.set("expression", exp.Case(ifs=[exp.If(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())),
                                                true=pair)]))  # fmt: skip
    return True


def _fall(node: exp.Expression, number: int) -> exp.Expression | None:
    """Give what rows that tie are ordered by; None where no row of a table is at hand."""
    select = node if isinstance(node, exp.Select) else node.find_ancestor(exp.Select)
    if select is None or select.args.get("from_") is None:
        return None
    if (select.args.get("group") is not None or _is_one_row(select)) and not isinstance(node, exp.AggFunc):
        keys = _keys(select)
        return exp.Ordered(this=_hash(*keys, number=number)) if keys else None
    joins = [join for join in select.args.get("joins") or () if join.kind not in ("SEMI", "ANTI")]
    sources = [select.args["from_"].this, *(join.this for join in joins)]
    names = [exp.column(source.alias_or_name) for source in sources if source.alias_or_name]
    return exp.Ordered(this=_hash(*names, number=number)) if names else None


def _keys(select: exp.Select) -> list[exp.Expression]:
    """Give the columns that rows are grouped by; none when something else is among them."""
    group = select.args.get("group")
    if group is None or any(group.args.get(name) for name in ("all", "cube", "rollup", "grouping_sets", "totals")):
        return []
    aliases = {place.alias.lower() for place in select.expressions if isinstance(place, exp.Alias)}
    plain = all(isinstance(key, exp.Column) and key.name.lower() not in aliases for key in group.expressions)
    return [key.copy() for key in group.expressions] if plain else []


def _hash(*names: exp.Expression, number: int) -> exp.Expression:
    """Hash rows with a number, and again: DuckDB's hash of several parts alone reaches only some of the orders."""
    return exp.func("HASH", exp.func("HASH", *names, exp.Literal.number(number)))


def _is_one_row(select: exp.Select) -> bool:
    """Say whether a query sums up all its rows into one: no row of a table is left, and no tie."""
    if select.args.get("group") is not None:
        return False
    clauses = [select.args.get(name) for name in ("having", "qualify", "order")]
    for part in (*select.expressions, *(clause for clause in clauses if clause is not None)):
        for node in part.find_all(exp.AggFunc):
            outer = node.parent
            while isinstance(outer, (exp.IgnoreNulls, exp.RespectNulls, exp.Filter)):
                outer = outer.parent
            if not isinstance(outer, exp.Window) and node.find_ancestor(exp.Select) is select:
                return True
    return False


def _window(node: exp.Window, number: int) -> bool:
    called = node.this.this if isinstance(node.this, (exp.IgnoreNulls, exp.RespectNulls)) else node.this
    spec = node.args.get("spec")
    by_rows = spec is not None and str(spec.args.get("kind") or "").upper() == "ROWS"
    order, fall = node.args.get("order"), _fall(node, number)
    if fall is None or not (isinstance(called, _BY_POSITION) or by_rows):
        return False
    if order is None:
        if node.args.get("alias"):  # a named window: its order stands elsewhere
            return False
        node.set("order", exp.Order(expressions=[fall]))
        return True
    order.append("expressions", fall)
    return True


def _query(node: exp.Query, number: int, *, whole: bool) -> bool:
    cut = _is_cut(node)
    distinct = node.args.get("distinct")
    chosen = isinstance(distinct, exp.Distinct) and distinct.args.get("on") is not None
    if not cut and not chosen and not whole:
        return False
    order = node.args.get("order")
    if order is not None and any(one.this.name.upper() == "ALL" for one in order.expressions):
        return False  # rows that tie in all their columns are the same
    if isinstance(node, exp.Select) and _is_one_row(node):
        return False
    if isinstance(node, exp.SetOperation) or _is_distinct(node):
        return _around(node, number, order)
    fall = _fall(node, number) or (exp.Ordered(this=exp.Rand()) if cut else None)
    if fall is None:
        return False
    if order is None:
        node.set("order", exp.Order(expressions=[fall]))
    else:
        order.append("expressions", fall)
    return True


def _around(node: exp.Query, number: int, order: exp.Expression | None) -> bool:
    """DISTINCT and UNION order by their own columns only: the cut moves to a query around them."""
    qualified = order is not None and any(column.table for column in order.find_all(exp.Column))
    if node.parent is None or qualified:
        return False  # the whole text cannot be put into itself: shuffled rows must do
    limit, offset, with_ = (node.args.get(part) for part in ("limit", "offset", "with_"))
    inner = node.copy()
    for part in ("limit", "offset", "order", "with_"):
        inner.set(part, None)
    keys = [one.copy() for one in order.expressions] if order is not None else []
    cut = exp.to_identifier("liveloop_cut")
    made = exp.select("*").from_(exp.Subquery(this=inner, alias=exp.TableAlias(this=cut)))
    fall = exp.Ordered(this=_hash(exp.column("liveloop_cut"), number=number))
    made.set("order", exp.Order(expressions=[*keys, fall]))
    for part, value in (("limit", limit), ("offset", offset), ("with_", with_)):
        made.set(part, value.copy() if value is not None else None)
    node.replace(made)
    return True
