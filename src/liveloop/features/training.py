"""What was known of each entity when it was decided on, for millions of decisions: one row out for each row in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.features import scan
from liveloop.features.facts import Facts, arrow_of, read_keys, read_times
from liveloop.features.layout import Layout, lay_out
from liveloop.features.view import Op, Source, View, every_view

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

    def keys(self, name: str, view: View) -> NDArray[Any]:
        """Give a column of keys that a view asks about."""
        if name not in self.table.column_names:
            raise BadInput(f"view {view.name!r} asks about {name!r}, which the rows have not", where=view.name,
                           allowed=", ".join(self.table.column_names))  # fmt: skip
        return read_keys(self.table, name, "asked")


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
    """Write views down for the loop; refuse a column that the facts have not."""
    names = list(facts.values)
    for view in views:
        if view.column is not None and view.column not in names:
            raise BadInput(f"view {view.name!r} reads {view.column!r}, which {view.source!r} has not", where=view.name,
                           allowed=", ".join(names) or "count or since, which read no column")  # fmt: skip
        if view.column in facts.texts and view.op not in ("last", "distinct", "count"):
            raise BadInput(f"view {view.name!r} takes the {view.op} of texts, {view.column!r}", where=view.name,
                           allowed="last, distinct or count of a text")  # fmt: skip
    offsets, marks = np.zeros(len(views), np.int64), 0
    for place, view in enumerate(views):
        offsets[place] = marks
        if view.op == "distinct":
            marks += distinct_of(facts, view)
    return Program(
        tuple(views),
        np.array([CODES[view.op] for view in views], np.int64),
        np.array([names.index(view.column) if view.column else -1 for view in views], np.int64),
        np.array([micros(view.window) for view in views], np.int64),
        np.array([micros(view.gap, 0) for view in views], np.int64),
        np.array([float(micros(view.half_life, 1)) for view in views]),
        np.full(marks, -1, np.int64), offsets,
    )  # fmt: skip


def distinct_of(facts: Facts, view: View) -> int:
    """Count the codes of a text; numbers have none."""
    assert view.column is not None
    if view.column not in facts.texts:
        raise BadInput(f"view {view.name!r} counts distinct numbers, {view.column!r}", where=view.name,
                       allowed="a column of texts; list it in texts= to have its values compared")  # fmt: skip
    return len(facts.texts[view.column])


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
    every_view(views)  # refuses two of one name
    table = arrow_of(asked, "asked")
    refuse_rows(table.column_names, views, at)
    rows = Asked(table, at, ties, read_times(table, at, "asked"))
    made: dict[str, NDArray[Any]] = {}
    layouts: dict[tuple[str, str], Layout] = {}
    for group in groups_of(views):
        first = group[0]
        refuse_unread(first, {name: one.source for name, one in facts.items()})
        some = facts[first.source]
        if (first.source, first.by) not in layouts:
            layouts[first.source, first.by] = lay_out(some, first.by)
        keys = keys_asked(first, facts, rows)
        made |= answers(group, some, layouts[first.source, first.by], keys, rows)
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
        raise BadInput(f"the rows have no column {at!r}", where="at", allowed=", ".join(columns))


def refuse_unread(view: View, sources: Mapping[str, Source]) -> None:
    """Refuse a view of facts that are not there, by an entity or apart from something that they are not about."""
    if view.source not in sources:
        raise BadInput(f"view {view.name!r} reads {view.source!r}, of which there are no facts", where=view.name,
                       allowed=", ".join(sources))  # fmt: skip
    source = sources[view.source]
    if view.by not in source.entities:
        raise BadInput(f"view {view.name!r} is by {view.by!r}, which {view.source!r} is not about", where=view.name,
                       allowed=", ".join(source.entities))  # fmt: skip
    if view.apart_from is not None and view.apart_from not in source.about:
        raise BadInput(f"view {view.name!r} is apart from {view.apart_from!r}, which {view.source!r} is not about",
                       where=view.name, allowed=", ".join(source.about) or "a source with about=")  # fmt: skip


def groups_of(views: Sequence[View]) -> list[list[View]]:
    """Put views together that read the same facts of the same entity as known at the same moment."""
    found: dict[tuple[Any, ...], list[View]] = {}
    for view in views:
        through = view.through.name if view.through else None
        found.setdefault((view.source, view.by, view.embargo, view.apart_from, through), []).append(view)
    return list(found.values())


def keys_asked(view: View, facts: Mapping[str, Facts], asked: Asked) -> NDArray[Any]:
    """Give the entity that each row asks about: a column, or what another view says."""
    if view.through is None:
        return asked.keys(view.by, view)
    inner = training_set([view.through], facts, asked.table, at=asked.at, ties=asked.ties)
    return keys_said(inner.column(view.through.name))


def keys_said(column: pa.ChunkedArray) -> NDArray[Any]:
    """Give the entities that a view says, as keys of other facts."""
    return np.asarray(column.to_pandas().astype(object))


def answers(views: Sequence[View], facts: Facts, layout: Layout, keys: NDArray[Any], asked: Asked) -> dict[str, Floats]:
    """Answer views of one group for all rows."""
    first, plan = views[0], program(views, facts)
    codes = layout.keys.codes(keys)
    order = scan.grouped(codes, layout.keys.count)
    own, subject = np.empty(0, np.int64), np.empty(0, np.int64)
    if first.apart_from is not None:
        found, subject = layout.subjects[first.apart_from]
        mine = asked.keys(first.apart_from, first)
        _refuse_other_kind(first, mine, facts.about[first.apart_from])
        own = found.codes(mine)
    out = np.empty((len(views), len(codes)))
    scan.read_back(
        layout.happened, layout.known, layout.until, subject, layout.values, layout.starts, layout.lengths, order,
        codes, asked.moments, own, micros(first.embargo), asked.ties == "before", plan.ops, plan.columns,
        plan.windows, plan.gaps, plan.lives, plan.stamps, plan.offsets, 0, out,
    )  # fmt: skip
    return dict(zip((view.name for view in views), plan.finish(out), strict=True))


def _refuse_other_kind(view: View, asked: NDArray[Any], about: NDArray[Any]) -> None:
    """Refuse texts beside numbers: nothing would be equal, and what a view is to be apart from would be in it."""
    one, other = (next((key for key in keys.tolist() if key is not None), None) for keys in (asked, about))
    if one is not None and other is not None and isinstance(one, str) is not isinstance(other, str):
        raise BadInput(f"{view.apart_from} is such as {one!r}, and facts are about such as {other!r}", where=view.name,
                       allowed="keys of the kind that the facts have")  # fmt: skip


def column_of(view: View, facts: Facts, values: Floats) -> pa.Array:
    """Give answers their type: whole numbers, numbers, texts; nothing where nothing was known."""
    if view.op in WHOLE:
        return pa.array(values.astype(np.int64))
    if view.op == "last" and view.column is not None and view.column in facts.texts:
        codes = pa.array(values, mask=np.isnan(values)).cast(pa.int32())
        texts = pa.array([str(one) for one in facts.texts[view.column]], pa.string())
        return pa.DictionaryArray.from_arrays(codes, texts).cast(pa.string())
    return pa.array(values, mask=np.isnan(values))
