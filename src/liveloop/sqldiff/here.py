"""How is a trusted query run on small databases in this very process?

For one's own queries and for tests; foreign text belongs in a sandbox.
"""

from __future__ import annotations

from collections.abc import Sequence

from liveloop.sqldiff.database import Database, Outcome
from liveloop.sqldiff.wire import do_job, make_job, read_job


def run_here(query: str, databases: Sequence[Database], *, plain: bool) -> list[Outcome]:
    """Run a query on databases in this process, in a DuckDB that reaches nothing outside."""
    if not databases:
        return []
    job = make_job(query, databases, plain=plain, seconds=5.0, most_rows=200_000)
    return read_job(job, do_job(job.payload), len(databases))
