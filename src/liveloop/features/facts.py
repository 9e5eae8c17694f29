"""Which facts does a table hold, and what is wrong with those that cannot be?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from liveloop.base.errors import BadInput
from liveloop.base.reading import columns_of, read_table
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.features import scan
from liveloop.features.kinds import kind_of_column
from liveloop.features.view import Source

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROS, DAY = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 1}, 86_400_000_000  # in one, or the least there is
EXACT = 2**53  # whole numbers beyond it have no exact double
FIRST, LAST = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 to 9999, in microseconds


@dataclass(frozen=True, eq=False)
class Facts:
    """Facts of one source, in the order of the log.

    Parameters
    ----------
    entities, about
        Columns of keys, [fact] each.
    happened, known, until
        Microseconds since 1970, UTC: when it happened, since when it was known, since when a newer version was; the
        last has no length where no fact has a newer version.
    values
        Numbers; texts as codes into `texts`; NaN where a fact says nothing.
    deleted
        Which are versions that take a fact back; None where none is.
    kinds
        Of which kind the keys of each column are.
    """

    source: Source
    entities: Mapping[str, NDArray[Any]]
    happened: Ints
    known: Ints
    until: Ints
    values: Mapping[str, Floats]
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    about: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    deleted: Flags | None = None
    kinds: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.happened)


def no_facts(source: Source) -> Facts:
    """Give a source of which there is not one fact."""
    empty = np.empty(0, np.int64)
    values = {name: np.empty(0) for name in (*source.numbers, *source.texts)}
    return Facts(source, dict.fromkeys(source.entities, empty), empty, empty, empty, values,
                 dict.fromkeys(source.texts, ()), dict.fromkeys(source.about, empty))  # fmt: skip


def read_facts(source: Source, data: Any, before: int = 0) -> Facts:  # noqa: ANN401 - any table
    """Read a table as facts.

    Parameters
    ----------
    data
        An Arrow table, a data frame of pandas or polars, a DuckDB relation, a mapping of columns, or a file.
    before
        How many rows of a larger table come before it, for the numbers of rows in a refusal.

    Raises
    ------
    BadInput
        When a column is not there, a time has no zone or is missing, or something was known before it happened: with
        the column, how many rows, and the first of them.
    """
    table = facts_table(source, data)
    happened = read_times(table, source.happened, source.name, before)
    known = read_times(table, source.known, source.name, before)
    early = np.flatnonzero(known < happened)
    if len(early):
        raise BadInput(
            f"{len(early)} of {len(known)} facts were known before they happened, "
            f"the first in row {before + early[0] + 1}",
            where=f"{source.name}.{source.known}", allowed=f"{source.known} not before {source.happened}",
        )  # fmt: skip
    values, texts = {}, {}
    for name in source.numbers:
        values[name] = read_numbers(table, name, source.name)
    for name in source.texts:
        values[name], texts[name] = read_texts(table, name, source.name)
    deleted = read_flags(table, source.deleted, source.name) if source.deleted else None
    return Facts(
        source,
        {name: read_keys(table, name, source.name) for name in source.entities},
        happened,
        known,
        until_of(source, table, known, before),
        values,
        texts,
        {name: read_keys(table, name, source.name) for name in source.about},
        deleted if deleted is not None and deleted.any() else None,
        {name: kind_of_column(table.column(name)) for name in (*source.entities, *source.about)},
    )


def arrow_of(data: Any, where: str, columns: Sequence[str] | None = None) -> pa.Table:  # noqa: ANN401 - any table
    """Read a table of any kind; of one that is not Arrow yet, such columns as are wanted.

    Examples
    --------
    >>> arrow_of({"user_id": [7, 8]}, "rows").num_rows
    2
    """
    if isinstance(data, pa.Table):
        return data
    try:
        return read_table(data, columns)
    except BadInput as refusal:
        place = where if refusal.where == "data" else f"{where}: {refusal.where}"
        raise BadInput(refusal.wrong, where=place, allowed=refusal.allowed) from refusal


def facts_table(source: Source, data: Any) -> pa.Table:  # noqa: ANN401 - any table
    """Read the columns of a source from a table of any kind; refuse one that is not there, naming those that are."""
    table = arrow_of(data, source.name, source.columns)
    names = table.column_names
    if not set(source.columns) <= set(names) and data is not table:
        is_file = isinstance(data, (str, Path))
        names = columns_of(Path(data)) if is_file else arrow_of(data, source.name).column_names
    refuse_missing(source, names)
    return table


def refuse_missing(source: Source, columns: Sequence[str]) -> None:
    """Refuse facts that lack a column that their source declares."""
    twice = [name for name in source.columns if list(columns).count(name) > 1]
    if twice:
        raise BadInput(f"source {source.name!r} has {twice[0]!r} twice", where=source.name, allowed="each column once")
    missing = [name for name in source.columns if name not in columns]
    if missing:
        raise BadInput(f"source {source.name!r} has no column {missing[0]!r}", where=source.name,
                       allowed=", ".join(columns))  # fmt: skip


def read_times(table: pa.Table, name: str, where: str, before: int = 0) -> Ints:
    """Read a column of moments as microseconds since 1970, UTC; so many rows come `before` the table."""
    column = table.column(name)
    if not len(column):
        return np.empty(0, np.int64)
    if not pa.types.is_timestamp(column.type):
        raise BadInput(f"{name!r} holds {column.type}", where=f"{where}.{name}", allowed="timestamps with a time zone")
    if column.type.tz is None:
        raise BadInput(f"the times of {name!r} have no zone", where=f"{where}.{name}",
                       allowed="timestamps with a time zone, as 2026-01-05T09:00:00Z")  # fmt: skip
    if column.null_count:
        first = before + int(np.flatnonzero(pc.is_null(column).to_numpy())[0]) + 1
        raise BadInput(f"{column.null_count} of {len(column)} times are missing, the first in row {first}",
                       where=f"{where}.{name}", allowed="a time in every row")  # fmt: skip
    return _in_micros(
        np.asarray(column.cast(pa.int64()).to_numpy(), np.int64), column.type.unit, f"{where}.{name}", before
    )


def _in_micros(counts: Ints, unit: str, where: str, before: int) -> Ints:
    """Turn moments into microseconds; refuse what is finer, and what is no day of a calendar."""
    per = MICROS[unit]
    if unit == "ns":
        odd = np.flatnonzero(counts % 1_000)
        if len(odd):
            raise BadInput(f"{len(odd)} of {len(counts)} times are finer than a microsecond, the first in row "
                           f"{before + odd[0] + 1}", where=where,
                           allowed="microseconds; what became known is rounded up, not down")  # fmt: skip
        counts = counts // 1_000
    refuse_beyond(counts, per, where, before)
    return counts * per if per > 1 else counts


def times_of(micros: Ints) -> pa.Array:
    """Write microseconds since 1970, UTC, as a column of moments.

    Examples
    --------
    >>> times_of(np.array([0])).to_pylist()[0].isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return pa.array(micros).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))


