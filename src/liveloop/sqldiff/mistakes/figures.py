"""Which mistakes are made in counts, rates, windows, lengths of time and days of a zone?"""

from __future__ import annotations

from sqlglot import exp

from liveloop.sqldiff.mistakes.change import (
    Changes,
    Shelf,
    called,
    columns_near,
    different,
    is_zone,
    replacing,
    setting,
    without,
)

_RANKS = (exp.RowNumber, exp.Rank, exp.DenseRank)
_UNITS = ("MINUTE", "HOUR", "DAY", "WEEK", "MONTH")


def summed(node: exp.Expression, shelf: Shelf) -> Changes:
    """Sum what is missing as nothing, the same once, over all rows; take the other end."""
    if isinstance(node, exp.Count):
        yield from _counted(node, shelf)
        return
    if isinstance(node, (exp.Sum, exp.Max, exp.Min, exp.Avg)) and not isinstance(
        node.parent, (exp.Coalesce, exp.Window)
    ):
        made = exp.Coalesce(this=node.copy(), expressions=[exp.Literal.number(0)])
        yield "null", f"{called(node)} of nothing is NULL", replacing(node, made)
    if isinstance(node, (exp.Sum, exp.Avg)):
        filled = exp.Coalesce(this=node.this.copy(), expressions=[exp.Literal.number(0)])
        yield "null", f"{called(node)} passes over NULL", replacing(node, type(node)(this=filled))
        once = exp.Distinct(expressions=[node.this.copy()])
        yield "fan-out", "the same value is added again", replacing(node, type(node)(this=once))
    if isinstance(node, (exp.Max, exp.Min)):
        other = exp.Min if isinstance(node, exp.Max) else exp.Max
        yield "wrong-filter", f"{called(node)} becomes {called(other())}", replacing(node, other(this=node.this.copy()))
    if isinstance(node, exp.Avg):
        ratio = exp.Div(
            this=exp.Sum(this=node.this.copy()), expression=exp.Count(this=exp.Star()), typed=False, safe=False
        )
        yield "denominator", "the mean is over rows that have a value", replacing(node, exp.Paren(this=ratio))


def _counted(node: exp.Count, shelf: Shelf) -> Changes:
    inside, select = node.this, node.find_ancestor(exp.Select)
    if isinstance(inside, exp.Distinct):
        plain = exp.Count(this=inside.expressions[0].copy())
        yield "duplicate", "COUNT without DISTINCT counts the same again", replacing(node, plain)
    elif isinstance(inside, (exp.Star, exp.Literal)):
        for column in columns_near(select, shelf):
            filled = exp.Count(this=column.copy())
            yield "null", f"COUNT(*) counts rows in which {column.sql()} is NULL", replacing(node, filled)
            once = exp.Count(this=exp.Distinct(expressions=[column.copy()]))
            yield "duplicate", f"COUNT(*) counts the same {column.sql()} again", replacing(node, once)
    elif inside is not None:
        yield "null", "COUNT(x) passes over NULL", replacing(node, exp.Count(this=exp.Star()))
        once = exp.Count(this=exp.Distinct(expressions=[inside.copy()]))
        yield "duplicate", "the same is counted again", replacing(node, once)


def divided(node: exp.Expression, shelf: Shelf) -> Changes:
    """Divide by others: all for those who pass a filter, rows for those who are counted once."""
    for other in shelf.divisors:
        if other.sql() != node.expression.sql():
            yield "denominator", "the rate is over others", setting(node, expression=other.copy())
    for count in node.expression.find_all(exp.Count):
        if isinstance(count.parent, exp.Filter):
            yield "denominator", "the rate is over those who pass the filter", replacing(count.parent, count.copy())
        if isinstance(count.this, exp.Distinct):
            yield (
                "denominator",
                "the rate is over different ones, not rows",
                replacing(count, exp.Count(this=exp.Star())),
            )
            continue
        for column in columns_near(node.find_ancestor(exp.Select), shelf):
            for made in (exp.Count(this=column.copy()), exp.Count(this=exp.Distinct(expressions=[column.copy()]))):
                yield "denominator", f"the rate is over rows, not {column.sql()}", replacing(count, made)


def windowed(node: exp.Expression, shelf: Shelf) -> Changes:
    """Rank otherwise, look the other way, part by other columns, order otherwise, frame otherwise."""
    inside = node.this
    if node.args.get("alias") is not None:  # what it is a window of is said elsewhere
        return
    if isinstance(inside, _RANKS):
        for rank in _RANKS:
            if not isinstance(inside, rank):
                yield "tie", f"{called(inside)} becomes {called(rank())}", setting(node, this=rank())
        yield from _ranked(node, shelf)
    for one, other in (
        (exp.Lag, exp.Lead),
        (exp.Lead, exp.Lag),
        (exp.FirstValue, exp.LastValue),
        (exp.LastValue, exp.FirstValue),
    ):
        if isinstance(inside, one):
            made = other(**{name: value for name, value in inside.args.items() if name in other.arg_types})
            yield "window", f"{called(inside)} becomes {called(other())}", setting(node, this=made)
    if isinstance(inside, exp.IgnoreNulls):
        yield "null", "NULL is passed over", setting(node, this=inside.this.copy())
    yield from _stepped(node, inside)
    yield from _parted(node, shelf)
    order = node.args.get("order")
    if order is not None:
        yield from _ordered(node, order)
        yield from _framed(node, shelf)


