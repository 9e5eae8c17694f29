"""How is a table of any kind read: a data frame, an Arrow table, a relation of DuckDB, a mapping of columns, a file?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from liveloop.base.delimited import Delimited, delimited, other_line, refuse_twice
from liveloop.base.errors import BadInput, first_line

_CSV = "read_csv(?, header = true, sample_size = -1, comment = '', hive_partitioning = false)"
_JSON = "read_json(?, sample_size = -1, hive_partitioning = false)"
READERS = {  # a table has named columns: the first line of a CSV file names them; kinds are told by all of its lines
    ".parquet": "read_parquet(?, hive_partitioning = false)", ".csv": _CSV, ".tsv": _CSV,
    ".jsonl": _JSON, ".ndjson": _JSON, ".json": _JSON,
}  # fmt: skip
ROW, FINER = '"#row of the file"', r"[.,][0-9]{6}0*[1-9]"
ZONED = r":[0-9]{2}([.,][0-9]+)? ?([zZ]|[+-][0-9]{2}(:?[0-9]{2}){0,2}| [A-Za-z][A-Za-z0-9_+/-]*|UTC)$|^[+-]?inf"
SAMPLE = 2048  # rows by which a file is weighed
ALLOWED = "a pandas or polars data frame, an Arrow table, a DuckDB relation, a mapping of columns, or a file " + (
    f"({', '.join(READERS)})"
)


def read_table(data: Any, columns: Sequence[str] | None = None) -> pa.Table:  # noqa: ANN401 - any table
    """Read a table of any kind; `columns` says which columns are wanted, and is worth saying for a file.

    Raises
    ------
    BadInput
        When it is no table, or cannot be read. A column that is not there is left to who asks for it.

    Examples
    --------
    >>> read_table({"y": [1.0, 2.0], "arm": ["a", "b"]}, ["arm"]).to_pydict()
    {'arm': ['a', 'b']}
    """
    if isinstance(data, (str, Path)):
        return _read_file(Path(data), columns)
    wanted = None if columns is None else list(dict.fromkeys(columns))
    try:
        table = _table(data, wanted)
    except (pa.ArrowException, duckdb.Error, ValueError, TypeError) as error:
        raise BadInput(f"the data cannot be read: {first_line(error)}", where="data", allowed=ALLOWED) from error
    if wanted is not None:
        table = table.select([name for name in wanted if name in table.column_names])
    return table


def _table(data: Any, wanted: Sequence[str] | None) -> pa.Table:  # noqa: ANN401 - any table
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, Mapping):
        return pa.table({name: pa.array(np.asarray(column)) for name, column in data.items()
                         if wanted is None or name in wanted})  # fmt: skip
    if isinstance(data, duckdb.DuckDBPyRelation):
        kept = [name for name in wanted or data.columns if name in data.columns] or data.columns
        chosen = data.select(", ".join(map(quoted, kept)))
        return chosen.to_arrow_table()
    if hasattr(data, "iloc"):  # pandas: its index is no column
        chosen = data if wanted is None else data[[name for name in wanted if name in data.columns]]
        return pa.Table.from_pandas(chosen, preserve_index=False)
    if hasattr(data, "collect") and hasattr(data, "lazy"):  # a lazy polars frame
        data = data.collect()
    if hasattr(data, "__arrow_c_stream__"):
        table = pa.table(data)
        views = [at for at, column in enumerate(table.schema) if pa.types.is_string_view(column.type)]
        for at in views:  # nothing can be done with these yet
            table = table.set_column(at, table.schema[at].name, table.column(at).cast(pa.string()))
        return table
    raise TypeError(f"it is a {type(data).__name__}")


def columns_of(file: Path) -> list[str]:
    r"""Give the names of the columns of a file; what stands in them is not looked at.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "arms.csv"
    ...     written = file.write_text("arm,y\na,1\n")
    ...     columns_of(file)
    ['arm', 'y']
    """
    with _opened(file, None, checked=False) as relation:
        return list(relation.columns)


def read_batches(file: Path, columns: Sequence[str] | None = None, *, rows: int) -> Iterator[pa.Table]:
    r"""Read a file some rows at a time, in its order: tables of so many rows, the last of fewer.

    Raises
    ------
    BadInput
        As `read_table` does, also on the way, where a file ends too soon. A file without rows gives one empty table.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "arms.csv"
    ...     written = file.write_text("arm\na\nb\nc\n")
    ...     [some.column("arm").to_pylist() for some in read_batches(file, rows=2)]
    [['a', 'b'], ['c']]
    """
    with _opened(file, columns) as relation:
        reader = relation.to_arrow_reader(rows)
        held, none = reader.schema.empty_table(), True
        for batch in reader:
            held = pa.concat_tables([held, pa.Table.from_batches([batch])])
            while held.num_rows >= rows:
                yield held.slice(0, rows).combine_chunks()
                held, none = held.slice(rows), False
        if none or held.num_rows:
            yield held.combine_chunks()


@dataclass(frozen=True)
class Weight:
    """How many rows a file has, and how many bytes they take in memory, estimated by its first rows."""

    rows: int
    bytes: int


def weigh(file: Path, columns: Sequence[str] | None = None) -> Weight:
    r"""Say how large a file would be in memory without reading more of it than has to be.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "ages.csv"
    ...     written = file.write_text("age\n20\n30\n40\n")
    ...     weigh(file)
    Weight(rows=3, bytes=25)
    """
    with _opened(file, columns, checked=False) as relation:
        ((rows,),) = relation.aggregate("count(*)").fetchall()
        first = relation.limit(SAMPLE).to_arrow_table()
        return Weight(int(rows), int(rows) * first.nbytes // max(1, first.num_rows))


def _read_file(file: Path, columns: Sequence[str] | None) -> pa.Table:
    with _opened(file, columns) as relation:
        return relation.to_arrow_table()


@contextmanager
def _opened(file: Path, columns: Sequence[str] | None, *, checked: bool = True) -> Iterator[duckdb.DuckDBPyRelation]:
    """Open a file as a relation of the columns wanted that it has, or all; refuse what cannot be read, also later.

    Where it is `checked`, columns of more than one kind are refused too, which takes a look at every row.
    """
    reader, layout = reader_of(file)
    kind = file.suffix.lower()
    with duckdb.connect() as connection:
        try:
            connection.execute("SET enable_progress_bar = false")  # it goes to standard output
            connection.execute("SET TimeZone = 'UTC'")
            if kind == ".parquet":
                refuse_twice(tuple(parquet.read_schema(file).names), file)
            every = connection.sql(f"SELECT * FROM {reader}", params=[literal(file.absolute())])  # noqa: S608
            kept = [name for name in dict.fromkeys(columns or every.columns) if name in every.columns] or every.columns
            relation = every.select(", ".join(quoted(name) for name in kept))
            if checked and kind != ".parquet":
                _refuse_mixed_kinds(relation, file)
                _refuse_mixed_zones(connection, file, relation, reader)
            yield relation
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise _unreadable(file, layout, error) from error


def reader_of(file: Path) -> tuple[str, Delimited | None]:
    r"""Say how DuckDB reads a file (a `?` stands for its path, as `literal` writes it), and how its text is laid out.

    Raises
    ------
    BadInput
        When it is of no known kind, or not there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "arms.csv"
    ...     written = file.write_text("arm;y\na;1,5\n")
    ...     reader_of(file)[1]
    Delimited(delimiter=';', names=('arm', 'y'))
    """
    reader = known_reader(file)
    if not file.is_file():
        raise BadInput("there is no such file", where=str(file), allowed="a file that can be read")
    if reader != _CSV:
        return reader, None
    layout = delimited(file)
    more = f", delim = '{layout.delimiter}', quote = '\"', escape = '\"', skip = 0)"
    return reader.removesuffix(")") + more, layout


def known_reader(file: Path) -> str:
    """Say how DuckDB reads files of a kind; refuse one that it does not read.

    Examples
    --------
    >>> known_reader(Path("rows/*.parquet"))
    'read_parquet(?, hive_partitioning = false)'
    """
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise BadInput(f"{file.name!r} is of no known kind", where=str(file), allowed=", ".join(READERS))
    return reader


def literal(file: Path) -> str:
    """Write a path so that DuckDB takes it for no pattern.

    Examples
    --------
    >>> literal(Path("rows[1].csv"))
    'rows[[]1].csv'
    """
    return re.sub(r"([*?\[])", r"[\1]", str(file))


def _refuse_mixed_kinds(relation: duckdb.DuckDBPyRelation, file: Path) -> None:
    """Refuse a column of JSON of more than one kind: its texts would be in quotes."""
    for name, kind in zip(relation.columns, relation.types, strict=True):
        if str(kind) == "JSON" and relation.count(quoted(name)).fetchall()[0][0]:
            raise BadInput(
                f"{name!r} holds values of more than one kind", where=str(file), allowed="one kind in a column"
            )


def _refuse_mixed_zones(
    connection: duckdb.DuckDBPyConnection, file: Path, relation: duckdb.DuckDBPyRelation, reader: str
) -> None:
    """Refuse times of which some say a zone and some do not: the latter would be taken for times in any."""
    times = [name for name, kind in zip(relation.columns, relation.types, strict=True) if "TIMESTAMP" in str(kind)]
    if not times:
        return
    if reader == _JSON:
        texts = "read_json_objects(?)"
        said = {name: "json ->> '$.\"" + name.replace('"', '\\"').replace("'", "''") + "\"'" for name in times}
    else:
        texts, said = reader.removesuffix(")") + ", all_varchar = true)", {name: quoted(name) for name in times}
    columns = ", ".join(
        f"count({text}), count(*) FILTER ({text} IS NOT NULL AND {zoned}), "
        f"min({ROW}) FILTER ({text} IS NOT NULL AND NOT {zoned}), "
        f"min({ROW}) FILTER (regexp_matches({text}, '{FINER}'))"
        for text in said.values() for zoned in [f"regexp_matches(trim({text}), '{ZONED}')"]
    )  # fmt: skip
    query = f"SELECT {columns} FROM (SELECT *, row_number() OVER () AS {ROW} FROM {texts})"  # noqa: S608
    (counts,) = connection.sql(query, params=[literal(file.absolute())]).fetchall()
    for place, name in enumerate(times):
        every, zoned, first, finer = counts[4 * place : 4 * place + 4]
        if finer is not None:
            raise BadInput(f"times of {name!r} are finer than a microsecond, the first in row {finer}", where=str(file),
                           allowed="microseconds; what became known is rounded up, not down")  # fmt: skip
        if 0 < zoned < every:
            raise BadInput(f"{every - zoned} of {every} times of {name!r} have no zone, the first in row {first}",
                           where=str(file), allowed="a zone in all rows, as 2026-01-05T09:00Z, or in none")  # fmt: skip


def _unreadable(file: Path, layout: Delimited | None, error: Exception) -> BadInput:
    """Say which line of a file cannot be read, where one can be named."""
    other = other_line(file, layout) if layout is not None else None
    if layout is not None and other is not None:
        line, fields = other
        wrong = f"it has {fields} of {len(layout.names)} fields"
        return BadInput(wrong, where=f"{file}: line {line}", allowed=f"a value for each of {', '.join(layout.names)}")
    broken = broken_line(file) if file.suffix.lower() in (".jsonl", ".ndjson") else None
    where = f"{file}: line {broken}" if broken else str(file)
    wrong = "is not whole: it is no JSON" if broken else f"cannot be read: {first_line(error)}"
    return BadInput(wrong, where=where, allowed="one JSON object a line" if broken else "a table")


def broken_line(file: Path) -> int | None:
    """Find the first line that is no JSON, counted from 1: a database counts its own way."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            try:
                if line.strip():
                    json.loads(line)
            except ValueError:
                return number
    return None


def quoted(name: str) -> str:
    """Quote a name for DuckDB.

    Examples
    --------
    >>> quoted("arm"), quoted('a "b" c')
    ('"arm"', '"a ""b"" c"')
    """
    return '"' + name.replace('"', '""') + '"'
