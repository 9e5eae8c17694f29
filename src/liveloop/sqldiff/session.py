"""How do queries meet many worlds in one connection of DuckDB, each within its time?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlglot import exp

from liveloop.base.budget import Budget
from liveloop.base.closing import Closing
from liveloop.base.errors import BadInput
from liveloop.sqldiff.arrays import Worlds
from liveloop.sqldiff.database import Database, Outcome, Schema, pack
from liveloop.sqldiff.engine import Order, Piece, connect, load, refuse, run, unload
from liveloop.sqldiff.lateral import lateral
from liveloop.sqldiff.wire import read_pieces

MOST_ROWS = 400_000
_LOOK_SECONDS, _AWAKE_SECONDS = 0.02, 0.5


class Session(Closing):
    """A connection that reaches nothing outside, with some worlds loaded.

    Examples
    --------
    >>> from liveloop.sqldiff.ddl import read_schema
    >>> from liveloop.sqldiff.mint import open_mint
    >>> worlds = open_mint(read_schema("CREATE TABLE t (a INT)"), []).draw(50, seed=1)
    >>> with Session() as session:
    ...     session.load(worlds)
    ...     sum(len(piece.worlds) for piece in session.screen("SELECT count(*) FROM t", seconds=1.0))
    50
    """

    def __init__(self, time_zone: str = "UTC", *, optimised: bool = True, memory: str = "512MB") -> None:
        self.connection = connect(time_zone, memory, optimised=optimised)
        self._watch = Watch(self.connection.interrupt)
        self.schema: Schema | None = None
        self.count = 0
        self._tables: dict[str, pa.Table] = {}
        self._laid_out = False  # whether the only world is what a plain run reads
        self._known: set[str] = set()
        self._types: set[str] = set()

    def close(self) -> None:
        """Close the connection."""
        self._watch.close()
        self.connection.close()

    def refuses(self, text: str) -> str | None:
        """Say why a text is not one SELECT; None when it is."""
        return refuse(self.connection, text)

    def clear(self) -> None:
        """Drop all tables and types, so that no query reads those of another schema."""
        unload(self.connection, self._known)
        for name in self._types:
            self.connection.execute(f'DROP TYPE IF EXISTS "{name}"')
        self._known.clear()
        self._types.clear()
        self.schema, self.count, self._tables = None, 0, {}

    def load(self, worlds: Worlds) -> None:
        """Put worlds in the place of those before."""
        self._store(worlds.schema, worlds.arrow(), worlds.count)

    def put(self, databases: Sequence[Database]) -> None:
        """Put databases of one schema in the place of the worlds before."""
        self._store(databases[0].schema, pack(databases), len(databases))

    def _store(self, schema: Schema, tables: dict[str, pa.Table], count: int) -> None:
        self.schema, self.count, self._tables, self._laid_out = schema, count, tables, False
        for name, values in schema.enums:
            if name not in self._types:
                self._types.add(name)
                listed = ", ".join(exp.convert(value).sql(dialect="duckdb") for value in values)
                self.connection.execute(f'CREATE TYPE "{name}" AS ENUM ({listed})')
        self._known.update(tables)
        load(self.connection, tables, count, schema.enumerated, as_they_lie=True)

    def screen(self, text: str, *, seconds: float) -> list[Piece]:
        """Run a query on all worlds together where that can be, else on one after the other while time lasts.

        Whether it uses reserved names is asked where it comes in: here come also texts that were made of it.
        """
        return [] if self.schema is None else self._run(text, lateral(text, self.schema, own=True), seconds)

    def plain(self, text: str, *, seconds: float) -> list[Piece]:
        """Run a query on one world after the other, the text as it stands."""
        return self._run(text, None, seconds)

    def outcomes(self, text: str, *, seconds: float) -> list[Outcome]:
        """Run a query plainly and give what came of it on each world."""
        return read_pieces(self.plain(text, seconds=seconds), self.count)

    def asked(self, condition: str, *, seconds: float) -> set[int]:
        """Give the worlds in which a condition on the whole database does not hold, or could not be asked in time."""
        false = f"SELECT 1 AS broken WHERE NOT COALESCE(({condition}), TRUE)"
        broken = set(range(self.count))
        for piece in self.screen(false, seconds=seconds):
            if piece.error is not None and piece.error.upper().startswith(("BINDER", "CATALOG", "PARSER")):
                raise _cannot_run(piece.error)
            if piece.table is not None:
                broken.difference_update(set(piece.worlds) - set(piece.table.column(0).to_pylist()))
        return broken

    def holding(self, name: str, rows: pa.Table, conditions: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Say which rows of a table break none of some conditions, of which each asks one row alone."""
        # A condition that fails on a row refuses it, as in SQL; one that gives NULL lets it pass.
        each = (f"COALESCE(TRY(CAST(({one}) AS BOOLEAN) IS NOT FALSE), FALSE)" for one in conditions)
        every = " AND ".join(each)
        self.connection.register("liveloop_in", rows)
        try:
            asked = f'SELECT {every} AS held FROM liveloop_in AS "{name}"'  # noqa: S608 - conditions of the schema
            return np.asarray(self.connection.sql(asked).to_arrow_table().column(0).to_numpy(), bool)
        except duckdb.Error as error:
            raise _cannot_run(str(error)) from error
        finally:
            self.connection.unregister("liveloop_in")

    def _run(self, text: str, batched: str | None, seconds: float) -> list[Piece]:
        if self.schema is None or seconds <= 0:
            return []
        order = Order(text, batched, self.count, MOST_ROWS, seconds, ready=self._laid_out)
        with self._watch.within(seconds):
            pieces = run(self.connection, order, self._tables)
        self._laid_out |= self.count == 1 and batched is None and bool(pieces)
        return pieces


def _cannot_run(error: str) -> BadInput:
    first = error.strip().splitlines()[0].rstrip(". ")
    allowed = "conditions on what the schema declares"
    return BadInput(f"a condition cannot run: {first}", where="schema", allowed=allowed)


class Watch:
    """Interrupts what runs on a connection, again and again once its time is over, until it is called off.

    Its thread looks every few milliseconds while statements run one after the other, so that none has to wake it, and
    sleeps when none has run for a while.
    """

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self._interrupt = interrupt
        self._changed = threading.Condition()
        self._budget: Budget | None = None
        self._last = 0.0  # when a statement began
        self._asleep = False
        self._over = False
        self._thread = threading.Thread(target=self._go, daemon=True)
        self._thread.start()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Interrupt what runs inside after so many seconds."""
        with self._changed:
            self._budget, self._last = Budget(seconds), time.monotonic()
            if self._asleep:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._budget = None

    def close(self) -> None:
        """Let the thread end."""
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join()

    def _go(self) -> None:
        with self._changed:
            while not self._over:
                if self._budget is not None and self._budget.over:
                    self._interrupt()
                self._asleep = self._budget is None and time.monotonic() - self._last > _AWAKE_SECONDS
                self._changed.wait(None if self._asleep else _LOOK_SECONDS)
                self._asleep = False