def _framed(node: exp.Expression, shelf: Shelf) -> Changes:
    """Leave the frame out, or take another."""
    held = node.args.get("spec")
    for spec in shelf.frames:
        if held is None or held.sql() != spec.sql():
            yield "window", "the frame is another", setting(node, spec=spec.copy())
    if held is not None:
        yield "window", "the frame is left out", setting(node, spec=None)
    elif isinstance(node.this, exp.AggFunc):
        spec = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
        yield "window", "rows that tie are in the frame too", setting(node, spec=spec)
        yield "window", "without an order the frame is all of it", setting(node, order=None)


def _ranked(node: exp.Expression, shelf: Shelf) -> Changes:
    """Rank rows that tie alike, and not by a further key; or number them by one more."""
    order = node.args.get("order")
    if order is None:
        return
    if isinstance(node.this, exp.RowNumber) and len(order.expressions) > 1:
        rest = exp.Order(expressions=without(order.expressions, len(order.expressions) - 1))
        for rank in _RANKS[1:]:
            yield "tie", f"ROW_NUMBER becomes {called(rank())}", setting(node, this=rank(), order=rest.copy())
    elif not isinstance(node.this, exp.RowNumber):
        there = {one.this.sql() for one in order.expressions}
        for column in [one for one in shelf.columns if one.sql() not in there][:8]:
            for desc in (None, True):
                last = exp.Ordered(this=column.copy(), desc=desc, nulls_first=bool(desc))
                more = exp.Order(expressions=[*(one.copy() for one in order.expressions), last])
                says = f"rows that tie are told apart by {column.sql()}"
                yield "tie", says, setting(node, this=exp.RowNumber(), order=more)


def shifted(node: exp.Expression, shelf: Shelf) -> Changes:
    """Take the time of a zone, not one that is some hours off; leave out a cast that loses the zone."""
    if isinstance(node, exp.Cast):
        if node.to.is_type("timestamp", "timestamptz"):
            yield "time-zone", "a cast loses the zone, or takes that of the session", replacing(node, node.this.copy())
        return
    length, base = node.expression, node.this.unnest()
    unit = str(length.args.get("unit") or "").upper().rstrip("S") if isinstance(length, exp.Interval) else ""
    if unit in ("HOUR", "MINUTE"):
        moment = base.this if isinstance(base, exp.AtTimeZone) else base
        for zone in _zones(shelf):
            made = exp.AtTimeZone(this=moment.copy(), zone=zone.copy())
            yield "time-zone", "a zone is not a number of hours", replacing(node, made)


def _stepped(node: exp.Expression, inside: exp.Expression) -> Changes:
    """Look one row further or nearer; take the last value of all rows, not of those so far."""
    if isinstance(inside, (exp.Lag, exp.Lead)):
        offset = inside.args.get("offset")
        held = int(offset.name) if isinstance(offset, exp.Literal) and offset.name.isdigit() else 1
        for step in (held + 1, held - 1):
            if step > 0:
                made = inside.copy()
                made.set("offset", exp.Literal.number(step))
                yield "window", f"{called(inside)} looks {step} rows away", setting(node, this=made)
    if isinstance(inside, exp.LastValue) and node.args.get("spec") is None:
        spec = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="UNBOUNDED",
                              end_side="FOLLOWING")  # fmt: skip
        yield "window", "the frame ends at the row itself", setting(node, spec=spec)


def chosen_first(node: exp.Expression, shelf: Shelf) -> Changes:
    """Order rows of which some are cut the other way, or leave out what decides between those that tie."""
    del shelf
    if not isinstance(node.parent, exp.Select) or node.parent.args.get("limit") is None:
        return
    yield from _ordered(node.parent, node)


def whole_days(node: exp.Expression, shelf: Shelf) -> Changes:
    """Count from the beginning of a day, or from the moment itself."""
    del shelf
    if isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)):
        yield "window", "counted from the beginning, not from the moment", replacing(node, node.this.copy())
    elif isinstance(node.expression, exp.Interval) and isinstance(node.this, exp.Column):
        made = exp.TimestampTrunc(this=node.this.copy(), unit=exp.var("DAY"))
        yield "window", "counted from the moment, not from its day", setting(node, this=made)


def _parted(node: exp.Expression, shelf: Shelf) -> Changes:
    keys = node.args.get("partition_by") or []
    for number, key in enumerate(keys):
        yield "window", f"PARTITION BY without {key.sql()}", setting(node, partition_by=without(keys, number))
    there = {key.sql() for key in keys}
    for column in columns_near(node.find_ancestor(exp.Select), shelf):
        if column.sql() not in there:
            more = [*(key.copy() for key in keys), column.copy()]
            yield "window", f"PARTITION BY {column.sql()} too", setting(node, partition_by=more)


