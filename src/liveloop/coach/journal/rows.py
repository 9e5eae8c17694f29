"""How does a row of the journal stand in an export, and what of a foreign one is refused?

Columns that hold JSON stand in an export as the JSON itself, where writing it again gives the very text that is kept;
otherwise as that text. So what comes back is the same byte for byte, and most of it can be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Select, Table, select

from liveloop.attempt import Attempt
from liveloop.base.errors import BadInput
from liveloop.coach.journal.claims import NOBODY
from liveloop.coach.journal.kept import (
    Document,
    Forecast,
    Outcome,
    Review,
    Writing,
    WritingMark,
    read_json,
    refuse_outside,
)
from liveloop.coach.journal.records import Draft, PersonMark, Reply
from liveloop.coach.journal.store import DEBRIEF
from liveloop.coach.journal.tables import (
    Instant,
    attempts,
    columns,
    debriefs,
    documents,
    drafts,
    examinations,
    forecasts,
    marks,
    outcomes,
    replies,
    reviews,
    writing_marks,
    writings,
)

LISTS = ("asked", "found")
JSON_COLUMNS = ("body", *LISTS)
SHARES = ("mark", "confidence", "chance", "low", "high")  # columns that hold a number from 0 to 1
PROCESS_COLUMNS = ("owner", "lease_until")  # whose examination it is means nothing elsewhere


@dataclass(frozen=True)
class DebriefRow:
    """A debrief as its table holds it: what lists need, beside the whole."""

    attempt_id: str
    examined_at: datetime
    signal: str
    asked: str
    found: str
    body: str

    def __post_init__(self) -> None:
        debrief = DEBRIEF.validate_json(self.body)
        if (debrief.attempt_id, debrief.signal) != (self.attempt_id, self.signal):
            raise BadInput("is the debrief of another attempt or signal", where="body", allowed="the row's own")
        for name in LISTS:
            codes = read_json(getattr(self, name))
            if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
                raise BadInput("is no list of probes", where=name, allowed='JSON such as ["boundary"]')


@dataclass(frozen=True)
class Stop:
    """Why the examination of an attempt stopped, and how often it was tried."""

    attempt_id: str
    tries: int
    failed: str


SORTS: Mapping[str, tuple[Table, type]] = {
    "attempt": (attempts, Attempt),
    "debrief": (debriefs, DebriefRow),
    "stop": (examinations, Stop),
    "reply": (replies, Reply),
    "mark": (marks, PersonMark),
    "draft": (drafts, Draft),
    "document": (documents, Document),
    "writing": (writings, Writing),
    "writing_mark": (writing_marks, WritingMark),
    "review": (reviews, Review),
    "forecast": (forecasts, Forecast),
    "outcome": (outcomes, Outcome),
}
READERS: Mapping[str, TypeAdapter[Any]] = {sort: TypeAdapter(record) for sort, (_, record) in SORTS.items()}


def rows_of(sort: str) -> Select[Any]:
    """Select the rows of a sort in the order in which they were written, or by key where they are written over."""
    table, _ = SORTS[sort]
    query = select(*exported(table)).order_by(table.c.number if "number" in table.c else next(iter(table.primary_key)))
    return query.where(table.c.owner == NOBODY) if table is examinations else query


def exported(table: Table) -> list[Any]:
    """List the columns of a table that leave."""
    return [column for column in columns(table) if column.name not in PROCESS_COLUMNS]


def write_row(sort: str, row: Mapping[str, Any]) -> str:
    r"""Write a row as a line.

    Examples
    --------
    >>> at = datetime(2026, 1, 7, tzinfo=UTC)
    >>> write_row("document", {"name": "goal", "body": '{"week":6}', "saved_at": at})
    '{"row": "document", "name": "goal", "body": {"week": 6}, "saved_at": "2026-01-07T00:00:00+00:00"}'
    >>> write_row("document", {"name": "goal", "body": '{ "week" : 6 }', "saved_at": at})
    '{"row": "document", "name": "goal", "body": "{ \\"week\\" : 6 }", "saved_at": "2026-01-07T00:00:00+00:00"}'
    """
    return json.dumps({"row": sort, **{name: outward(name, value) for name, value in row.items()}})


def outward(name: str, value: object) -> object:
    """Write a value as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if name not in JSON_COLUMNS:
        return value
    try:
        read = json.loads(str(value))
        return read if isinstance(read, dict | list) and rebuild(name, read) == value else value
    except (ValueError, RecursionError):
        return value


def rebuild(name: str, value: object) -> str:
    """Write the JSON of a column as the journal writes it."""
    if name in LISTS:
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read_row(sort: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Read a row's columns, refusing what is missing, unknown, of another type, or could not be so.

    Raises
    ------
    BadInput
        With the words; the caller says in which line.
    """
    table, _ = SORTS[sort]
    names = [column.name for column in exported(table)]
    for name in fields:
        if name not in names:
            raise BadInput(f"unknown field {name!r}", allowed=", ".join(names))
    for name in JSON_COLUMNS:
        if isinstance(fields.get(name), dict | list):
            fields[name] = rebuild(name, fields[name])
    try:
        record = READERS[sort].validate_json(json.dumps(fields), strict=True)
        values = {column.name: inward(column.type, getattr(record, column.name)) for column in exported(table)}
    except ValidationError as refusal:
        first = refusal.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"not a row of an export ({first['msg'].lower()})", where=where, allowed="a row's own") from None
    for name in SHARES:
        refuse_outside(values.get(name), name, 0, 1)
    return values


def inward(type_: object, value: Any) -> Any:  # noqa: ANN401 - a column's value
    """Give a value as its column gives it back."""
    if isinstance(type_, Instant) and value is not None:
        if value.tzinfo is None:
            raise BadInput(f"a time without a zone: {value.isoformat()}", allowed="such as 2026-01-07T12:00:00+00:00")
        return value.astimezone(UTC)
    return value


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two rows say the same, however their JSON is spaced."""
    return meaning(one) == meaning(other)


def meaning(row: Mapping[str, Any]) -> dict[str, object]:
    """Read what a row says."""
    return {name: json.loads(value) if name in JSON_COLUMNS else value for name, value in row.items()}
