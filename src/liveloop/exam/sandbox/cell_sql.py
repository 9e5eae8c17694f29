"""What does a foreign query give on the databases that came with it?

The payload is a frame of `liveloop.sqldiff.wire`; the reply is one too. A payload that is no frame is a query on an
empty database, and its rows go out as text: so a hostile text can be tried as it stands.
"""

from __future__ import annotations

from liveloop.sqldiff.engine import connect
from liveloop.sqldiff.wire import MAGIC, do_job


def warm() -> None:
    """Open a database once before any job forks, so that no job pays for what is loaded at first use."""
    main(b"SELECT TIMESTAMPTZ '2026-01-05 00:00:00+00' + INTERVAL 1 DAY, date_trunc('day', now())")


def main(payload: bytes) -> bytes:
    """Run the query in locked databases and write what came of it."""
    if payload[:4] == MAGIC:
        return do_job(payload)
    with connect() as connection:
        return repr(connection.execute(payload.decode()).fetchall()).encode()
