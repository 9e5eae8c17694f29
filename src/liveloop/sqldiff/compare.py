"""Do two queries differ on some small database, and which is the smallest found?"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from liveloop.sqldiff.agree import agree
from liveloop.sqldiff.database import NOT_RUN, Database, Outcome, Row, Schema
from liveloop.sqldiff.mine import mine
from liveloop.sqldiff.shrink import searching
from liveloop.sqldiff.twist import RowName, connected, legal, named_rows
from liveloop.sqldiff.wild import grow_wild, wilds

_ROUNDS = (60, 400, 1000, 1500)
_MOST_HITS = 4
_SHUFFLES = 3


class Run(Protocol):
    """Runs a query on databases; with `plain`, one after the other and the text as it stands."""

    def __call__(self, query: str, databases: Sequence[Database], *, plain: bool) -> Sequence[Outcome]:
        """Give one outcome for each database."""


@dataclass(frozen=True)
class Limits:
    """How long to search, and how results are compared."""

    worlds: int = 3_000
    seconds: float = 2.0
    tolerance: float = 1e-9
    ordered: bool = False


@dataclass(frozen=True)
class Verdict:
    """What was found: a witness with both results, nothing in so many worlds, or why it could not be asked."""

    kind: Literal["different", "none found", "cannot run"]
    worlds: int
    witness: Database | None = None
    expected: Outcome = NOT_RUN
    got: Outcome = NOT_RUN
    reason: str = ""


def compare(reference: str, attempt: str, schema: Schema, *, run: Run, limits: Limits, seed: int) -> Verdict:
    """Search for a small database on which two queries differ.

    Databases are grown from the schema (keys, references, domains hold) around the constants of both queries and run
    many at once; a hit counts only after a plain replay in several row orders. Finding nothing proves nothing.

    Examples
    --------
    >>> from liveloop.base.tables import Column, Table
    >>> from liveloop.sqldiff.here import run_here
    >>> t = Table("t", "t", ("id",), (Column("id", "INTEGER", "id"), Column("a", "INTEGER", "a", nullable=True)))
    >>> verdict = compare("SELECT id FROM t WHERE a <> 3 OR a IS NULL", "SELECT id FROM t WHERE a <> 3",
    ...                   Schema((t,)), run=run_here, limits=Limits(), seed=1)
    >>> verdict.kind, verdict.witness.size, verdict.witness.rows["t"][0][1] is None
    ('different', 1, True)
    """
    until = time.perf_counter() + limits.seconds
    given = wilds(schema, mine(reference, attempt))
    search = _Search(reference, attempt, run, limits)
    probe = grow_wild(given, seed=seed)
    reason = search.cannot_run(probe)
    if reason:
        return Verdict("cannot run", 0, reason=reason)
    done = 0
    for number in range(1_000):
        count = min(_ROUNDS[min(number, len(_ROUNDS) - 1)], limits.worlds - done)
        if count <= 0 or (number and time.perf_counter() > until):
            break
        databases = [grow_wild(given, seed=seed * 1_000_003 + done + i) for i in range(count)]
        done += count
        hits = [d for d, differs in zip(databases, search.differ(databases), strict=True) if differs]
        for hit in sorted(hits, key=lambda database: database.size)[:_MOST_HITS]:
            verdict = search.confirm(search.shrink(hit), done) or search.confirm(hit, done)
            if verdict is not None:
                return verdict
    return Verdict("none found", done)


@dataclass
class _Search:
    reference: str
    attempt: str
    run: Run
    limits: Limits

    def cannot_run(self, database: Database) -> str:
        empty = Database(database.schema, {table.name: () for table in database.schema.tables})
        for name, text in (("reference", self.reference), ("attempt", self.attempt)):
            outcomes = self.run(text, [empty, database], plain=True)
            if all(outcome.error is not None for outcome in outcomes):
                return f"the {name} does not run: {str(outcomes[0].error).splitlines()[0]}"
        return ""

    def differ(self, databases: Sequence[Database], *, plain: bool = False) -> list[bool]:
        expected = self.run(self.reference, databases, plain=plain)
        got = self.run(self.attempt, databases, plain=plain)
        return [self._differs(one, other) for one, other in zip(expected, got, strict=True)]

    def _differs(self, expected: Outcome, got: Outcome) -> bool:
        if expected.error is not None or not got.ran or expected.cut or got.cut:
            return False
        return not agree(expected, got, tolerance=self.limits.tolerance, ordered=self.limits.ordered)

    def shrink(self, database: Database) -> Database:
        """Drop rows while both still differ."""
        names = [name for name, _ in named_rows(database)]
        search = searching(names, groups=connected(database), fits=lambda part: legal(restricted(database, part)))
        parts = next(search, None)
        while parts is not None:
            made = [restricted(database, part) for part in parts]
            try:
                parts = search.send(self.differ(made))
            except StopIteration as end:
                return restricted(database, end.value)
        return database

    def confirm(self, database: Database, worlds: int) -> Verdict | None:
        """Replay plainly, in several orders of rows; neither query may depend on the order."""
        orders = [database, *(_shuffled(database, number) for number in range(_SHUFFLES))]
        expected = self.run(self.reference, orders, plain=True)
        got = self.run(self.attempt, orders, plain=True)
        if not all(self._differs(one, other) for one, other in zip(expected, got, strict=True)):
            return None
        steady = all(agree(expected[0], other, tolerance=self.limits.tolerance) for other in expected[1:])
        return Verdict("different", worlds, database, expected[0], got[0]) if steady else None


def restricted(database: Database, part: frozenset[RowName]) -> Database:
    """Keep only some rows of a database."""
    kept: dict[str, list[Row]] = {table.name: [] for table in database.schema.tables}
    for name, row in named_rows(database):
        if name in part:
            kept[name[0]].append(row)
    return database.replacing(**kept)


def _shuffled(database: Database, number: int) -> Database:
    chance = random.Random(number)  # noqa: S311 - not for secrets
    return database.replacing(**{name: chance.sample(rows, len(rows)) for name, rows in database.rows.items()})
