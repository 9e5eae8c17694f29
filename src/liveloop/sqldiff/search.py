"""Do two queries differ on some small database, and which is the smallest that shows it?"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache

from liveloop.base.budget import Budget
from liveloop.base.closing import Closing
from liveloop.base.errors import BadInput
from liveloop.sqldiff.bank import Banks
from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.dialect import turn
from liveloop.sqldiff.hunt import Hunt
from liveloop.sqldiff.signs import Evidence
from liveloop.sqldiff.verdict import Limits, Verdict, Witness
from liveloop.sqldiff.zones import Connections

Progress = Callable[[int, float], None]  # worlds tried, seconds gone


def compare(
    reference: str,
    attempt: str,
    schema: Schema | str,
    *,
    dialect: str = "duckdb",
    limits: Limits | None = None,
    seed: int = 0,
) -> Verdict:
    """Search for a small database on which two queries differ.

    Databases are drawn from the schema (keys, references and conditions hold) around the constants of both queries,
    and thousands run at once. A hit counts only when both queries, run plainly, differ in every order of its rows,
    however ties fall, with the optimizer on and off. Finding nothing proves nothing.

    Parameters
    ----------
    schema
        CREATE TABLE text in the dialect of the queries, or one that was read before.
    dialect
        `duckdb`, `mysql` or `postgres`; queries run in DuckDB, turned into its dialect.

    Raises
    ------
    BadInput
        When the schema or the dialect is not understood. A query that cannot run is a verdict.

    Examples
    --------
    >>> verdict = compare("SELECT id FROM t WHERE a <> 3 OR a IS NULL", "SELECT id FROM t WHERE a <> 3",
    ...                   "CREATE TABLE t (id INT PRIMARY KEY, a INT)")
    >>> verdict.kind, verdict.witness.database.rows["t"], verdict.witness.smallest
    ('differs', ((1, None),), True)
    """
    with Desk() as desk:
        return desk.compare(reference, attempt, schema, dialect=dialect, limits=limits, seed=seed)


class Desk(Closing):
    """Connections that serve many comparisons, one after the other.

    Parameters
    ----------
    progress
        Called after each round with how many databases were tried, and the seconds gone.
    told
        Called with all that is known of a difference, before its class is named.
    """

    def __init__(self, progress: Progress | None = None, told: Callable[[Evidence], None] | None = None) -> None:
        self.progress, self.told = progress, told
        self.connections = Connections()
        self.banks = Banks()

    def close(self) -> None:
        """Close the connections."""
        self.connections.close()

    def compare(
        self,
        reference: str,
        attempt: str,
        schema: Schema | str,
        *,
        dialect: str = "duckdb",
        limits: Limits | None = None,
        seed: int = 0,
    ) -> Verdict:
        """Compare two queries as `compare` does."""
        began, limits = time.perf_counter(), limits or Limits()
        budget = Budget(limits.seconds)
        known = _schema(schema, dialect) if isinstance(schema, str) else schema
        try:
            texts = turn(reference, dialect, "reference"), turn(attempt, dialect, "attempt")
        except BadInput as error:
            return Verdict("cannot run", 0, time.perf_counter() - began, reason=str(error))
        self.connections.clear()
        hunt = Hunt(
            self.connections, texts, known, limits, seed, began, budget, own=dialect == "duckdb", told=self.told,
            progress=self.progress, banks=self.banks,
        )  # fmt: skip
        return hunt.run()


@lru_cache(maxsize=64)
def _schema(text: str, dialect: str) -> Schema:
    return read_schema(text, dialect=dialect)


__all__ = ["Desk", "Limits", "Verdict", "Witness", "compare"]
