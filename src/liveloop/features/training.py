"""What was known of each entity when it was decided on, for millions of decisions: one row out for each row in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.features import scan
from liveloop.features.facts import Facts, arrow_of, read_keys, read_times
from liveloop.features.kinds import kind_of_column, refuse_unlike
from liveloop.features.layout import Layout, lay_out
from liveloop.features.view import Op, View, every_view, refuse_undeclared

Who = tuple[NDArray[Any], str | None]  # keys, and of which kind they are
Ties = Literal["until", "before"]  # what was known exactly at t is known, or it is not
CODES: dict[Op, int] = {
    "count": scan.COUNT, "sum": scan.SUM, "mean": scan.MEAN, "share": scan.MEAN, "rate": scan.COUNT, "last": scan.LAST,
    "since": scan.SINCE, "distinct": scan.DISTINCT, "decayed": scan.DECAYED, "least": scan.LEAST, "most": scan.MOST,
}  # fmt: skip
WHOLE = ("count", "distinct")


def micros(time: timedelta | None, absent: int = scan.EVER) -> int:
    """Give a time in microseconds."""
    return absent if time is None else time // timedelta(microseconds=1)


@dataclass(frozen=True, eq=False)
class Asked:
    """Who is asked about, when, and whether what was known exactly then was known."""

    table: pa.Table
    at: str
    ties: Ties
    moments: Ints

    def keys(self, name: str, view: View) -> Who:
        """Give a column of keys that a view asks about, and of which kind they are."""
        if name not in self.table.column_names:
            raise BadInput(f"view {view.name!r} asks about {name!r}, which the rows have not", where=view.name,
                           allowed=", ".join(self.table.column_names))  # fmt: skip
        return read_keys(self.table, name, "asked"), kind_of_column(self.table.column(name))


@dataclass(frozen=True, eq=False)
class Program:
    """Some views of the same facts, as the loop takes them: [view] each."""

    views: tuple[View, ...]
    ops: Ints
    columns: Ints
    windows: Ints
    gaps: Ints
    lives: Floats
    stamps: Ints
    offsets: Ints

    def finish(self, answers: Floats) -> Floats:
        """Turn counts into rates, [view, row]."""
        for place, view in enumerate(self.views):
            if view.op == "rate":
                answers[place] /= micros(view.window) / 3.6e9
        return answers


def program(views: Sequence[View], facts: Facts) -> Program:
    """Write views down for the loop."""
    names = list(facts.values)
    refuse_shares(views, facts)
    offsets, marks = np.zeros(len(views), np.int64), 0
    for place, view in enumerate(views):
        offsets[place] = marks
        if view.op == "distinct" and view.column is not None:
            marks += len(facts.texts[view.column])
    return Program(
        tuple(views),
        np.array([CODES[view.op] for view in views], np.int64),
        np.array([names.index(view.column) if view.column else -1 for view in views], np.int64),
        np.array([micros(view.window) for view in views], np.int64),
        np.array([micros(view.gap, 0) for view in views], np.int64),
        np.array([float(micros(view.half_life, 1)) for view in views]),
        np.full(marks, -1, np.int64), offsets,
    )  # fmt: skip


def refuse_shares(views: Sequence[View], facts: Facts) -> None:
    """Refuse the share of ones of a column that says more than 0 and 1."""
    for view in views:
        if view.op == "share" and view.column is not None:
            said = facts.values[view.column]
            other = np.flatnonzero(~((said == 0.0) | (said == 1.0) | np.isnan(said)))
            if len(other):
                raise BadInput(f"view {view.name!r} takes the share of ones in {view.column!r}, which says "
                               f"{said[other[0]]:g}", where=f"{view.source}.{view.column}",
                               allowed="0, 1 or nothing; the mean of other numbers")  # fmt: skip


def training_set(
    views: Sequence[View],
    facts: Mapping[str, Facts],
    asked: Any,  # noqa: ANN401 - any table
    *,
    at: str = "decided_at",
    ties: Ties = "until",
) -> pa.Table:
    """Give every row of a table its features, as they were known at its moment.

    Parameters
    ----------
    facts
        By source.
    asked
        The keys of the entities that the views read, and the moment `at`, one row for each decision: a table of any
        kind that `read_facts` takes.
    ties
        Whether what was known exactly at the moment was known ("until", as it is for a live answer), or not ("before").

    Returns
    -------
    pyarrow.Table
        The rows that were asked for, all of them, in their order, with a column for each view.
    """
    for name, some in facts.items():
        if not isinstance(some, Facts):
            raise BadInput(f"the facts of {name!r} are a {type(some).__name__}", where="facts",
                           allowed="read_facts(source, table) for each source")  # fmt: skip
    for view in every_view(views):  # refuses two of one name
        refuse_undeclared(view, {name: one.source for name, one in facts.items()})
    table = arrow_of(asked, "asked")
    refuse_rows(table.column_names, views, at)
    rows = Asked(table, at, ties, read_times(table, at, "asked"))
    made: dict[str, NDArray[Any]] = {}
    layouts: dict[tuple[str, str], Layout] = {}
    for group in groups_of(views):
        first = group[0]
        some = facts[first.source]
        if (first.source, first.by) not in layouts:
            layouts[first.source, first.by] = lay_out(some, first.by)
        made |= answers(group, some, layouts[first.source, first.by], keys_asked(first, facts, rows), rows)
    for view in views:
        table = table.append_column(view.name, column_of(view, facts[view.source], made[view.name]))
    return table


def refuse_rows(columns: Sequence[str], views: Sequence[View], at: str) -> None:
    """Refuse rows that bear the name of a view, or say no moment."""
    twice = [view.name for view in views if view.name in columns]
    if twice:
        raise BadInput(f"the rows have a column {twice[0]!r} already", where=twice[0],
                       allowed="rows without columns that bear the name of a view")  # fmt: skip
    if at not in columns:
        raise BadInput(f"the rows have no column {at!r}", where="asked", allowed=", ".join(columns))


def groups_of(views: Sequence[View]) -> list[list[View]]:
    """Put views together that read the same facts of the same entity as known at the same moment."""
    found: dict[tuple[Any, ...], list[View]] = {}
    for view in views:
        through = view.through.name if view.through else None
        found.setdefault((view.source, view.by, view.embargo, view.apart_from, through), []).append(view)
    return list(found.values())


def keys_asked(view: View, facts: Mapping[str, Facts], asked: Asked) -> Who:
    """Give the entity that each row asks about: a column, or what another view says."""
    if view.through is None:
        return asked.keys(view.by, view)
    inner = training_set([view.through], facts, asked.table, at=asked.at, ties=asked.ties)
    return keys_said(inner.column(view.through.name))


def keys_said(column: pa.ChunkedArray) -> Who:
    """Give the entities that a view says, as keys of other facts."""
    return np.asarray(column.to_pandas().astype(object)), kind_of_column(column)


def answers(views: Sequence[View], facts: Facts, layout: Layout, who: Who, asked: Asked) -> dict[str, Floats]:
    """Answer views of one group for all rows."""
    first, plan = views[0], program(views, facts)
    keys, kind = who
    refuse_unlike(first, first.by, kind, facts.kinds.get(first.by))
    codes = layout.keys.codes(keys)
    order = scan.grouped(codes, layout.keys.count)
    own, subject = np.empty(0, np.int64), np.empty(0, np.int64)
    if first.apart_from is not None:
        found, subject = layout.subjects[first.apart_from]
        mine, kind = asked.keys(first.apart_from, first)
        refuse_unlike(first, first.apart_from, kind, facts.kinds.get(first.apart_from))
        own = found.codes(mine)
    out = np.empty((len(views), len(codes)))
    scan.read_back(
        layout.happened, layout.known, layout.until, subject, layout.values, layout.starts, layout.lengths, order,
        codes, asked.moments, own, micros(first.embargo), asked.ties == "before", plan.ops, plan.columns,
        plan.windows, plan.gaps, plan.lives, plan.stamps, plan.offsets, 0, out,
    )  # fmt: skip
    return dict(zip((view.name for view in views), plan.finish(out), strict=True))


def said_nothing(view: View, column: pa.ChunkedArray) -> int:
    """Count the rows in which a view says nothing, or the 0 that it says of no facts.

    Examples
    --------
    >>> answers = pa.chunked_array([[0, 3, None]])
    >>> said_nothing(View("n", "messages", "user_id", "count"), answers)
    2
    >>> said_nothing(View("last", "messages", "user_id", "last", "tokens"), answers)
    1
    """
    empty = view.op in ("count", "sum", "rate", "distinct", "decayed")
    zeros = (pc.sum(pc.equal(column, 0)).as_py() or 0) if empty else 0
    return int(column.null_count + zeros)


def column_of(view: View, facts: Facts, values: Floats) -> pa.Array:
    """Give answers their type: whole numbers, numbers, texts; nothing where nothing was known."""
    if view.op in WHOLE:
        return pa.array(values.astype(np.int64))
    if view.op == "last" and view.column is not None and view.column in facts.texts:
        codes = pa.array(values, mask=np.isnan(values)).cast(pa.int32())
        texts = pa.array([str(one) for one in facts.texts[view.column]], pa.string())
        return pa.DictionaryArray.from_arrays(codes, texts).cast(pa.string())
    return pa.array(values, mask=np.isnan(values))
