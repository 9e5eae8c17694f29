"""What does the first journal hold, and what may never be changed in it?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = ("attempts", "debriefs", "replies", "marks")


def upgrade() -> None:
    """Make the tables, then forbid changing what was written."""
    make_attempts()
    make_examinations()
    make_sayings()
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            )
    # INSERT OR REPLACE deletes without waking a DELETE trigger: refuse the second row of a key by its own trigger.
    for table, key in (("attempts", "id"), ("attempts", "number"), ("debriefs", "attempt_id")):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_second_{key} BEFORE INSERT ON {table} "  # noqa: S608 - own names
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} are append-only: there is one with this {key}'); END"
        )


def make_attempts() -> None:
    """Make what is handed in and what came of it."""
    op.create_table(
        "attempts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("drill_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("confidence", sa.Float),
        sa.Column("started_at", sa.String),
        sa.Column("handed_in_at", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("attempts_by_drill", "attempts", ["drill_id", "number"])
    op.create_table(
        "debriefs",
        sa.Column("attempt_id", sa.String, sa.ForeignKey("attempts.id"), primary_key=True, nullable=False),
        sa.Column("examined_at", sa.String, nullable=False),
        sa.Column("signal", sa.String, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("found", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )


def make_examinations() -> None:
    """Make the rows of examinations in progress."""
    op.create_table(
        "examinations",
        sa.Column("attempt_id", sa.String, sa.ForeignKey("attempts.id"), primary_key=True, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("lease_until", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("failed", sa.Text),
    )


def make_sayings() -> None:
    """Make drafts, replies and marks."""
    op.create_table(
        "drafts",
        sa.Column("drill_id", sa.String, primary_key=True, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("confidence", sa.Float),
        sa.Column("saved_at", sa.String, nullable=False),
    )
    op.create_table(
        "replies",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("attempt_id", sa.String, sa.ForeignKey("attempts.id"), nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("pushback", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("replies_by_attempt", "replies", ["attempt_id", "number"])
    op.create_table(
        "marks",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("attempt_id", sa.String, sa.ForeignKey("attempts.id"), nullable=False),
        sa.Column("criterion_id", sa.String, nullable=False),
        sa.Column("mark", sa.Float, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("marks_by_attempt", "marks", ["attempt_id", "number"])
