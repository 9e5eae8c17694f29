"""Do features move when what was not known yet is scrambled? Then they leak, whatever their lineage says.

Facts that became known after a moment are taken away, or say something else; what was decided before that moment must
not notice. This finds what no lineage knows: a column that was filled in later, a table that was rewritten, a mean over
all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Ints
from liveloop.features.facts import arrow_of, moment_of, read_keys, read_times
from liveloop.features.future import WAYS, Future, Way, is_late, micros_of
from liveloop.features.layout import keys_of
from liveloop.features.power import differing
from liveloop.features.view import Source

Pipeline = Callable[[Mapping[str, pa.Table], pa.Table], pa.Table]
NEVER = np.iinfo(np.int64).max
NEAR = 4  # moments asked for, after which something was known the soonest, at which each source is scrambled too
TRIES = 300  # runs in which the facts that are to blame are narrowed down


@dataclass(frozen=True)
class Leak:
    """One feature that knew what was not known: the answer with and without it, and the fewest facts that move it.

    Parameters
    ----------
    row
        Of what was asked, from 0.
    before, after
        Nothing where the column is not there at all.
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
    tables: Mapping[str, Any],
    asked: Any,  # noqa: ANN401 - any table
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
        It may write another value into a column of theirs, but not into the moment or what a source is about.
    tables, asked
        By source, and the rows that are asked for: tables of any kind that `read_facts` takes; the pipeline gets Arrow.
    cuts
        At how many moments the future is scrambled, spread over those asked for; beside them, each source is where
        something became known soonest after it was asked for.

    Raises
    ------
    BadInput
        When the pipeline gives no Arrow table, another number of rows than it was asked for or rows in another order,
        or another answer when it is run again; when it does not run, or loses rows, once the future is scrambled (then
        it needs what was not known: the refusal says of which source and after which moment); when a source has no
        table.

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
    if cuts < 1:
        raise BadInput(f"{cuts} cuts", where="cuts", allowed="1 or more")
    tables = {name: arrow_of(table, name) for name, table in tables.items()}
    asked = arrow_of(asked, "asked")
    _refuse_lacking(sources, tables, asked, at)
    moments = read_times(asked, at, "asked")
    keys = {at, *(name for source in sources for name in (*source.entities, *source.about))}

    def run(changed: Mapping[str, pa.Table]) -> pa.Table:
        return _run(pipeline, {**tables, **changed}, asked, keys)

    base = run({})
    _refuse_chance(base, run({}))
    every, compared, found = np.arange(len(moments)), 0, dict[str, Leak]()
    columns = [
        name for name in base.column_names
        if name not in asked.column_names or _changed(base, asked, name, every) is not None
    ]  # fmt: skip
    ends = np.unique(np.quantile(moments, np.linspace(1 / cuts, 1, cuts), method="lower")) if len(moments) else moments
    for source in sources:
        table = tables[source.name]
        near = moments[soonest(source, table, asked, moments)]
        for end in np.unique([*ends, *near]).tolist():
            early = np.flatnonzero(moments <= end)
            if not is_late(table, source, end).any():
                continue
            for way in WAYS:
                future = Future(source, table, end, way, seed)
                with _blamed(future):
                    made = run({source.name: future.change(np.arange(table.num_rows))})
                compared += len(early) * len(columns)
                for column in dict.fromkeys([*base.column_names, *made.column_names]):
                    row = None if column in keys | set(found) else _changed(base, made, column, early)
                    if row is not None:
                        facts = _facts(run, future, base, (column, row), int(moments[row]), asked)
                        found[column] = Leak(
                            column, source.name, row, moment_of(int(moments[row])), _cell(base, column, row),
                            _cell(made, column, row), way, facts,
                        )  # fmt: skip
    return Replay(compared, len(ends), tuple(found.values()))


def _refuse_lacking(sources: Sequence[Source], tables: Mapping[str, pa.Table], asked: pa.Table, at: str) -> None:
    """Refuse what is asked without a moment, a source without a table, and a table without what tells its clocks."""
    if at not in asked.column_names:
        raise BadInput(f"there is no column {at!r}", where="asked", allowed=", ".join(asked.column_names))
    for source in sources:
        if source.name not in tables:
            raise BadInput(f"there is no table of the source {source.name!r}", where="tables",
                           allowed=f"one for each source; there are {', '.join(tables) or 'none'}")  # fmt: skip
        there = tables[source.name].column_names
        for name in (*source.entities, source.known, *(one for pair in source.filled for one in pair)):
            if name not in there:
                raise BadInput(f"source {source.name!r} has no column {name!r}", where=source.name,
                               allowed=", ".join(there))  # fmt: skip


def soonest(source: Source, table: pa.Table, asked: pa.Table, moments: Ints) -> Ints:
    """Give rows that are asked for about whose entities something became known, or was filled in, soon after."""
    clocks = [read_times(table, source.known, source.name)]
    for when in dict.fromkeys(when for _, when in source.filled):
        clocks.append(np.asarray(pc.fill_null(micros_of(table, when), NEVER).to_numpy(), np.int64))
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


