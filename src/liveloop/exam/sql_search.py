"""Is there a database on which an attempt is wrong, though it survived every probe?

A probe asks what somebody thought of. The search draws databases around the constants of both texts instead, and only
proposes: what it found must be legal in the world, and break when each text runs in a job of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from liveloop.drill import Drill, SqlForm
from liveloop.exam.sandbox.limits import MIB, Limits, Reply
from liveloop.exam.sql_run import Box
from liveloop.exam.sql_stage import schema_of
from liveloop.probe import Contrast
from liveloop.sqldiff.carry import Found, read_found, write_schema
from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.twist import legal
from liveloop.sqldiff.zones import UTC
from liveloop.worlds import schema as world_schema

SECONDS, EXPLAIN_SECONDS = 0.5, 1.5
SPARE_SECONDS = 2.0  # to start, to replay and make smaller what was found
MEMORY_BYTES = 900 * MIB
# By the class of a mistake: the probes that it belongs to, the first of which a drill asks, and what the data show.
CODES: dict[str, tuple[tuple[str, ...], str]] = {
    "boundary": (("boundary",), "a value lies on the edge of what is asked for"),
    "null": (("null",), "a value is missing"),
    "duplicate": (("fan-out",), "the same is there more than once"),
    "fan-out": (("fan-out",), "a row has more than one match"),
    "missing-group": (("empty-group",), "there is nothing to count for something that must be listed"),
    "tie": (("tie", "nondeterminism"), "two rows tie"),
    "time-zone": (("time-zone",), "a day begins at another moment somewhere else"),
    "window": (("boundary",), "a row lies at the end of the time or of the rows looked at"),
}
OTHERWISE = (("disagrees",), "the data are ordinary")


def facts_of(schema: Schema) -> Schema:
    """Add what always holds in the world, so that no database is proposed that it could not have.

    Examples
    --------
    >>> facts_of(Schema((world_schema.table("accounts"),), narratives=True)).domains[0]
    ('accounts', 'plan', ('free', 'team', 'enterprise'))
    """
    names = {table.name for table in schema.tables}
    domains = tuple(
        (table, column, values)
        for name, values in world_schema.VALUES.items()
        for table, column in [name.split(".")]
        if table in names
    )
    checks = tuple((name, one) for name, some in world_schema.CONDITIONS.items() for one in some if name in names)
    return replace(schema, domains=domains, checks=checks)


def search(drill: Drill, text: str, box: Box, *, seed: int) -> Found | None:
    """Search in the sandbox; None when nothing was found there, or nothing that the world could hold."""
    if drill.sql is None:
        return None
    reply = ask("search", drill, drill.sql, text, box, seed=seed, explain_seconds=EXPLAIN_SECONDS)
    found = read_found(schema_of(drill.sql), reply.payload) if reply.payload and reply.stopped is None else None
    return found if found is not None and legal(found.database) else None


def ask(  # noqa: PLR0913 - what a job is made of
    cell: str, drill: Drill, form: SqlForm, text: str, box: Box, *, seed: int, explain_seconds: float
) -> Reply:
    """Have a cell of the sandbox compare an attempt with the reference, in the drill's world and by its rules."""
    payload = {
        "reference": drill.reference,
        "attempt": text,
        "schema": write_schema(facts_of(schema_of(form))),
        "limits": {
            "seconds": SECONDS,
            "explain_seconds": explain_seconds,
            "branch_seconds": 0.0,  # nobody reads them here
            "tolerance": form.tolerance,
            "ordered": form.ordered,
            "any_zone": "time-zone" in drill.probes,
        },
        "seed": seed,
    }
    seconds = SECONDS + explain_seconds + SPARE_SECONDS
    limits = Limits.of_work(seconds, MEMORY_BYTES)
    return box.run(cell, json.dumps(payload).encode(), limits=limits)


def proposed(found: Found, asked: Sequence[str]) -> tuple[str, list[Contrast]]:
    """Give the probe that a database speaks for, of those a drill asks, and the contrasts to try."""
    if found.database.time_zone != UTC:
        at_home = replace(found.database, time_zone=UTC)
        says = f"the session is in {found.database.time_zone}"
        return "time-zone", [Contrast(found.database, (at_home,), says)]
    codes, says = CODES.get(found.kind, OTHERWISE)
    code = next((code for code in codes if code in asked), None)
    if code is None:
        code, says = OTHERWISE[0][0], OTHERWISE[1]
    turned = found.database.replacing(**{name: rows[::-1] for name, rows in found.database.rows.items()})
    either = (found.database,) if found.steady else (found.database, turned)
    return code, [Contrast(database, (), says, rows_in_order=True) for database in either]