def moment_of(micros: int) -> datetime:
    """Give a moment from microseconds since 1970, UTC."""
    return EPOCH + timedelta(microseconds=micros)


def read_numbers(table: pa.Table, name: str, where: str) -> Floats:
    """Read a column of numbers; NaN where there is none."""
    column = table.column(name)
    kind = column.type
    if column.null_count == len(column):
        return np.full(len(column), np.nan)
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    elif pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        raise BadInput(f"{name!r} holds {kind}", where=f"{where}.{name}", allowed="numbers, or true and false")
    if pa.types.is_integer(kind) and len(column) and kind.bit_width == 64:
        ends = pc.min_max(column)
        if any(abs(end.as_py() or 0) > EXACT for end in ends.values()):
            raise BadInput(f"{name!r} has whole numbers beyond 2^53", where=f"{where}.{name}",
                           allowed="numbers that a double holds exactly")  # fmt: skip
    return np.asarray(column.to_numpy(), np.float64)


def read_texts(table: pa.Table, name: str, where: str) -> tuple[Floats, tuple[str, ...]]:
    """Read a column of texts, or of what is compared and not computed with, as codes; NaN where there is none."""
    column = _plain(table, name, where)
    if pa.types.is_floating(column.type) and column.null_count < len(column):
        raise BadInput(f"{name!r} holds {column.type}", where=f"{where}.{name}",
                       allowed="texts, whole numbers or flags; what is computed with is in numbers=")  # fmt: skip
    codes, found = pd.factorize(column.to_pandas(integer_object_nulls=True))
    return np.where(codes < 0, np.nan, codes.astype(np.float64)), tuple(found.tolist())


def read_flags(table: pa.Table, name: str, where: str) -> Flags:
    """Read a column of true and false; missing is false."""
    column = table.column(name)
    if column.null_count == len(column):
        return np.zeros(len(column), np.bool_)
    if not pa.types.is_boolean(column.type):
        raise BadInput(f"{name!r} holds {column.type}", where=f"{where}.{name}", allowed="true and false")
    return np.asarray(pc.fill_null(column, fill_value=False).to_numpy(), np.bool_)


