"""How is a journal held open, read and written by many threads at once?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine

from liveloop.coach.journal import door
from liveloop.coach.journal.erase import erase


class JournalFile:
    """A journal's file while it is open."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._pen = threading.Lock()  # threads of one process queue here fairly, not in SQLite's sleeping retries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def erase(self) -> None:
        """Delete everything a person made, also from the file's free space; the journal stays open and is empty."""
        with self._pen, door.alone(self._engine, self.path) as connection:
            erase(connection, self.path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read from one moment's state."""
        with door.reading(self._engine, self.path) as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """Write all or nothing."""
        with self._pen, door.writing(self._engine, self.path) as connection:
            yield connection
