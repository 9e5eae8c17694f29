"""How do a hundred million rows become the few sums that an estimate needs, where they lie and without losing anything?

DuckDB sums over each cluster and arm: rows, columns, products. All columns are taken minus a rough mean first, or the
squares of large numbers would leave no digits for what varies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput, first_line
from liveloop.base.reading import known_reader, literal, quoted, reader_of
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.frame import array_of, read_frame
from liveloop.estimate.size.elsewhere import is_elsewhere, kinds_of, means_of, sums_of
from liveloop.estimate.words import listed

PILOT_ROWS = 10_000  # whose mean is rough enough


@dataclass(frozen=True, eq=False)
class Compressed:
    """The sums of an experiment, one row for each cluster and arm; without clusters, for each arm.

    Parameters
    ----------
    outcomes, covariates
        Names of the columns that were summed.
    arms
        Labels of the arms, the control first.
    arm, cluster, count
        [group] the arm of each, its cluster from 0, its rows; groups of one cluster lie together. `cluster` is None
        where rows stand alone.
    sums
        By column: [group], of the column minus its centre.
    products
        By pair: [group], of two covariates, or a covariate and an outcome.
    squares
        By outcome, where there are no clusters: [arm], sum of squares.
    centres
        By column, what was taken off.
    """

    outcomes: tuple[str, ...]
    covariates: tuple[str, ...]
    arms: tuple[Any, ...]
    arm: Ints
    cluster: Ints | None
    count: Floats
    sums: Mapping[str, Floats]
    products: Mapping[tuple[str, str], Floats]
    squares: Mapping[str, Floats]
    centres: Mapping[str, float]
    names: Mapping[str, str]  # of treatment and clusters, as the data call them

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return int(self.count.sum())

    def total(self, name: str) -> Floats:
        """Give the sum of a column in each group, as it was: [group]."""
        return np.asarray(self.sums[name] + self.count * self.centres[name])

    def product(self, one: str, other: str) -> Floats:
        """Give the sum of the product of two columns, both minus their centres: [group]."""
        return self.products[min(one, other), max(one, other)]


def compress(  # noqa: PLR0913 - the calling convention of all estimators
    source: Any,  # noqa: ANN401 - any table
    *,
    outcomes: Sequence[str],
    treatment: str,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    control: object = None,
    memory: str = "1GB",
) -> Compressed:
    """Sum an experiment up where its data lie.

    Parameters
    ----------
    source
        A Parquet, CSV or JSONL file (or a pattern of files), a DuckDB relation, a data frame, or a table of Ibis in any
        database that it reaches (extra `ibis`).
    outcomes, covariates
        Columns of numbers.
    treatment, clusters
        The column of the arm, and of what was randomised where rows were not.
    memory
        What DuckDB may use; more is kept on disk. Another database keeps to its own limits.

    Raises
    ------
    BadInput
        When a column is not there, is no number, is missing in some rows, or there is one arm only.

    Examples
    --------
    >>> data = {"y": [1.0, 2.0, 4.0, 5.0], "t": [0, 0, 1, 1], "user": [7, 7, 8, 9]}
    >>> made = compress(data, outcomes=["y"], treatment="t", clusters="user")
    >>> made.count.tolist(), made.total("y").tolist(), made.arms
    ([2.0, 1.0, 1.0], [3.0, 4.0, 5.0], (0, 1))
    """
    columns = _Columns(tuple(dict.fromkeys(outcomes)), treatment, clusters, tuple(dict.fromkeys(covariates)))
    if is_elsewhere(source):
        return _elsewhere(source, columns, control)
    with _connected(memory) as connection:
        table = _open(connection, source, columns)
        try:
            _refuse_kinds(table, columns)
            centres = _centres(table, columns)
            summed = table.query("liveloop_rows", _query(columns, centres)).to_arrow_table()
        except duckdb.Error as error:
            raise BadInput(f"cannot be read: {first_line(error)}", where="data", allowed="a table of rows") from error
    return _read(summed, columns, centres, control)


@dataclass(frozen=True)
class _Columns:
    outcomes: tuple[str, ...]
    treatment: str
    clusters: str | None
    covariates: tuple[str, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.outcomes, *self.covariates)))

    @property
    def groups(self) -> tuple[str, ...]:
        return (self.treatment,) if self.clusters is None else (self.clusters, self.treatment)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """List the pairs whose products are needed, each in its order."""
        made = {(min(x, other), max(x, other)): None for x in self.covariates for other in self.numbers}
        return tuple(made)


def _connected(memory: str) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(config={"memory_limit": memory})
    except duckdb.Error as error:
        raise BadInput(f"memory is {memory!r}", where="memory", allowed="such as '1GB' or '500MB'") from error


def _open(
    connection: duckdb.DuckDBPyConnection,
    source: Any,  # noqa: ANN401 - any table
    columns: _Columns,
) -> duckdb.DuckDBPyRelation:
    if isinstance(source, duckdb.DuckDBPyRelation):
        return source
    if not isinstance(source, (str, Path)):
        frame = read_frame(source, (*columns.groups, *columns.numbers))
        return connection.from_arrow(frame.table)
    file = Path(source)
    if set(str(file)) & set("*?[") and not file.is_file():  # a pattern: each file is read as DuckDB finds it
        reader, named = known_reader(file), str(file)
    else:
        reader, named = reader_of(file)[0], literal(file.absolute())
    try:
        return connection.sql(f"SELECT * FROM {reader}", params=[named])  # noqa: S608 - a name of ours
    except duckdb.Error as error:
        raise BadInput(f"cannot be read: {first_line(error)}", where=str(source), allowed="a table") from error


def _elsewhere(source: Any, columns: _Columns, control: object) -> Compressed:  # noqa: ANN401 - a table of Ibis
    try:
        _refuse_no_numbers(kinds_of(source), columns)
        centres = _about(columns, means_of(source, columns.numbers, PILOT_ROWS))
        alone = columns.outcomes if columns.clusters is None else ()
        summed = sums_of(source, columns.groups, columns.numbers, columns.pairs, alone, centres)
    except BadInput:
        raise
    except Exception as error:  # each database raises what it likes
        raise BadInput(f"cannot be read: {first_line(error)}", where="data", allowed="a table of rows") from error
    return _read(summed, columns, centres, control)


def _refuse_kinds(table: duckdb.DuckDBPyRelation, columns: _Columns) -> None:
    kinds = {name: (str(kind), _is_number(str(kind))) for name, kind in zip(table.columns, table.types, strict=True)}
    _refuse_no_numbers(kinds, columns)


def _is_number(kind: str) -> bool:
    return (
        kind.startswith(("DOUBLE", "FLOAT", "DECIMAL", "BOOLEAN")) or kind.endswith("INT") or kind.startswith("INTEGER")
    )


def _refuse_no_numbers(kinds: Mapping[str, tuple[str, bool]], columns: _Columns) -> None:
    for name in (*columns.groups, *columns.numbers):
        if name not in kinds:
            raise BadInput(f"there is no column {name!r}", where=name, allowed=listed(list(kinds)))
    for name in columns.numbers:
        kind, numbers = kinds[name]
        if not numbers:
            raise BadInput(f"column {name!r} holds {kind}", where=name, allowed="numbers")


def _centres(table: duckdb.DuckDBPyRelation, columns: _Columns) -> dict[str, float]:
    means = ", ".join(f"avg({quoted(name)}::DOUBLE)" for name in columns.numbers)
    return _about(columns, table.limit(PILOT_ROWS).aggregate(means).fetchall()[0])


def _about(columns: _Columns, found: Sequence[float | None]) -> dict[str, float]:
    return {
        name: float(mean) if mean is not None and np.isfinite(mean) else 0.0
        for name, mean in zip(columns.numbers, found, strict=True)
    }


def _query(columns: _Columns, centres: Mapping[str, float]) -> str:
    def centred(name: str) -> str:
        return f"({quoted(name)}::DOUBLE - {centres[name]!r})"

    keys = ", ".join(map(quoted, columns.groups))
    asked = [f"{quoted(name)} AS k{at}" for at, name in enumerate(columns.groups)]
    asked.append("count(*)::DOUBLE AS n")
    asked += [f"count({quoted(name)})::DOUBLE AS c{at}" for at, name in enumerate(columns.numbers)]
    asked += [f"sum({centred(name)}) AS s{at}" for at, name in enumerate(columns.numbers)]
    asked += [f"sum({centred(one)} * {centred(other)}) AS p{at}" for at, (one, other) in enumerate(columns.pairs)]
    if columns.clusters is None:
        asked += [f"sum({centred(name)} * {centred(name)}) AS q{at}" for at, name in enumerate(columns.outcomes)]
    return f"SELECT {', '.join(asked)} FROM liveloop_rows GROUP BY {keys}"  # noqa: S608 - names are quoted


def _read(table: pa.Table, columns: _Columns, centres: Mapping[str, float], control: object) -> Compressed:
    def floats(name: str) -> Floats:
        return array_of(table.column(name))

    count = floats("n")
    _refuse_missing(table, columns, count)
    named = {name: table.column(f"k{at}") for at, name in enumerate(columns.groups)}
    keys = read_frame(pa.table(named))
    arms = keys.arms(columns.treatment, control=control)
    cluster = keys.groups(columns.clusters, "cluster").codes if columns.clusters is not None else None
    order = np.argsort(arms.codes if cluster is None else cluster * arms.count + arms.codes, kind="stable")
    alone = () if columns.clusters is not None else columns.outcomes  # then a group is an arm
    squares = {name: floats(f"q{at}")[order] for at, name in enumerate(alone)}
    return Compressed(
        columns.outcomes, columns.covariates, arms.labels, arms.codes[order],
        None if cluster is None else cluster[order], count[order],
        {name: floats(f"s{at}")[order] for at, name in enumerate(columns.numbers)},
        {pair: floats(f"p{at}")[order] for at, pair in enumerate(columns.pairs)},
        squares, centres, {"treatment": columns.treatment, "clusters": columns.clusters or ""},
    )  # fmt: skip


def _refuse_missing(table: pa.Table, columns: _Columns, count: Floats) -> None:
    rows = int(count.sum())
    if not rows:
        raise BadInput("the data have 0 rows", where=columns.treatment, allowed="at least one row")
    for at, name in enumerate(columns.groups):
        empty = table.column(f"k{at}").is_null()
        if table.column(f"k{at}").null_count:
            missing = sum(table.column("n").filter(empty).to_pylist())
            raise BadInput(f"column {name!r} is missing in {int(missing)} of {rows} rows", where=name,
                           allowed="a value in every row")  # fmt: skip
    for at, name in enumerate(columns.numbers):
        missing = rows - int(array_of(table.column(f"c{at}")).sum())
        if missing:
            raise BadInput(f"column {name!r} is missing in {missing} of {rows} rows", where=name,
                           allowed="a value in every row")  # fmt: skip
        if not np.isfinite(array_of(table.column(f"s{at}"))).all():
            raise BadInput(f"column {name!r} holds NaN or infinity", where=name, allowed="numbers")
