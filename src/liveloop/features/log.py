"""Where are facts kept so that a process that is killed loses none that it took?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence, Set
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from liveloop.base.closing import Closing
from liveloop.base.errors import BadInput, first_line
from liveloop.base.seeds import Flags

_TABLES = (
    "CREATE TABLE IF NOT EXISTS batches (number INTEGER PRIMARY KEY, source TEXT NOT NULL, body BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS pruned (source TEXT NOT NULL, horizon INTEGER NOT NULL, views TEXT NOT NULL)",
)
COLUMNS = {"batches": {"number", "source", "body"}, "pruned": {"source", "horizon", "views"}}
OPEN = "a log that is open, that this process may write in, and that no other has locked"
KEPT = "a log that a live store keeps"


@dataclass(frozen=True)
class Compacted:
    """What a log has let go of: of which source, up to which moment (microseconds), for which views alone."""

    source: str
    horizon: int
    views: tuple[str, ...]


class Log(Closing):
    """A file of batches of facts, each written whole or not at all.

    A batch survives the death of the process once `append` has returned; with `sync`, that of the machine too. One
    store writes in it at a time: it does not see what another adds, and is refused once another has written; in a
    `SharedLog` it does.
    """

    def __init__(self, file: Path, *, sync: bool = False) -> None:
        self.file = file
        try:
            self._database = sqlite3.connect(file, isolation_level=None)
            refuse_other_tables(self._database, file, fresh=True)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute(f"PRAGMA synchronous = {'FULL' if sync else 'NORMAL'}")
            for table in _TABLES:
                self._database.execute(table)
            self._seen, self.turn = self._version(), 0
        except sqlite3.Error as error:
            raise BadInput(
                f"cannot be opened: {error}", where=str(file), allowed="a log of facts, or no file yet"
            ) from error

    def take(self) -> int:
        """Be the log of one store, which reads it now, and no longer of the one before; give the number of its turn."""
        with self._asked():
            self._seen = self._version()
        self.turn += 1
        return self.turn

    def append(self, source: str, facts: pa.Table) -> None:
        """Write facts down."""
        body = memoryview(body_of(facts))
        with self._writing():
            self._database.execute("INSERT INTO batches (source, body) VALUES (?, ?)", (source, body))

    def read(self) -> Iterator[tuple[str, pa.Table]]:
        """Give all that was written, in its order."""
        with self._asked():
            yield from batches_in(self._database, self.file)

    def compact(self, what: Compacted, kept: Flags) -> None:
        """Let go of the facts of a source that are not kept, row by row, all at once or, where it fails, none."""
        with self._writing():
            self._let_go(what, kept)
        with suppress(sqlite3.Error):  # what was let go of is gone; this only gives its room back
            self._database.execute("VACUUM")

    def _let_go(self, what: Compacted, kept: Flags) -> None:
        database, row = self._database, 0
        mine = "SELECT number FROM batches WHERE source = ? ORDER BY number"
        for (number,) in database.execute(mine, (what.source,)).fetchall():
            (body,) = database.execute("SELECT body FROM batches WHERE number = ?", (number,)).fetchone()
            facts = facts_in(body, f"batch {number}", str(self.file))
            left = facts.filter(pa.array(kept[row : row + facts.num_rows]))
            row += facts.num_rows
            if left.num_rows < facts.num_rows:
                new = (memoryview(body_of(left)), number)
                database.execute("UPDATE batches SET body = ? WHERE number = ?", new)
        said = (what.source, what.horizon, json.dumps(what.views))
        database.execute("INSERT INTO pruned (source, horizon, views) VALUES (?, ?, ?)", said)

    def compacted(self) -> list[Compacted]:
        """Say what was let go of."""
        with self._asked():
            return compacted_in(self._database)

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

    def _version(self) -> int:
        """Give a number that is another once somebody else has written."""
        ((number,),) = self._database.execute("PRAGMA data_version").fetchall()
        return int(number)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write all or nothing, and nothing once another has written: this store does not know of it."""
        with self._asked():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                if self._version() != self._seen:
                    raise BadInput("another store has written in it since it was read", where=str(self.file),
                                   allowed="one store at a time, opened anew; a SharedLog for several")  # fmt: skip
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Ask SQLite; what it refuses is refused."""
        try:
            yield
        except (sqlite3.Error, OverflowError) as error:  # a batch beyond two gigabytes overflows
            raise BadInput(f"SQLite says: {first_line(error)}", where=str(self.file), allowed=OPEN) from error


def refuse_other_tables(database: sqlite3.Connection, file: Path, *, fresh: bool) -> None:
    """Refuse a database that is no log; one without tables may be a `fresh` log."""
    there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    ours = all(
        {name for (name,) in database.execute("SELECT name FROM pragma_table_info(?)", (table,))} == columns
        for table, columns in COLUMNS.items()
        if table in there
    )
    if not ours or not (there & {"batches"} or (fresh and not there)):
        wrong = f"its tables are not those of a log: {', '.join(sorted(there))}" if there else "it has no tables"
        raise BadInput(wrong, where=str(file), allowed="a log of facts, or no file yet" if fresh else KEPT)


def batches_in(database: sqlite3.Connection, file: Path) -> Iterator[tuple[str, pa.Table]]:
    """Give all batches of a log, in their order."""
    for number, source, body in database.execute("SELECT number, source, body FROM batches ORDER BY number"):
        if not isinstance(source, str) or not isinstance(body, bytes):
            raise BadInput(f"batch {number} is no batch of facts", where=str(file), allowed=KEPT)
        yield source, facts_in(body, f"batch {number}", str(file))


def compacted_in(database: sqlite3.Connection) -> list[Compacted]:
    """Say what a log has let go of."""
    there = database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'pruned'").fetchone()[0]
    rows = database.execute("SELECT source, horizon, views FROM pruned").fetchall() if there else []
    return [Compacted(source, horizon, tuple(json.loads(views))) for source, horizon, views in rows]


@dataclass(frozen=True)
class Logged:
    """What lies in a log: the facts of each source, and what was let go of."""

    facts: dict[str, pa.Table]
    compacted: tuple[Compacted, ...]


def facts_of_log(file: Path) -> Logged:
    """Give the facts of each source that a live store has written in a log, in the order in which they came.

    The file is only read, also while the store runs.

    Raises
    ------
    BadInput
        When the file is not there, is no log, or holds batches of one source that do not go together.
    """
    if not file.is_file():
        raise BadInput("no such file", where=str(file), allowed=KEPT)
    try:
        before = _stamp(file)
        found, gone = _read_only(file, still=before[2] == 0)
        if before[2] == 0 and _stamp(file) != before:  # a store began to write meanwhile
            found, gone = _read_only(file, still=False)
    except sqlite3.Error as error:
        raise BadInput(f"cannot be read: {first_line(error)}", where=str(file), allowed=KEPT) from error
    try:
        return Logged({source: together(tables) for source, tables in found.items()}, tuple(gone))
    except pa.ArrowException as error:
        raise BadInput(f"its batches do not go together: {first_line(error)}", where=str(file),
                       allowed="batches with columns of kinds that go together") from error  # fmt: skip


def _stamp(file: Path) -> tuple[int, int, int]:
    """Say when a file was written, how large it is, and how many files of SQLite lie beside it."""
    file = file.resolve()  # SQLite puts them beside what a link leads to
    said, beside = file.stat(), (file.with_name(file.name + end) for end in ("-wal", "-journal"))
    return said.st_mtime_ns, said.st_size, sum(one.exists() for one in beside)


def _read_only(file: Path, *, still: bool) -> tuple[dict[str, list[pa.Table]], list[Compacted]]:
    """Read a log without a write; where nobody has it open and it lies `still`, nothing is made beside it either."""
    address = f"{file.resolve().as_uri()}?mode=ro{'&immutable=1' if still else ''}"
    found: dict[str, list[pa.Table]] = {}
    with closing(sqlite3.connect(address, uri=True)) as database:
        refuse_other_tables(database, file, fresh=False)
        for source, table in batches_in(database, file):
            found.setdefault(source, []).append(table)
        return found, compacted_in(database)


def together(tables: Sequence[pa.Table]) -> pa.Table:
    """Put batches of one source together, whose numbers may be whole or not, or true, and times of any zone.

    Examples
    --------
    >>> together([pa.table({"tokens": [20]}), pa.table({"tokens": [0.5]})]).column("tokens").to_pylist()
    [20.0, 0.5]
    """
    kinds: dict[str, set[pa.DataType]] = {}
    for table in tables:
        for column in table.schema:
            kinds.setdefault(column.name, set()).add(column.type)
    numbers = {name for name, some in kinds.items() if any(map(_is_number, some))}
    return pa.concat_tables([_laid(table, numbers) for table in tables], promote_options="permissive")


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _laid(table: pa.Table, numbers: Set[str]) -> pa.Table:
    """Give times in UTC, and what is true as 1 where other batches hold numbers."""
    for place, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type) and column.type.tz is not None:
            kind = pa.timestamp(column.type.unit, "UTC")
        elif pa.types.is_boolean(column.type) and column.name in numbers:
            kind = pa.int8()
        else:
            continue
        table = table.set_column(place, column.name, table.column(place).cast(kind))
    return table


def body_of(facts: pa.Table) -> pa.Buffer:
    """Write facts as one Arrow stream."""
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, facts.schema) as writer:
        writer.write_table(facts)
    return stream.getvalue()


def facts_in(body: bytes, what: str, where: str) -> pa.Table:
    """Read facts from one Arrow stream; refuse what is not whole."""
    try:
        facts = pa.ipc.open_stream(pa.py_buffer(body)).read_all()
        facts.validate()
        return facts.select(facts.column_names)  # which decodes their names
    except (pa.ArrowException, OSError, ValueError) as error:  # names that are no UTF-8, too
        raise BadInput(f"{what} is not whole: {first_line(error)}", where=where,
                       allowed="a log that nobody else wrote in") from error  # fmt: skip
