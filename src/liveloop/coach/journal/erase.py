"""How does everything a person made go, so that nothing of it is left in the file?

The rows go in one transaction with the triggers that refuse it, which are made again before it ends. SQLite leaves the
text of a deleted row in its file until something is written over it: so the file is written anew (VACUUM), and the log
beside it is emptied. Source: https://www.sqlite.org/lang_vacuum.html, https://www.sqlite.org/pragma.html#pragma_secure_delete.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from liveloop.coach.journal.records import JournalShut
from liveloop.coach.journal.tables import metadata


def erase(connection: sqlite3.Connection, path: Path) -> None:
    """Delete every row over the driver's own connection, which is inside no transaction, and clear the file.

    Raises
    ------
    JournalShut
        When another program reads the journal all the while, or the disk refuses: the rows are gone then, but their
        text may still be in the file.
    """
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("BEGIN IMMEDIATE")
    try:
        delete_rows(connection)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    try:
        connection.execute("VACUUM")
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as refusal:
        raise not_cleared(f"the file cannot be written anew ({refusal})", path) from refusal
    if busy:
        raise not_cleared("another program is reading the journal", path)


def not_cleared(why: str, path: Path) -> JournalShut:
    """Word that the rows are gone and their text is not."""
    return JournalShut(
        f"everything was deleted, but {why}, so the file may still hold the text",
        where=str(path),
        allowed="the same again once nothing else has the journal open and the disk has room",
    )


def delete_rows(connection: sqlite3.Connection) -> None:
    """Delete every row and the running numbers, with the triggers away."""
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    for table in reversed(metadata.sorted_tables):  # what hangs on a row goes before it
        connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - our own names
    connection.execute("DELETE FROM sqlite_sequence")
    for _, sql in triggers:
        connection.execute(sql)