def read_keys(table: pa.Table, name: str, where: str) -> NDArray[Any]:
    """Read a column of keys: whole numbers as they are where none is missing, else objects."""
    column = _plain(table, name, where)
    if pa.types.is_floating(column.type) and column.null_count < len(column):
        raise BadInput(f"{name!r} holds {column.type}", where=f"{where}.{name}", allowed="keys: whole numbers or texts")
    if pa.types.is_integer(column.type) and not column.null_count:
        return np.asarray(column.to_numpy())
    made = np.array(column.to_pandas(integer_object_nulls=True), object)  # no double holds all whole numbers
    made[np.asarray(column.is_null().to_numpy(), np.bool_)] = None
    return made


def _plain(table: pa.Table, name: str, where: str) -> pa.ChunkedArray:
    """Give a column whose values can be compared, not as places in a dictionary."""
    column = table.column(name)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_nested(kind) or pa.types.is_duration(kind):  # a length of time is a number in some files
        raise BadInput(f"{name!r} holds {kind}", where=f"{where}.{name}", allowed="whole numbers or texts")
    if kind != column.type:
        column = column.cast(kind)
    if pa.types.is_timestamp(kind):
        if kind.unit != "ns":  # those end in 2262
            refuse_beyond(_counts(column), MICROS[kind.unit], f"{where}.{name}")
        if kind.tz is not None:
            column = column.cast(pa.timestamp(kind.unit, "UTC"))  # one moment is one text, whatever zone it is said in
    elif pa.types.is_date(kind):
        refuse_beyond(_counts(column.cast(pa.date32()).cast(pa.int32())), DAY, f"{where}.{name}")
    return column


def _counts(column: pa.ChunkedArray) -> Ints:
    """Give what a column of moments or days counts; 0 where it has none."""
    return np.asarray(pc.fill_null(column.cast(pa.int64()), 0).to_numpy(), np.int64)


def refuse_beyond(counts: Ints, micros: int, where: str, before: int = 0) -> None:
    """Refuse what is no day of a calendar; what is counted lasts so many microseconds."""
    first, last = FIRST // micros, LAST // micros
    if len(counts) and (counts.min() < first or counts.max() > last):
        beyond = np.flatnonzero((counts < first) | (counts > last))
        raise BadInput(f"{len(beyond)} of {len(counts)} times lie outside the years 1 to 9999, the first in row "
                       f"{before + beyond[0] + 1}", where=where, allowed="a day of the calendar")  # fmt: skip


def read_versions(source: Source, table: pa.Table, before: int = 0) -> Floats:
    """Read the versions of facts; refuse one that is missing, for nobody knows whether it is newer."""
    assert source.version is not None
    versions = read_numbers(table, source.version, source.name)
    missing = np.flatnonzero(np.isnan(versions))
    if len(missing):
        raise BadInput(f"{len(missing)} facts have no version, the first in row {before + missing[0] + 1}",
                       where=f"{source.name}.{source.version}", allowed="a number in every row")  # fmt: skip
    return versions


def until_of(source: Source, table: pa.Table, known: Ints, before: int = 0) -> Ints:
    """Find since when a newer version of each row was known; nothing at all where there are no newer versions."""
    none = np.empty(0, np.int64)
    if source.fact is None:
        return none
    refuse_nameless(source, table.column(source.fact), before)
    version = None if source.version is None else read_versions(source, table, before)
    facts, found = pd.factorize(_plain(table, source.fact, source.name).to_pandas(integer_object_nulls=True))
    if len(found) == len(facts):
        return none
    place = np.arange(len(facts))
    # Without versions what was known later is newer, and of one moment what stands later in the log.
    newest = (-place, -known, facts) if version is None else (place, known, -version, facts)
    order = np.lexsort(newest)
    return np.asarray(scan.replaced(order, facts.astype(np.int64), known))


def refuse_nameless(source: Source, identities: pa.ChunkedArray, before: int = 0) -> None:
    """Refuse facts without an identity."""
    missing = np.flatnonzero(pc.is_null(identities, nan_is_null=True).to_numpy())
    if len(missing):
        raise BadInput(f"{len(missing)} facts have no identity, the first in row {before + missing[0] + 1}",
                       where=f"{source.name}.{source.fact}", allowed="an identity in every row")  # fmt: skip
