"""Which tables does the journal have? The migrations make them; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Instant(TypeDecorator[datetime]):
    """Keep a zone-aware time as ISO 8601 text in UTC with microseconds, so that text order is time order."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Refuse a time without a zone: it would be another moment on another machine."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value.isoformat()}")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Read the text back."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData()

attempts = Table(
    "attempts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("drill_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("confidence", Float),
    Column("started_at", Instant),
    Column("handed_in_at", Instant, nullable=False),
    Index("attempts_by_drill", "drill_id", "number"),
    sqlite_autoincrement=True,
)

debriefs = Table(
    "debriefs",
    metadata,
    Column("attempt_id", String, ForeignKey("attempts.id"), primary_key=True, nullable=False),
    Column("examined_at", Instant, nullable=False),
    Column("signal", String, nullable=False),
    Column("asked", Text, nullable=False),
    Column("found", Text, nullable=False),
    Column("body", Text, nullable=False),
)

# An examination in progress; the row goes when the debrief comes.
examinations = Table(
    "examinations",
    metadata,
    Column("attempt_id", String, ForeignKey("attempts.id"), primary_key=True, nullable=False),
    Column("owner", String, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("failed", Text),
)

drafts = Table(
    "drafts",
    metadata,
    Column("drill_id", String, primary_key=True, nullable=False),
    Column("text", Text, nullable=False),
    Column("confidence", Float),
    Column("saved_at", Instant, nullable=False),
)

replies = Table(
    "replies",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("attempt_id", String, ForeignKey("attempts.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("pushback", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("replies_by_attempt", "attempt_id", "number"),
    sqlite_autoincrement=True,
)

marks = Table(
    "marks",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("attempt_id", String, ForeignKey("attempts.id"), nullable=False),
    Column("criterion_id", String, nullable=False),
    Column("mark", Float, nullable=False),
    Column("at", Instant, nullable=False),
    Index("marks_by_attempt", "attempt_id", "number"),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    metadata,
    Column("name", String, primary_key=True, nullable=False),
    Column("body", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

writings = Table(
    "writings",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("sort", String, nullable=False),
    Column("subject_id", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("seconds", Float),
    Column("scaffold", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index("writings_by_subject", "subject_id", "number"),
    sqlite_autoincrement=True,
)

writing_marks = Table(
    "writing_marks",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("writing_id", String, ForeignKey("writings.id"), nullable=False),
    Column("criterion_id", String, nullable=False),
    Column("by", String, nullable=False),
    Column("who", Text, nullable=False),
    Column("mark", Float, nullable=False),
    Column("quote", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("writing_marks_by_writing", "writing_id", "number"),
    sqlite_autoincrement=True,
)

reviews = Table(
    "reviews",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("card_id", String, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("seconds", Float),
    sqlite_autoincrement=True,
)

forecasts = Table(
    "forecasts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("loop_id", String, nullable=False),
    Column("round_id", String, nullable=False),
    Column("chance", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("sort", String, nullable=False),
    Column("round_id", String, nullable=False),
    Column("mark", Float),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)


def columns(table: Table) -> list[Column[Any]]:
    """List a table's columns but its running number, which is the journal's own."""
    return [column for column in table.c if column.name != "number"]
