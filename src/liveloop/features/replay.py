"""Do features move when what was not known yet is scrambled? Then they leak, whatever their lineage says.

Facts that became known after a moment are taken away, or say something else; what was decided before that moment must
not notice. This finds what no lineage knows: a column that was filled in later, a table that was rewritten, a mean over
all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Ints
from liveloop.features.facts import arrow_of, moment_of, read_keys, read_times
from liveloop.features.future import WAYS, Future, is_late, micros_of
from liveloop.features.layout import keys_of
from liveloop.features.leaks import Leak, blamed, cell, changed, fewest, moved
from liveloop.features.rows import LaterRows
from liveloop.features.view import Source

Pipeline = Callable[[Mapping[str, pa.Table], pa.Table], pa.Table]
NEVER = np.iinfo(np.int64).max
DONE = {"gone": "is taken away", "other": "says something else"}
NEAR = 4  # moments asked for, after which something was known the soonest, at which each source is scrambled too


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
    label: str | None = None,
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
    label
        A column of the rows that says what is predicted: no feature may move when it says something else.
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
    >>> from datetime import UTC, datetime, timedelta
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
    if label is not None and label not in asked.column_names:
        raise BadInput(f"there is no column {label!r}", where="label", allowed=", ".join(asked.column_names))
    moments = read_times(asked, at, "asked")
    keys = {at, *(name for source in sources for name in (*source.entities, *source.about))}

    def run(other: Mapping[str, pa.Table], rows: pa.Table = asked) -> pa.Table:
        return _run(pipeline, {**tables, **other}, rows, keys)

    base = run({})
    _refuse_chance(base, run({}))
    every = np.arange(len(moments))
    columns = [
        name for name in base.column_names
        if name not in asked.column_names or changed(base, asked, name, every) is not None
    ]  # fmt: skip
    ends: Ints = moments
    if len(moments):
        ends = np.unique(np.quantile(moments, np.linspace(1 / cuts, 1, cuts), method="lower")).astype(np.int64)
    played = _Played(run, base, asked, moments, keys, seed)
    answers = 0
    for source in sources:
        answers += played.scramble(source, tables[source.name], ends, len(columns))
    left = [name for name in columns if name not in {*played.found, *keys}]
    rows = LaterRows(lambda rows: run({}, rows), base, asked, moments, left)
    leaks = {leak.column: leak for leak in reversed([*rows.later(ends.tolist()), *rows.labels(label, seed)])}
    answers += sum(int((moments <= end).sum()) for end in ends[:-1]) * len(left)
    return Replay(answers, len(ends), (*played.found.values(), *leaks.values()))


@dataclass(frozen=True, eq=False)
class _Played:
    """What a pipeline said on the facts as they are, and what was found when their future was another."""

    run: Callable[[Mapping[str, pa.Table]], pa.Table]
    base: pa.Table
    asked: pa.Table
    moments: Ints
    keys: set[str]
    seed: int
    found: dict[str, Leak] = field(default_factory=dict)

    def scramble(self, source: Source, table: pa.Table, ends: Ints, columns: int) -> int:
        """Scramble the future of one source at some moments; give how many answers were compared."""
        base, moments, compared = self.base, self.moments, 0
        near = moments[soonest(source, table, self.asked, moments)]
        for end in np.unique([*ends, *near]).tolist():
            early = np.flatnonzero(moments <= end)
            if not is_late(table, source, end).any():
                continue
            for way in WAYS:
                future = Future(source, table, end, way, self.seed)
                with blamed(f"what became known of {source.name!r}", end, DONE[way]):
                    made = self.run({source.name: future.change(np.arange(table.num_rows))})
                compared += len(early) * columns
                for column in dict.fromkeys([*base.column_names, *made.column_names]):
                    row = None if column in self.keys | set(self.found) else changed(base, made, column, early)
                    if row is not None:
                        facts = _facts(self.run, future, base, (column, row), int(moments[row]), self.asked)
                        self.found[column] = Leak(
                            column, source.name, row, moment_of(int(moments[row])), cell(base, column, row),
                            cell(made, column, row), way, facts,
                        )  # fmt: skip
        return compared


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
    pairs = [(clocks[0], np.full(len(clocks[0]), -NEVER)), *((clock, clocks[0]) for clock in clocks[1:])]
    if source.happened in table.column_names:  # what had happened and was not known: a join by when it happened
        pairs.append((clocks[0], read_times(table, source.happened, source.name)))
    found: list[int] = []
    for name in source.entities:
        if name in asked.column_names:
            keys, codes = keys_of(read_keys(table, name, source.name))
            wanted = keys.codes(read_keys(asked, name, "asked"))
            happened = (
                read_times(table, source.happened, source.name) if source.happened in table.column_names else None
            )
            stood = (
                [np.full(len(clocks[0]), -NEVER)] if happened is None else [np.full(len(clocks[0]), -NEVER), happened]
            )
            pairs = [(clocks[0], one) for one in stood] + [(clock, clocks[0]) for clock in clocks[1:]]
            for clock, stands in pairs:
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
        if changed(one, other, name, every) is not None:
            raise BadInput(f"{name!r} is another when it is run again", where="pipeline",
                           allowed="the same features for the same facts")  # fmt: skip


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
            return changed(base, made, column, np.array([row])) is not None

        late = np.flatnonzero(is_late(table, source, one.end))
        if len(late) and moves(late):
            mine = late[about[late]]
            blamed = fewest(mine if len(mine) and moves(mine) else late, moves)
            return tuple(table.take(pa.array(blamed[:12])).to_pylist())
    return ()


def _about(source: Source, table: pa.Table, asked: pa.Table, row: int) -> Flags:
    """Say which facts are about an entity that a row asks about: they are to blame first."""
    about = np.zeros(table.num_rows, bool)
    for name in source.entities:
        if name in asked.column_names:
            about |= np.array([key == asked.column(name)[row].as_py() for key in table.column(name).to_pylist()], bool)
    return about
