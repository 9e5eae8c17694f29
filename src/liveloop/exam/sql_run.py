"""How is a query run on many small databases inside the sandbox?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from liveloop.exam.sandbox.limits import MIB, Limits, Reply, Stop
from liveloop.sqldiff.database import Database, Outcome
from liveloop.sqldiff.wire import Job, make_job, make_large_job, read_job, read_seconds

SCREEN = PLAIN = Limits.of_work(4.0, 640 * MIB)
_PLAIN_AFTER_STOP = 12
_MOST_ROWS_PLAIN = 5_000  # of one small database; more are none of a right result
_MOST_TURNS = 6  # a query that no batch takes runs on one database after the other, over several jobs
# What reading a reply that is not in order may raise; it is foreign data, so anything in it may be odd.
_ODD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, StopIteration, RecursionError,
        pa.ArrowException)  # fmt: skip


def _crashed(error: Exception) -> Stop:
    return Stop("crashed", f"the job's reply is not in order: {error}"[:400])


class Box(Protocol):
    """A sandbox, as far as it matters here."""

    def run(self, cell: str, payload: bytes, *, limits: Limits) -> Reply:
        """Run one cell's job."""


@dataclass
class SqlRunner:
    """Runs one text, in jobs of its own; remembers what the sandbox had to stop.

    The screen runs all databases at once. When the sandbox stops it, the text is tried plainly on a few: only a stop
    there is the text's own doing.
    """

    box: Box
    text: str
    most_rows: int = 400_000
    stops: list[Stop] = field(default_factory=list)
    _large: Outcome | None = None  # what came of the one large database that a stage has

    def screen(self, databases: Sequence[Database]) -> list[Outcome]:
        """Run many databases at once where the query allows it; hits want a plain replay."""
        if not databases:
            return []
        outcomes, stop = self._screen(databases)
        if stop is None:
            return self._finish(databases, outcomes)
        few = min(_PLAIN_AFTER_STOP, len(databases))
        return [*self.plain(databases[:few]), *([Outcome(ran=False, error=str(stop))] * (len(databases) - few))]

    def _screen(self, databases: Sequence[Database]) -> tuple[list[Outcome], Stop | None]:
        job = make_job(self.text, databases, plain=False, seconds=1.5, most_rows=self.most_rows)
        return self._do(job, len(databases), SCREEN)

    def _finish(self, databases: Sequence[Database], outcomes: list[Outcome]) -> list[Outcome]:
        """Run what the first job did not reach, while that gets anywhere."""
        for _ in range(_MOST_TURNS):
            missing = [at for at, outcome in enumerate(outcomes) if not outcome.ran]
            if not missing:
                break
            again, stop = self._screen([databases[at] for at in missing])
            if stop is not None or not any(outcome.ran for outcome in again):
                break
            for at, outcome in zip(missing, again, strict=True):
                outcomes[at] = outcome
        return outcomes

    def plain(self, databases: Sequence[Database]) -> list[Outcome]:
        """Run databases one after the other, the text as it stands."""
        if not databases:
            return []
        job = make_job(self.text, databases, plain=True, seconds=2.5, most_rows=_MOST_ROWS_PLAIN)
        outcomes, stop = self._do(job, len(databases), PLAIN)
        if stop is not None:
            self.stops.append(stop)
        return outcomes

    def once(self, tables: dict[str, pa.Table], limits: Limits) -> tuple[Outcome, float, Stop | None]:
        """Run the text once, plainly, on one large database; say how long the query alone took."""
        job = make_large_job(self.text, tables, "UTC", seconds=limits.cpu_seconds, most_rows=self.most_rows)
        reply = self.box.run("sql", job.payload, limits=limits)
        outcomes, stop = self._read(job, reply, 1)
        if stop is not None or reply.payload is None:
            return outcomes[0], reply.seconds, stop
        try:
            return outcomes[0], read_seconds(reply.payload) or 0.0, None
        except _ODD as error:
            return outcomes[0], reply.seconds, _crashed(error)

    def large(self, tables: dict[str, pa.Table], limits: Limits) -> Outcome:
        """Give what comes of the stage's large database, of which a reference needs only one run."""
        if self._large is None:
            outcome, _, stop = self.once(tables, limits)
            if stop is not None or outcome.error is not None:
                return outcome
            self._large = outcome
        return self._large

    def _do(self, job: Job, count: int, limits: Limits) -> tuple[list[Outcome], Stop | None]:
        return self._read(job, self.box.run("sql", job.payload, limits=limits), count)

    def _read(self, job: Job, reply: Reply, count: int) -> tuple[list[Outcome], Stop | None]:
        if reply.payload is None or (reply.stopped is not None and reply.stopped.limit != "refused"):
            stop = reply.stopped or Stop("crashed", "the job gave nothing back")
            return [Outcome(ran=False, error=str(stop))] * count, stop
        try:
            return read_job(job, reply.payload, count), None
        except _ODD as error:
            stop = _crashed(error)
            return [Outcome(ran=False, error=str(stop))] * count, stop
