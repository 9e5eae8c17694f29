"""How does the journal leave as text that anyone can read, and how does it come back?

One JSON object a line: the first says which version wrote it, each other one is a row as it stands in the journal,
and says in `row` of which sort it is. Reading an export back adds what is missing and changes nothing that is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from liveloop.base.errors import BadInput
from liveloop.coach.journal.door import NEWEST, known_versions
from liveloop.coach.journal.store import Journal
from liveloop.coach.journal.tables import Instant, attempts, debriefs, drafts, marks, replies

SORTS: dict[str, Table] = {
    "attempt": attempts,
    "debrief": debriefs,
    "reply": replies,
    "mark": marks,
    "draft": drafts,
}
JSON_COLUMNS = ("body", "asked", "found")


def export(journal: Journal) -> Iterator[str]:
    """Give the journal line by line, attempts before what hangs on them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from liveloop.coach.journal import open_journal
    >>> with TemporaryDirectory() as folder, open_journal(Path(folder) / "journal.db") as journal:
    ...     list(export(journal))
    ['{"row": "journal", "version": "0001"}']
    """
    yield json.dumps({"row": "journal", "version": NEWEST})
    with journal.reading() as connection:
        for sort, table in SORTS.items():
            query = select(*columns(table)).order_by(*(("number",) if "number" in table.c else ()))
            for row in connection.execution_options(yield_per=100).execute(query).mappings():
                yield json.dumps({"row": sort, **{name: outward(name, value) for name, value in row.items()}})


def take_in(journal: Journal, lines: Iterable[str]) -> int:
    """Add what an export holds and the journal does not, all or nothing; say how many rows were added.

    Raises
    ------
    BadInput
        For a line that is no row of an export, and for an attempt or debrief that differs from the one that is there.
    """
    with journal.writing() as connection:
        return sum(take_line(connection, number, line) for number, line in enumerate(lines, 1) if line.strip())


def take_line(connection: Connection, number: int, line: str) -> int:
    """Add one line's row when it is missing."""
    where = f"line {number}"
    try:
        row = json.loads(line)
        sort = row.pop("row")
        if sort == "journal":
            return check_version(row, where)
        table = SORTS[sort]
        values = {column.name: inward(column.type, row.pop(column.name)) for column in columns(table)}
    except (ValueError, KeyError, TypeError, AttributeError) as refusal:
        raise BadInput(f"not a row of an export ({refusal})", where=where, allowed="lines of an export") from None
    if row:
        raise BadInput(f"unknown field {next(iter(row))!r}", where=where, allowed="the fields of an export")
    try:
        return add(connection, table, values, where)
    except IntegrityError as refusal:
        raise BadInput(f"refused: {refusal.orig}", where=where, allowed="rows whose attempt comes first") from None
    except (SQLAlchemyError, ValueError) as refusal:
        raise BadInput(f"cannot be kept: {refusal}", where=where, allowed="the values of an export") from None


def add(connection: Connection, table: Table, values: Mapping[str, Any], where: str) -> int:
    """Insert a row unless an equal one is there; a draft replaces an older one."""
    if table is drafts:
        newer = insert(drafts).values(values)
        is_newer = newer.excluded.saved_at > drafts.c.saved_at
        return connection.execute(newer.on_conflict_do_update(["drill_id"], set_=dict(values), where=is_newer)).rowcount
    key = {"attempts": ("id",), "debriefs": ("attempt_id",)}.get(table.name, tuple(values))
    same = select(*columns(table)).where(*(table.c[name].is_not_distinct_from(values[name]) for name in key))
    there = connection.execute(same).mappings().first()
    if there is None:
        return connection.execute(table.insert().values(values)).rowcount
    if any(outward(name, there[name]) != outward(name, value) for name, value in values.items()):
        raise BadInput(f"the journal holds another one of {table.name} under {values[key[0]]!r}", where=where)
    return 0


def columns(table: Table) -> list[Any]:
    """List a table's columns but its running number, which is the journal's own."""
    return [column for column in table.c if column.name != "number"]


def outward(name: str, value: object) -> object:
    """Write a value as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return json.loads(str(value)) if name in JSON_COLUMNS else value


def inward(type_: object, value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """Read a value as its column holds it."""
    if isinstance(type_, Instant) and value is not None:
        return datetime.fromisoformat(value)
    return json.dumps(value) if isinstance(value, list | dict) else value


def check_version(row: Mapping[str, Any], where: str) -> int:
    """Refuse an export of a newer version."""
    if row.get("version") not in known_versions():
        raise BadInput(f"written by version {row.get('version')}", where=where, allowed=", ".join(known_versions()))
    return 0
