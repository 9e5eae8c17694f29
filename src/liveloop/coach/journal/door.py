"""How is the journal's file opened, brought to this version, and which words fit when the machine refuses?"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from liveloop.coach.journal.records import JournalShut

NEWEST = "0002"  # the last migration; a test holds it to the folder
PATIENCE_MS = 20_000  # how long a writer waits for another one
WRITABLE = "a journal and a folder that you may read and write; set LIVELOOP_HOME"
NO_INDEX = ("readonly database", "unable to open", "disk I/O error")  # no index of the log can be made
REFUSALS = (
    ("disk is full", "the disk is full, nothing was written", "free space on the disk of {path}"),
    ("readonly", "the journal cannot be written", WRITABLE),
    ("attempt to write a read", "the journal cannot be written", WRITABLE),
    ("locked", "another process is holding the journal", "one writer at a time; try again"),
    ("unable to open", "the journal cannot be opened", WRITABLE),
    ("not a database", "the file is no journal", "a journal of liveloop; move this file away to begin a new one"),
    (
        "malformed",
        "the journal's file is damaged; it was left as it is",
        "a copy of it from before, or `sqlite3 .recover`",
    ),
    ("i/o error", "the disk refuses to read or write", "a disk in order"),
)


def open_engine(path: Path, *, read_only: bool = False) -> Engine:
    """Open the journal's file, made and migrated when needed; a journal of a newer version is not touched.

    With `read_only`, nothing is written to a journal that is at this version: it can then be read on a full disk and
    in a home that may not be written. One that has to be made or migrated first is opened as ever.

    Raises
    ------
    JournalShut
        When the folder or the file cannot be read or written, is no journal, or was written by a newer liveloop.
    """
    try:
        if read_only and read_version(path) == NEWEST:
            return make_engine(path, read_only=True)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(path.with_suffix(".lock")):
            return open_locked(path)
    except OSError as refusal:
        raise JournalShut(
            f"cannot be used: {refusal.strerror}",
            where=str(refusal.filename or path),
            allowed="a folder that you may write; set LIVELOOP_HOME",
        ) from None


def open_locked(path: Path) -> Engine:
    """Open the file while no other process is opening it."""
    version = read_version(path)
    if version not in (None, *known_versions()):
        raise JournalShut(
            f"written by a newer liveloop (its version is {version}, this one knows up to {NEWEST}); left as it is",
            where=str(path),
            allowed="a liveloop that is not older than the journal",
        )
    with refusals(path), closing(sqlite3.connect(path, timeout=PATIENCE_MS / 1000)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    engine = make_engine(path)
    with refusals(path):
        if version != NEWEST:
            migrate(engine)
        with writing(engine, path) as pen:  # a file that can be read but not written is found here, not later
            pen.exec_driver_sql(f"PRAGMA user_version = {int(NEWEST)}")
    return engine


def read_version(path: Path) -> str | None:
    """Read which migration the file is at, without writing to it; None for a file that is not there or empty."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        with closing(connect_to_read(path)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and "alembic_version" not in tables:
                raise JournalShut("the file is no journal", where=str(path), allowed="a journal of liveloop")
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
            return None if row is None else str(row[0])
    except sqlite3.Error as refusal:
        raise word(refusal, path) from None


def known_versions() -> tuple[str, ...]:
    """List the versions that this liveloop can read, oldest first."""
    return tuple(f"{number:04d}" for number in range(1, int(NEWEST) + 1))


def make_engine(path: Path, *, read_only: bool = False) -> Engine:
    """Make the engine of a file that is there: every commit reaches the disk before it is acknowledged.

    Its connections never make the file: where the journal was taken away, an empty one must not take its place.
    """

    def open_one() -> sqlite3.Connection:
        return connect_to_read(path) if read_only else connect(path, "mode=rw")

    engine = create_engine("sqlite://", creator=open_one, poolclass=QueuePool, pool_size=8, max_overflow=64)
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine.execution_options(file=identify(path))


