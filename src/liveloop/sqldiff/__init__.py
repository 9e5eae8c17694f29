"""Do two queries differ, and what is the smallest database that shows it?

Each name is loaded when it is first asked for: the sandbox, whose jobs run beside foreign text, needs only the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liveloop.base.lazy import named

if TYPE_CHECKING:
    from liveloop.sqldiff.database import Database, Outcome, Schema
    from liveloop.sqldiff.ddl import read_schema
    from liveloop.sqldiff.here import run_here
    from liveloop.sqldiff.search import Desk, compare
    from liveloop.sqldiff.verdict import Limits, Verdict, Witness

_HOMES = {
    "database": ("Database", "Outcome", "Schema"),
    "ddl": ("read_schema",),
    "here": ("run_here",),
    "search": ("Desk", "compare"),
    "verdict": ("Limits", "Verdict", "Witness"),
}

__all__ = [
    "Database", "Desk", "Limits", "Outcome", "Schema", "Verdict", "Witness", "compare", "read_schema", "run_here",
]  # fmt: skip


def __getattr__(name: str) -> object:
    return named(__name__, name, _HOMES)
