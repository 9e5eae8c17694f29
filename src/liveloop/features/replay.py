"""Do features move when what was not known yet is scrambled? Then they leak, whatever their lineage says.

Facts that became known after a moment are taken away, or say something else; what was decided before that moment must
not notice. This finds what no lineage knows: a column that was filled in later, a table that was rewritten, a mean over
all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Ints, stream
from liveloop.features.facts import read_keys, read_times
from liveloop.features.layout import keys_of
from liveloop.features.parity import moment_of
from liveloop.features.power import differing
from liveloop.features.view import Source

Pipeline = Callable[[Mapping[str, pa.Table], pa.Table], pa.Table]
Way = Literal["gone", "other"]
WAYS: tuple[Way, ...] = ("gone", "other")
NEVER = np.iinfo(np.int64).max
NEAR = (
    4  # moments of those asked for after which something was known the soonest, at which each source is scrambled too
)
TRIES = 300  # runs in which the facts that are to blame are narrowed down


@dataclass(frozen=True)
class Leak:
    """One feature that knew what was not known: the answer with and without it, and the fewest facts that move it.

    Parameters
    ----------
    row
        Of what was asked, from 0.
    facts
        What became known only after `at`, and moves the feature.
    """

    column: str
    source: str
    row: int
    at: datetime
    before: object
    after: object
    way: Way
    facts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Replay:
    """What came of scrambling the future: how many answers were compared, and a leak for each feature that moved."""

    answers: int
    moments: int
    leaks: tuple[Leak, ...]


def replay(  # noqa: PLR0913 - the pieces of a pipeline
    pipeline: Pipeline,
    sources: Sequence[Source],
    tables: Mapping[str, pa.Table],
    asked: pa.Table,
    *,
    at: str = "decided_at",
    cuts: int = 6,
    seed: int = 0,
) -> Replay:
    """Run a pipeline on facts as they are, and on facts whose future is another; say what moved.

    Parameters
    ----------
    pipeline
        Takes the facts by source and the rows that are asked for; gives these rows with columns of features, in order.
    cuts
        At how many moments the future is scrambled, spread over those asked for; beside them, each source is where
        something became known soonest after it was asked for.

    Raises
    ------
    BadInput
        When the pipeline gives another number of rows than it was asked for, or another answer when it is run again.

    Examples
    --------
    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC); later = noon + timedelta(hours=1)
    >>> labels = {"user_id": [7, 7], "harm": [0, 1], "happened_at": [noon, noon], "known_at": [noon, later]}
    >>> facts = {"labels": pa.table(labels)}
    >>> asked = pa.table({"user_id": [7], "decided_at": [noon]})
    >>> def mean(tables, rows):
    ...     return rows.append_column("mean", pa.array([np.mean(tables["labels"]["harm"].to_numpy())]))
    >>> (leak,) = replay(mean, [Source("labels", ("user_id",), ("harm",))], facts, asked).leaks
    >>> leak.column, leak.before, leak.after, len(leak.facts)
    ('mean', 0.5, 0.0, 1)
    """
    moments = read_times(asked, at, "asked")
    base = _run(pipeline, tables, asked)
    _refuse_chance(base, _run(pipeline, tables, asked))
    compared, found = 0, dict[str, Leak]()
    columns = [name for name in base.column_names if name not in asked.column_names]
    ends = np.unique(np.quantile(moments, np.linspace(1 / cuts, 1, cuts), method="lower")) if len(moments) else moments
    for source in sources:
        near = moments[soonest(source, tables[source.name], asked, moments)]
        for end in np.unique([*ends, *near]):
            early = np.flatnonzero(moments <= end)
            if not _is_late(tables[source.name], source, int(end)).any():
                continue
            for way in WAYS:
                changed = {**tables, source.name: scrambled(tables[source.name], source, int(end), way, seed)}
                made = _run(pipeline, changed, asked)
                compared += len(early) * len(columns)
                for column in columns:
                    row = moved(base.column(column), made.column(column), early)
                    if row is not None and column not in found:
                        blamed = _blamed(pipeline, source, tables, asked, (column, row), int(moments[row]))
                        found[column] = Leak(
                            column, source.name, row, moment_of(int(moments[row])), base.column(column)[row].as_py(),
                            made.column(column)[row].as_py(), way, blamed,
                        )  # fmt: skip
    return Replay(compared, len(ends), tuple(found.values()))


def soonest(source: Source, table: pa.Table, asked: pa.Table, moments: Ints) -> Ints:
    """Give rows that are asked for about whose entities something became known, or was filled in, soon after."""
    clocks = [read_times(table, source.known, source.name)]
    for when in dict.fromkeys(when for _, when in source.filled):
        clocks.append(np.asarray(pc.fill_null(_micros_of(table, when), NEVER).to_numpy(), np.int64))
    found: list[int] = []
    for name in source.entities:
        if name in asked.column_names:
            keys, codes = keys_of(read_keys(table, name, source.name))
            wanted = keys.codes(read_keys(asked, name, "asked"))
            for number, clock in enumerate(clocks):
                stands = clocks[0] if number else np.full(len(clock), -NEVER)
                gaps = _gaps(codes, clock, stands, wanted, moments)
                found += np.argsort(gaps, kind="stable")[: min(NEAR, int((gaps < NEVER).sum()))].tolist()
    return np.unique(found).astype(np.int64)


def _gaps(codes: Ints, clock: Ints, stands: Ints, wanted: Ints, moments: Ints) -> Ints:
    """Give how soon after each moment something is on a clock about an entity, of what stood already; else NEVER."""
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max(initial=-1) + 2))
    gaps = np.full(len(moments), NEVER)
    for row in np.flatnonzero(wanted >= 0):
        mine = order[starts[wanted[row]] : starts[wanted[row] + 1]]
        late = mine[(clock[mine] > moments[row]) & (clock[mine] < NEVER) & (stands[mine] <= moments[row])]
        if len(late):
            gaps[row] = int(clock[late].min()) - moments[row]
    return gaps


def _micros_of(table: pa.Table, name: str) -> pa.ChunkedArray:
    return table.column(name).cast(pa.timestamp("us", "UTC")).cast(pa.int64())


def scrambled(table: pa.Table, source: Source, end: int, way: Way, seed: int) -> pa.Table:
    """Take away what became known after a moment, or let each late fact say what another of them said."""
    if way == "gone":
        return _without(table, source, np.arange(table.num_rows), end)
    rows = np.flatnonzero(read_times(table, source.known, source.name) > end)
    shuffled = np.arange(table.num_rows)
    shuffled[rows] = rows[stream(seed, f"scramble {source.name}").permutation(len(rows))]
    kept = {*source.entities, *source.about, source.happened, source.known, source.fact, source.version}
    columns = {
        name: table.column(name) if name in kept else table.column(name).take(pa.array(shuffled))
        for name in table.column_names
    }
    return pa.table(columns)


def _run(pipeline: Pipeline, tables: Mapping[str, pa.Table], asked: pa.Table) -> pa.Table:
    made = pipeline(tables, asked)
    if made.num_rows != asked.num_rows:
        raise BadInput(f"it gives {made.num_rows} rows for {asked.num_rows}", where="pipeline",
                       allowed="one row for each that is asked for, in the same order")  # fmt: skip
    return made


def _refuse_chance(one: pa.Table, other: pa.Table) -> None:
    every = np.arange(one.num_rows)
    for name in one.column_names:
        if name not in other.column_names or moved(one.column(name), other.column(name), every) is not None:
            raise BadInput(f"{name!r} is another when it is run again", where="pipeline",
                           allowed="the same features for the same facts")  # fmt: skip


def moved(one: pa.ChunkedArray, other: pa.ChunkedArray, rows: Ints) -> int | None:
    """Find the first of some rows in which a column is another."""
    if pa.types.is_floating(one.type) and pa.types.is_floating(other.type):
        mine, theirs = (np.asarray(column.to_numpy(), np.float64)[rows] for column in (one, other))
        places = differing(mine, theirs)
        return int(rows[places[0]]) if len(places) else None
    taken = [column.take(pa.array(rows)).to_pylist() for column in (one, other)]
    return next((int(rows[place]) for place, pair in enumerate(zip(*taken, strict=True)) if pair[0] != pair[1]), None)


def _blamed(
    pipeline: Pipeline,
    source: Source,
    tables: Mapping[str, pa.Table],
    asked: pa.Table,
    cell: tuple[str, int],
    moment: int,
) -> tuple[Mapping[str, Any], ...]:
    """Narrow down which late facts move one answer: fewer and fewer that have to go for it to move."""
    column, row = cell
    table = tables[source.name]
    base = _run(pipeline, tables, asked).column(column)

    def moves(rows: Ints) -> bool:
        made = _run(pipeline, {**tables, source.name: _without(table, source, rows, moment)}, asked).column(column)
        return moved(base, made, np.array([row])) is not None

    blamed = np.flatnonzero(_is_late(table, source, moment))
    if not len(blamed) or not moves(blamed):
        return ()
    mine = blamed[_about(source, table, asked, row)[blamed]]
    if len(mine) and moves(mine):
        blamed = mine
    blamed = fewest(blamed, moves)
    return tuple(table.take(pa.array(blamed[:12])).to_pylist())


def fewest(rows: Ints, moves: Callable[[Ints], bool]) -> Ints:
    """Narrow down which rows it takes: fewer and fewer of those that do it together.

    Examples
    --------
    >>> fewest(np.arange(40), lambda some: {3, 31} <= set(some.tolist())).tolist()
    [3, 31]
    """
    parts, tries = 2, 0
    while len(rows) > 1 and tries < TRIES:  # delta debugging: pieces, then all but a piece (Zeller and Hildebrandt)
        pieces = np.array_split(rows, min(parts, len(rows)))
        rests = [np.setdiff1d(rows, piece) for piece in pieces] if len(pieces) > 2 else []
        for number, some in enumerate([*pieces, *rests]):
            tries += 1
            if moves(some):
                rows, parts = some, 2 if number < len(pieces) else max(2, parts - 1)
                break
        else:
            if parts >= len(rows):
                break
            parts = min(2 * parts, len(rows))
    return rows


def _is_late(table: pa.Table, source: Source, moment: int) -> Flags:
    """Say which rows, or columns that were filled in, became known after a moment."""
    late = read_times(table, source.known, source.name) > moment
    for _, when in source.filled:
        late |= _filled_after(table, when, moment)
    return late


def _without(table: pa.Table, source: Source, rows: Ints, moment: int) -> pa.Table:
    """Take rows away that were known after a moment; of others, what was filled in after it."""
    some = np.zeros(table.num_rows, bool)
    some[rows] = True
    for name, when in source.filled:
        late = pa.array(some & _filled_after(table, when, moment))
        for column in dict.fromkeys((name, when)):
            table = _blank(table, column, late)
    return table.filter(pa.array(~(some & (read_times(table, source.known, source.name) > moment))))


def _filled_after(table: pa.Table, when: str, moment: int) -> Flags:
    later = pc.greater(_micros_of(table, when), moment)
    return np.asarray(pc.fill_null(later, fill_value=False).to_numpy(), np.bool_)


def _blank(table: pa.Table, column: str, where: pa.Array) -> pa.Table:
    place = table.column_names.index(column)
    nothing = pa.scalar(None, table.schema[place].type)
    return table.set_column(place, column, pc.if_else(where, nothing, table.column(column)))


def _about(source: Source, table: pa.Table, asked: pa.Table, row: int) -> Flags:
    """Say which facts are about an entity that a row asks about: they are to blame first."""
    about = np.zeros(table.num_rows, bool)
    for name in source.entities:
        if name in asked.column_names:
            about |= np.array([key == asked.column(name)[row].as_py() for key in table.column(name).to_pylist()], bool)
    return about
