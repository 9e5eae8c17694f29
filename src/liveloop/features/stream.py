"""How is a training set made of facts that do not fit in memory?

Facts are put aside in parts by the hash of the entity, and so are the rows that ask about it; each part is answered by
the loop that answers everything else, and the answers are put aside by where their rows stand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from liveloop.base.errors import BadInput
from liveloop.base.reading import Weight, columns_of, read_batches, weigh
from liveloop.base.seeds import Ints
from liveloop.features.aside import PLACE, Aside, facts_of, put_facts_aside
from liveloop.features.facts import read_times, refuse_missing
from liveloop.features.kinds import refuse_unlike
from liveloop.features.layout import lay_out
from liveloop.features.lineage import FeatureSet
from liveloop.features.spill import Spill, folder_aside, parts_of
from liveloop.features.training import (
    WHOLE,
    Asked,
    Ties,
    Who,
    answers,
    column_of,
    groups_of,
    keys_said,
    refuse_rows,
    said_nothing,
)
from liveloop.features.view import Source, View, every_view, refuse_undeclared

AT = "#at"
COPIES = 5  # how often a table stands in memory while it is answered: as read, sorted, as arrays, laid out
MOST_PARTS = 256
Tell = Callable[[str, int, int], None]  # what is done, how many rows of how many


@dataclass(frozen=True)
class Wanted:
    """What is to be built: features, of which facts, for whom and when.

    Parameters
    ----------
    files
        Where the facts of each source lie.
    rows
        A file of the entities and moments that are asked about, one row for each decision.
    """

    features: FeatureSet
    files: Mapping[str, Path]
    rows: Path
    at: str = "decided_at"
    ties: Ties = "until"


@dataclass(frozen=True)
class Room:
    """How much memory there is, in bytes, how many rows are read at once at most, and the folder for the rest."""

    memory: int = 4_000_000_000
    batch: int = 2**19
    folder: Path | None = None

    def __post_init__(self) -> None:
        for name, given in {"memory": self.memory, "batch": self.batch}.items():
            if given < 1:
                raise BadInput(f"{name} of {given}", where="Room", allowed="1 or more")


@dataclass(frozen=True)
class Streamed:
    """What came of it: how many rows and facts, in how many parts, and of how many rows each view knew nothing."""

    rows: int
    facts: int
    parts: int
    nothing: Mapping[str, int]


def stream_training_set(wanted: Wanted, out: BinaryIO, room: Room | None = None, tell: Tell | None = None) -> Streamed:
    """Write what `training_set` would give, as Parquet, in bounded memory and in time linear in the facts.

    The answers are the same to the last bit. What is known of one entity has to fit in memory. The facts are read once,
    and put aside uncompressed: once for each entity by which views read them, and once more where they have versions.
    A source that no view reads is not read.

    Raises
    ------
    BadInput
        As `training_set`, `read_facts` and `read_batches` do, with the file and the rows that were looked at; and when
        a name begins with #. What was written to `out` is then no file yet.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from io import BytesIO
    >>> from tempfile import TemporaryDirectory
    >>> from liveloop.features.view import Source
    >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    >>> source = Source("messages", ("user_id",), ("tokens",))
    >>> features = FeatureSet((View("tokens", "messages", "user_id", "sum", "tokens"),), (source,))
    >>> with TemporaryDirectory() as folder:
    ...     facts, rows, out = Path(folder) / "facts.parquet", Path(folder) / "rows.parquet", BytesIO()
    ...     clocks = {"happened_at": [noon] * 2, "known_at": [noon] * 2}
    ...     parquet.write_table(pa.table({"user_id": [7, 8], "tokens": [20, 3], **clocks}), facts)
    ...     parquet.write_table(pa.table({"user_id": [8, 7, 9], "decided_at": [noon] * 3}), rows)
    ...     stream_training_set(Wanted(features, {"messages": facts}, rows), out).facts
    ...     parquet.read_table(out).column("tokens").to_pylist()
    2
    [3.0, 20.0, 0.0]
    """
    room = room or Room()
    views = every_view(wanted.features.views)
    for view in views:
        refuse_undeclared(view, wanted.features.by_source)
        refuse_reserved(view, wanted.features.by_source[view.source])
    weights = weights_of(wanted)
    heaviest = max(one.bytes for one in weights.values())
    parts = min(MOST_PARTS, max(1, math.ceil(3 * COPIES * heaviest / room.memory)))
    with folder_aside(room.folder) as folder:
        stages = _Stages(wanted, weights, folder, parts, room.batch, tell or _quiet)
        facts = stages.put_facts_aside(views)
        for level in levels_of(views):
            stages.put_rows_aside(level)
            stages.answer(level)
        rows, nothing = stages.write(out)
    return Streamed(rows, facts, parts, nothing)


def refuse_reserved(view: View, source: Source) -> None:
    """Refuse names that begin as those of the columns that are put beside them."""
    for kind, name in (("view", view.name), *(("column", name) for name in source.columns)):
        if name.startswith("#"):
            raise BadInput(f"the {kind} {name!r} begins with #", where=view.name, allowed="a name that does not")


def _quiet(*_: object) -> None:
    """Tell nobody."""


def fits(wanted: Wanted, room: Room) -> bool:
    """Say whether `training_set` would do with the memory that there is, by an estimate."""
    return COPIES * sum(one.bytes for one in weights_of(wanted).values()) <= room.memory


def weights_of(wanted: Wanted) -> dict[str, Weight]:
    """Weigh the facts of each source that a view reads; the rows, with their answers, are under no name."""
    views, sources = every_view(wanted.features.views), wanted.features.by_source
    made = {name: weigh(wanted.files[name], sources[name].columns) for name in {view.source: 0 for view in views}}
    asked = weigh(wanted.rows)
    return made | {"": Weight(asked.rows, asked.bytes + 8 * len(views) * asked.rows)}


def levels_of(views: Sequence[View]) -> list[list[View]]:
    """Put views in an order in which each comes after the one through which it reads."""
    levels: dict[int, list[View]] = {}
    for view in views:
        levels.setdefault(_depth(view), []).append(view)
    return [levels[depth] for depth in sorted(levels)]


def _depth(view: View) -> int:
    return 0 if view.through is None else 1 + _depth(view.through)


def _way(view: View) -> str:
    """Name whose keys a view asks by of which facts: such views share their rows."""
    return f"{view.source} {view.by} {view.through.name if view.through else ''}"


@dataclass(eq=False)
class _Stages:
    """What is done one after the other, and what lies aside in between."""

    wanted: Wanted
    weights: Mapping[str, Weight]
    folder: Path
    parts: int
    batch: int
    tell: Tell

    def __post_init__(self) -> None:
        self.rows = self.weights[""].rows
        self.ranges = max(1, math.ceil(self.rows / self.batch))
        self.made = 0
        self.asides: dict[tuple[str, str], Aside] = {}
        self.spills: dict[str, Spill] = {}
        self.kinds: dict[str, dict[str, str]] = {}
        self.answered: list[tuple[list[View], Spill]] = []

    def put_facts_aside(self, views: Sequence[View]) -> int:
        """Put the facts of every source aside, by each entity by which they are read; give how many there are."""
        total = 0
        for name in dict.fromkeys(view.source for view in views):
            source, mine = self.wanted.features.by_source[name], [view for view in views if view.source == name]
            made = [
                Aside.of(source, by, [view for view in mine if view.by == by], self._spill())
                for by in dict.fromkeys(view.by for view in mine)
            ]
            self.asides |= {(name, one.by): one for one in made}
            rows = self.weights[name].rows
            by_fact = self._spill()
            batches = read_batches(self.wanted.files[name], source.columns, rows=self.batch)
            done = 0
            try:
                refuse_missing(source, columns_of(self.wanted.files[name]))
                kinds = self.kinds.setdefault(name, {})
                for done in put_facts_aside(source, batches, made, by_fact, kinds):
                    self.tell(f"sorting {name}", done, rows)
            except BadInput as refusal:
                raise self._placed(refusal, name, done) from refusal
            total += rows
        return total

    def _placed(self, refusal: BadInput, name: str, done: int) -> BadInput:
        """Say in which file, and in which rows that were read at once, something is that is refused."""
        file, rows = str(self.wanted.files[name]), self.weights[name].rows
        if refusal.where.startswith(file):
            return refusal
        place = f"{file}, rows {done + 1:,} to {min(done + self.batch, rows):,}" if done < rows > self.batch else file
        return BadInput(refusal.wrong, where=f"{place}: {refusal.where}", allowed=refusal.allowed)

    def put_rows_aside(self, level: Sequence[View]) -> None:
        """Put the rows aside by the entity of which views of one level ask."""
        ways: dict[str, list[View]] = {}
        for view in level:
            ways.setdefault(_way(view), []).append(view)
        self.spills = {name: self._spill() for name in ways}
        for number, table in self._asked():
            moments = read_times(table, self.wanted.at, "asked", number * self.batch)
            asked = Asked(table, self.wanted.at, self.wanted.ties, moments)
            place = np.arange(table.num_rows) + number * self.batch
            for name, views in ways.items():
                column, (keys, kind) = self._keys(views[0], asked, number)
                held = self.kinds[views[0].source]
                refuse_unlike(views[0], views[0].by, kind, held.get(views[0].by))
                own = dict.fromkeys(view.apart_from for view in views if view.apart_from is not None)
                for one in own:
                    refuse_unlike(views[0], one, asked.keys(one, views[0])[1], held.get(one))
                laid = {one: table.column(one) for one in own} | {PLACE: place, AT: moments, "#key": column}
                self.spills[name].add(np.maximum(parts_of(keys, self.parts), 0), pa.table(laid))
            self.tell("sorting rows", min(self.rows, int(place[-1]) + 1 if len(place) else 0), self.rows)

    def _keys(self, view: View, asked: Asked, number: int) -> tuple[pa.ChunkedArray, Who]:
        if view.through is None:
            who = asked.keys(view.by, view)
            return asked.table.column(view.by), who
        (made,) = (made for views, made in self.answered if view.through in views)
        column = self._answers([view.through], made, number, keep=True)[view.through.name]
        return column, keys_said(column)

    def answer(self, level: Sequence[View]) -> None:
        """Answer the views of one level part by part."""
        groups = [(group, self._spill(self.ranges)) for group in groups_of(level)]
        self.answered += groups
        places = list(dict.fromkeys((group[0].source, group[0].by) for group, _ in groups))
        for number, (source, by) in enumerate(places):
            mine = [one for one in groups if (one[0][0].source, one[0][0].by) == (source, by)]
            for part in range(self.parts):
                self._answer_part(self.asides[source, by], mine, part)
                self.tell("answering", number * self.parts + part + 1, len(places) * self.parts)

    def _answer_part(self, aside: Aside, groups: Sequence[tuple[list[View], Spill]], part: int) -> None:
        asked = {name: self.spills[name].read(part) for name in dict.fromkeys(_way(group[0]) for group, _ in groups)}
        if all(table is None for table in asked.values()):
            return
        facts = facts_of(aside, part)
        layout = lay_out(facts, aside.by)
        for group, spill in groups:
            table = asked[_way(group[0])]
            if table is None:
                continue
            column = table.column("#key")
            rows = Asked(table, AT, self.wanted.ties, np.asarray(table.column(AT).to_numpy()))
            who = rows.keys("#key", group[0]) if group[0].through is None else keys_said(column)
            place = np.asarray(table.column(PLACE).to_numpy())
            made = answers(group, facts, layout, who, rows)
            said = {view.name: column_of(view, facts, made[view.name]).cast(self._type(view)) for view in group}
            spill.add(place // self.batch, pa.table({PLACE: place, **said}))

    def write(self, out: BinaryIO) -> tuple[int, dict[str, int]]:
        """Write the rows with their answers, in the order in which they were asked for."""
        views, rows = self.wanted.features.views, 0
        nothing = {view.name: 0 for view in views}
        writer: parquet.ParquetWriter | None = None
        try:
            for number, table in self._asked():
                columns: dict[str, pa.ChunkedArray] = {}
                for group, spill in self.answered:
                    columns |= self._answers(group, spill, number)
                for view in views:
                    nothing[view.name] += said_nothing(view, columns[view.name])
                    table = table.append_column(view.name, columns[view.name])
                writer = writer or parquet.ParquetWriter(out, table.schema)
                writer.write_table(table)
                rows += table.num_rows
                self.tell("writing", rows, self.rows)
        finally:
            if writer is not None:
                writer.close()
        return rows, nothing

    def _asked(self) -> Iterator[tuple[int, pa.Table]]:
        for number, table in enumerate(read_batches(self.wanted.rows, rows=self.batch)):
            refuse_rows(table.column_names, every_view(self.wanted.features.views), self.wanted.at)
            yield number, table

    def _answers(
        self, views: Sequence[View], spill: Spill, number: int, *, keep: bool = False
    ) -> dict[str, pa.ChunkedArray]:
        """Give the answers for one stretch of rows, each in its place."""
        table = spill.read(number, keep=keep)
        if table is None:
            return {view.name: pa.chunked_array([pa.array([], self._type(view))]) for view in views}
        place: Ints = np.asarray(table.column(PLACE).to_numpy()) - number * self.batch
        order = np.full(min(self.batch, self.rows - number * self.batch), -1)
        order[place] = np.arange(len(place))
        assert order.min(initial=0) >= 0, "a row was not answered"
        laid = table.take(pa.array(order))
        return {view.name: laid.column(view.name) for view in views}

    def _type(self, view: View) -> pa.DataType:
        if view.op in WHOLE:
            return pa.int64()
        texts = self.wanted.features.by_source[view.source].texts
        return pa.string() if view.op == "last" and view.column in texts else pa.float64()

    def _spill(self, parts: int | None = None) -> Spill:
        self.made += 1
        return Spill(self.folder / str(self.made), parts or self.parts)
