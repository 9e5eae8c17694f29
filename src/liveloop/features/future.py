"""What would facts be, had all that became known after a moment been another?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.seeds import Flags, Ints, stream
from liveloop.features.facts import read_times
from liveloop.features.view import Source

Way = Literal["gone", "other"]
WAYS: tuple[Way, ...] = ("gone", "other")


@dataclass(frozen=True, eq=False)
class Future:
    """What became known of a source after a moment, and in which way it is scrambled."""

    source: Source
    table: pa.Table
    end: int
    way: Way
    seed: int

    @cached_property
    def whose(self) -> Ints:
        """Say what which fact says: of the late ones each what another says."""
        late = np.flatnonzero(read_times(self.table, self.source.known, self.source.name) > self.end)
        whose = np.arange(self.table.num_rows)
        whose[late] = late[stream(self.seed, f"scramble {self.source.name}").permutation(len(late))]
        return whose

    def change(self, rows: Ints) -> pa.Table:
        """Take away what became known later in some rows, or let them say what others said."""
        if self.way == "gone":
            return _without(self.table, self.source, rows, self.end)
        source, places = self.source, np.arange(self.table.num_rows)
        places[rows] = self.whose[rows]
        kept = {*source.entities, *source.about, source.happened, source.known, source.fact, source.version}
        columns = {
            name: self.table.column(name) if name in kept else self.table.column(name).take(pa.array(places))
            for name in self.table.column_names
        }
        return pa.table(columns)


def is_late(table: pa.Table, source: Source, moment: int) -> Flags:
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
    later = pc.greater(micros_of(table, when), moment)
    return np.asarray(pc.fill_null(later, fill_value=False).to_numpy(), np.bool_)


def _blank(table: pa.Table, column: str, where: pa.Array) -> pa.Table:
    place = table.column_names.index(column)
    nothing = pa.scalar(None, table.schema[place].type)
    return table.set_column(place, column, pc.if_else(where, nothing, table.column(column)))


def micros_of(table: pa.Table, name: str) -> pa.ChunkedArray:
    """Give a column of moments in microseconds; what is finer is rounded down."""
    column = table.column(name)
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = pc.floor_temporal(column, unit="microsecond")
    return column.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