def _ordered(node: exp.Expression, order: exp.Order) -> Changes:
    for number, one in enumerate(order.expressions):
        made = order.copy()
        made.expressions[number].set("desc", None if one.args.get("desc") else True)
        kind = "tie" if number else "window"
        yield kind, f"ordered by {one.this.sql()} the other way", setting(node, order=made)
        if len(order.expressions) > 1:
            rest = exp.Order(expressions=without(order.expressions, number))
            yield kind, f"{one.this.sql()} decides between rows that tie", setting(node, order=rest)


def framed(node: exp.Expression, shelf: Shelf) -> Changes:
    """Move an end of the frame by a row, leave out or take in the row itself, change ROWS and RANGE."""
    del shelf
    for side in ("start", "end"):
        value = node.args.get(side)
        if isinstance(value, exp.Literal) and value.name.isdigit():
            for more in (int(value.name) + 1, int(value.name) - 1):
                if more >= 0:
                    yield "window", "the frame is one row off", setting(node, **{side: exp.Literal.number(more)})
    if node.args.get("end") == "CURRENT ROW":
        made = setting(node, end=exp.Literal.number(1), end_side="PRECEDING")
        yield "window", "the frame leaves out the row itself", made
    elif node.args.get("end_side") == "PRECEDING":
        yield "window", "the frame has the row itself", setting(node, end="CURRENT ROW", end_side=None)
    kind = str(node.args.get("kind") or "ROWS").upper()
    yield "window", "ROWS and RANGE are changed", setting(node, kind="RANGE" if kind == "ROWS" else "ROWS")


def lasting(node: exp.Expression, shelf: Shelf) -> Changes:
    """Make an interval longer or shorter by one, of another unit, or as long as one of the other text."""
    del shelf
    amount, unit = node.this, str(node.args.get("unit") or "").upper().rstrip("S")
    if not isinstance(amount, exp.Literal) or not amount.name.lstrip("-").isdigit():
        return
    for by in (1, -1):
        yield "window", "the interval is one off", setting(node, this=exp.Literal.string(str(int(amount.name) + by)))
    for other in _UNITS:
        if other != unit:
            yield "window", f"{unit} becomes {other}", setting(node, unit=exp.var(other))


def zoned(node: exp.Expression, shelf: Shelf) -> Changes:
    """Take the day or hour of another zone."""
    if is_zone(node):
        yield "time-zone", "timezone() is left out", replacing(node, node.expressions[1].copy())
        for zone in _zones(shelf):
            if zone.sql() != node.expressions[0].sql():
                made = [zone.copy(), node.expressions[1].copy()]
                yield _kind(zone, node.expressions[0]), "another zone is meant", setting(node, expressions=made)
        return
    if isinstance(node, exp.Anonymous):
        return
    if isinstance(node, exp.AtTimeZone):
        yield "time-zone", f"AT TIME ZONE {node.args['zone'].sql()} is left out", replacing(node, node.this.copy())
        for zone in _zones(shelf):
            if zone.sql() != node.args["zone"].sql():
                yield _kind(zone, node.args["zone"]), "another zone is meant", setting(node, zone=zone.copy())
        return
    name = "expression" if isinstance(node, exp.Extract) else "this"
    inside = node.args.get(name)
    if isinstance(inside, (exp.Column, exp.Min, exp.Max)):
        for zone in _zones(shelf):
            made = exp.AtTimeZone(this=inside.copy(), zone=zone.copy())
            yield "time-zone", "the day is one of another zone", setting(node, **{name: made})


def _kind(zone: exp.Expression, other: exp.Expression) -> str:
    """Say of which class it is to take one zone for another: the same for one that is not known is a NULL."""
    filled = [one.this.sql() for one in (zone, other) if isinstance(one, exp.Coalesce)]
    return "null" if zone.sql() in filled or other.sql() in filled else "time-zone"


def _zones(shelf: Shelf) -> list[exp.Expression]:
    return different([*shelf.zones, exp.Literal.string("UTC")], 8)


def ended(node: exp.Expression, shelf: Shelf) -> Changes:
    """Let a series hold its end, or leave it out."""
    del shelf
    open_end = bool(node.args.get("is_end_exclusive"))
    says = "range leaves its end out" if open_end else "generate_series holds its end"
    yield "boundary", says, setting(node, is_end_exclusive=not open_end)


def both_ends(node: exp.Expression, shelf: Shelf) -> Changes:
    """Count both ends of a stretch, not one."""
    del shelf
    if not isinstance(node.parent, (exp.Add, exp.Sub, exp.Predicate)) and not isinstance(node.expression, exp.Interval):
        made = exp.Add(this=node.copy(), expression=exp.Literal.number(1))
        yield "boundary", "both ends count, not one", replacing(node, exp.Paren(this=made))


def first_known(node: exp.Expression, shelf: Shelf) -> Changes:
    """Take the first, even where it is NULL."""
    del shelf
    if node.args.get("count") is not None:
        return
    name = "arg_min_null" if isinstance(node, exp.ArgMin) else "arg_max_null"
    made = exp.Anonymous(this=name, expressions=[node.this.copy(), node.expression.copy()])
    yield "null", "a first that is NULL is passed over", replacing(node, made)