def connect(path: Path, how: str) -> sqlite3.Connection:
    """Connect to the file, in the words of SQLite's addresses."""
    where = f"{path.absolute().as_uri()}?{how}"
    return sqlite3.connect(where, uri=True, timeout=PATIENCE_MS / 1000, check_same_thread=False)


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Connect to read only, where nothing can be written too.

    Even a reader writes: SQLite keeps an index of the write-ahead log in a file beside the journal, and refuses where
    it cannot make it, in a read-only home or on a full disk. When no log is there, nobody has the journal open and all
    of it is in the one file, which SQLite then reads as one that does not change (`immutable`, without locks). When a
    crash left a log that cannot be indexed, reading the file alone would hide the newest attempts: that is refused.

    Source: https://www.sqlite.org/wal.html, "Read-Only Databases".
    """
    connection = connect(path, "mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as refusal:
        connection.close()
        if not any(sign in str(refusal) for sign in NO_INDEX) or has_log(path):
            raise
        return connect(path, "mode=ro&immutable=1")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def has_log(path: Path) -> bool:
    """Say whether something that was written is not yet in the journal's own file."""
    logs = (path.with_name(f"{path.name}-{kind}") for kind in ("wal", "journal"))
    return any(log.exists() and log.stat().st_size > 0 for log in logs)


def prepare(connection: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a driver's connection
    """Set what SQLite keeps for each connection."""
    del entry
    connection.isolation_level = None  # the driver's own BEGIN comes too late to hold a read and a write together
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", f"busy_timeout={PATIENCE_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def begin(connection: Connection) -> None:
    """Begin a transaction; a writer takes the lock at once, so that it waits here and never fails halfway."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


@contextmanager
def reading(engine: Engine, path: Path) -> Iterator[Connection]:
    """Read from one moment's state of the journal."""
    with refusals(path), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, path: Path) -> Iterator[Connection]:
    """Write all or nothing, and never to a file that is not at its path any more.

    SQLite goes on writing to a file that was deleted or replaced, and says that all is well. So the path is looked at
    before, and again after the commit, when what was written is on the disk: only then is it acknowledged.
    """
    opened = engine.get_execution_options()["file"]
    refuse_another(opened, path)
    with refusals(path), engine.execution_options(writes=True).begin() as connection:
        yield connection
    refuse_another(opened, path)


@contextmanager
def alone(engine: Engine, path: Path) -> Iterator[sqlite3.Connection]:
    """Give the driver's own connection, inside no transaction: for what SQLite does outside of one only."""
    refuse_another(engine.get_execution_options()["file"], path)
    with refusals(path), closing(engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        yield connection


def identify(path: Path) -> tuple[int, int] | None:
    """Tell a file from every other one, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def refuse_another(opened: tuple[int, int] | None, path: Path) -> None:
    """Refuse when the file that was opened is not at its path any more."""
    found = identify(path)
    if opened is None or found != opened:
        happened = "deleted or moved away" if found is None else "replaced by another file"
        raise JournalShut(
            f"the journal was {happened} while it was open, so nothing is written to it",
            where=str(path),
            allowed="the file that was opened, put back at its place; or restart liveloop to go on with what is there",
        )


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Word what the database refuses."""
    try:
        yield
    except sqlite3.Error as refusal:
        raise word(refusal, path) from refusal
    except DatabaseError as refusal:
        if isinstance(refusal, OperationalError) or type(refusal) is DatabaseError:
            raise word(refusal, path) from refusal
        raise


def word(refusal: Exception, path: Path) -> JournalShut:
    """Find the words for a refusal of the database."""
    said = str(getattr(refusal, "orig", refusal)).lower()
    for sign, wrong, allowed in REFUSALS:
        if sign in said:
            return JournalShut(wrong, where=str(path), allowed=allowed.format(path=path))
    return JournalShut(f"the database refuses: {said}", where=str(path))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def migrate(engine: Engine) -> None:
    """Bring the journal to this version: all steps or none."""
    from liveloop.coach.journal.upgrade import upgrade  # noqa: PLC0415 - Alembic is heavy and seldom needed

    with engine.execution_options(writes=True).begin() as connection:
        upgrade(connection)
