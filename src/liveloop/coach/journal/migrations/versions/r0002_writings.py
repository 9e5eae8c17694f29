"""Where do plans, writings, reviews, forecasts and outcomes go, and what of them may never be changed?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

APPEND_ONLY = ("writings", "writing_marks", "reviews", "forecasts", "outcomes")
# What INSERT OR REPLACE would take away without waking a DELETE trigger. The last three were open in the first version.
KEYS = (
    ("writings", "id"),
    ("writings", "number"),
    ("writing_marks", "number"),
    ("reviews", "number"),
    ("forecasts", "number"),
    ("outcomes", "id"),
    ("outcomes", "number"),
    ("replies", "number"),
    ("marks", "number"),
    ("debriefs", "rowid"),
)


def upgrade() -> None:
    """Make the tables, then forbid changing what was written."""
    make_documents()
    make_writings()
    make_reviews()
    make_forecasts()
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            )
    for table, key in KEYS:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_second_{key} BEFORE INSERT ON {table} "  # noqa: S608 - own names
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} are append-only: there is one with this {key}'); END"
        )


def make_documents() -> None:
    """Make what is kept in its newest form only."""
    op.create_table(
        "documents",
        sa.Column("name", sa.String, primary_key=True, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("saved_at", sa.String, nullable=False),
    )


def make_writings() -> None:
    """Make what was written in sections, and the marks on it."""
    op.create_table(
        "writings",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("sort", sa.String, nullable=False),
        sa.Column("subject_id", sa.String, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("scaffold", sa.Integer, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("writings_by_subject", "writings", ["subject_id", "number"])
    op.create_table(
        "writing_marks",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("writing_id", sa.String, sa.ForeignKey("writings.id"), nullable=False),
        sa.Column("criterion_id", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("mark", sa.Float, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("writing_marks_by_writing", "writing_marks", ["writing_id", "number"])


def make_reviews() -> None:
    """Make what was said of cards."""
    op.create_table(
        "reviews",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("card_id", sa.String, nullable=False),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("seconds", sa.Float),
        sqlite_autoincrement=True,
    )


def make_forecasts() -> None:
    """Make what was expected of rounds, and how they went."""
    op.create_table(
        "forecasts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("loop_id", sa.String, nullable=False),
        sa.Column("round_id", sa.String, nullable=False),
        sa.Column("chance", sa.Float, nullable=False),
        sa.Column("low", sa.Float, nullable=False),
        sa.Column("high", sa.Float, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outcomes",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("sort", sa.String, nullable=False),
        sa.Column("round_id", sa.String, nullable=False),
        sa.Column("mark", sa.Float),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
