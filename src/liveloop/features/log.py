"""Where are facts kept so that a process that is killed loses none that it took?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
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


@dataclass(frozen=True)
class Compacted:
    """What a log has let go of: of which source, up to which moment (microseconds), for which views alone."""

    source: str
    horizon: int
    views: tuple[str, ...]


class Log(Closing):
    """A file of batches of facts, each written whole or not at all.

    A batch survives the death of the process once `append` has returned; with `sync`, that of the machine too. One
    store writes in it at a time: it does not see what another adds; in a `SharedLog` it does.
    """

    def __init__(self, file: Path, *, sync: bool = False) -> None:
        self.file = file
        try:
            self._database = sqlite3.connect(file, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute(f"PRAGMA synchronous = {'FULL' if sync else 'NORMAL'}")
            for table in _TABLES:
                self._database.execute(table)
        except sqlite3.Error as error:
            raise BadInput(
                f"cannot be opened: {error}", where=str(file), allowed="a log of facts, or no file yet"
            ) from error

    def append(self, source: str, facts: pa.Table) -> None:
        """Write facts down."""
        body = memoryview(body_of(facts))
        self._database.execute("INSERT INTO batches (source, body) VALUES (?, ?)", (source, body))

    def read(self) -> Iterator[tuple[str, pa.Table]]:
        """Give all that was written, in its order."""
        for number, source, body in self._database.execute("SELECT number, source, body FROM batches ORDER BY number"):
            yield source, facts_in(body, f"batch {number}", str(self.file))

    def compact(self, what: Compacted, kept: Flags) -> None:
        """Let go of the facts of a source that are not kept, row by row, all at once or, where it fails, none."""
        database, row = self._database, 0
        database.execute("BEGIN IMMEDIATE")
        try:
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
            database.execute("COMMIT")
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("VACUUM")

    def compacted(self) -> list[Compacted]:
        """Say what was let go of."""
        rows = self._database.execute("SELECT source, horizon, views FROM pruned")
        return [Compacted(source, horizon, tuple(json.loads(views))) for source, horizon, views in rows]

    def close(self) -> None:
        """Let the file go."""
        self._database.close()


def facts_of_log(file: Path) -> dict[str, pa.Table]:
    """Give the facts of each source that a live store has written in a log, in the order in which they came.

    Raises
    ------
    BadInput
        When the file is not there, is no log, or holds batches of one source that do not go together.
    """
    if not file.is_file():
        raise BadInput("no such file", where=str(file), allowed="a log that a live store keeps")
    found: dict[str, list[pa.Table]] = {}
    with Log(file) as log:
        for source, table in log.read():
            found.setdefault(source, []).append(table)
    try:
        return {source: pa.concat_tables(tables, promote_options="default") for source, tables in found.items()}
    except pa.ArrowException as error:
        raise BadInput(f"its batches do not go together: {first_line(error)}", where=str(file),
                       allowed="batches with columns of one type") from error  # fmt: skip


def body_of(facts: pa.Table) -> pa.Buffer:
    """Write facts as one Arrow stream."""
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, facts.schema) as writer:
        writer.write_table(facts)
    return stream.getvalue()


def facts_in(body: bytes, what: str, where: str) -> pa.Table:
    """Read facts from one Arrow stream; refuse what is not whole."""
    try:
        return pa.ipc.open_stream(pa.py_buffer(body)).read_all()
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{what} is not whole: {first_line(error)}", where=where,
                       allowed="a log that nobody else wrote in") from error  # fmt: skip