@contextmanager
def _blamed(future: Future) -> Iterator[None]:
    """Say of a pipeline that ran on the facts as they are, and not on others, that it needs what was not known."""
    done = "is taken away" if future.way == "gone" else "says something else"
    try:
        yield
    except Exception as error:
        wrong = error.wrong if isinstance(error, BadInput) else f"it stops with {type(error).__name__}: {error}"
        raise BadInput(
            f"{wrong}, once what became known of {future.source.name!r} after {moment_of(future.end).isoformat()} "
            f"{done}; on the facts as they are it runs",
            where="pipeline", allowed="one that needs only what was known, for live there is no more",
        ) from error  # fmt: skip


def _run(pipeline: Pipeline, tables: Mapping[str, pa.Table], asked: pa.Table, keys: set[str]) -> pa.Table:
    made = pipeline(tables, asked)
    if not isinstance(made, pa.Table):
        raise BadInput(f"it gives a {type(made).__name__}", where="pipeline",
                       allowed="an Arrow table, one row for each that is asked for")  # fmt: skip
    if made.num_rows != asked.num_rows:
        raise BadInput(f"it gives {made.num_rows} rows for {asked.num_rows}", where="pipeline",
                       allowed="one row for each that is asked for, in the same order")  # fmt: skip
    twice = [name for name in made.column_names if made.column_names.count(name) > 1]
    if twice:
        raise BadInput(f"it gives two columns named {twice[0]!r}", where="pipeline", allowed="one name for each")
    for name in made.column_names:
        if name in keys and name in asked.column_names:
            row = moved(asked.column(name), made.column(name), np.arange(asked.num_rows))
            if row is not None:
                raise BadInput(f"it gives rows in another order: {name!r} is another in row {row + 1}",
                               where="pipeline",
                               allowed="one row for each that is asked for, in the same order")  # fmt: skip
    return made


def _refuse_chance(one: pa.Table, other: pa.Table) -> None:
    every = np.arange(one.num_rows)
    for name in dict.fromkeys([*one.column_names, *other.column_names]):
        if _changed(one, other, name, every) is not None:
            raise BadInput(f"{name!r} is another when it is run again", where="pipeline",
                           allowed="the same features for the same facts")  # fmt: skip


def _changed(one: pa.Table, other: pa.Table, name: str, rows: Ints) -> int | None:
    """Find the first of some rows in which a column is another; one that is in one table only is so in all."""
    there = [table.column(name) for table in (one, other) if name in table.column_names]
    if len(there) == 2:
        return moved(there[0], there[1], rows)
    if not there or not len(rows):
        return None
    says = np.flatnonzero(there[0].is_valid().to_numpy()[rows])
    return int(rows[says[0] if len(says) else 0])


def _cell(table: pa.Table, name: str, row: int) -> object:
    return table.column(name)[row].as_py() if name in table.column_names else None


def moved(one: pa.ChunkedArray, other: pa.ChunkedArray, rows: Ints) -> int | None:
    """Find the first of some rows in which a column is another; NaN and nothing are the same."""
    if pa.types.is_floating(one.type) and pa.types.is_floating(other.type):
        mine, theirs = (np.asarray(column.to_numpy(), np.float64)[rows] for column in (one, other))
        places = differing(mine, theirs)
        return int(rows[places[0]]) if len(places) else None
    if one.equals(other):
        return None
    taken = ([_alike(column[row].as_py()) for row in rows.tolist()] for column in (one, other))
    return next((int(row) for row, said, says in zip(rows, *taken, strict=True) if said != says), None)


def _alike(value: object) -> object:
    """Write a value so that it is equal to itself."""
    if isinstance(value, (list, dict)):
        return repr(value)
    return None if isinstance(value, float) and np.isnan(value) else value


def _facts(
    run: Callable[[Mapping[str, pa.Table]], pa.Table],
    future: Future,
    base: pa.Table,
    cell: tuple[str, int],
    moment: int,
    asked: pa.Table,
) -> tuple[Mapping[str, Any], ...]:
    """Narrow down which late facts move one answer in the way it was found: fewer and fewer that it takes."""
    column, row = cell
    source, table = future.source, future.table
    about = _about(source, table, asked, row)
    soon = [replace(future, end=moment)] if future.way == "gone" else []  # what another says is drawn for its moment
    for one in (*soon, future):

        def moves(rows: Ints, one: Future = one) -> bool:
            try:
                made = run({source.name: one.change(rows)})
            except Exception:  # noqa: BLE001 - it ran on the whole future; what stops it on a part is not asked here
                return False
            return _changed(base, made, column, np.array([row])) is not None

        late = np.flatnonzero(is_late(table, source, one.end))
        if len(late) and moves(late):
            mine = late[about[late]]
            blamed = fewest(mine if len(mine) and moves(mine) else late, moves)
            return tuple(table.take(pa.array(blamed[:12])).to_pylist())
    return ()


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


def _about(source: Source, table: pa.Table, asked: pa.Table, row: int) -> Flags:
    """Say which facts are about an entity that a row asks about: they are to blame first."""
    about = np.zeros(table.num_rows, bool)
    for name in source.entities:
        if name in asked.column_names:
            about |= np.array([key == asked.column(name)[row].as_py() for key in table.column(name).to_pylist()], bool)
    return about
