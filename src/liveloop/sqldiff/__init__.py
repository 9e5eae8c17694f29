"""Do two queries differ, and what is the smallest database that shows it?"""

from liveloop.sqldiff.compare import Desk, compare
from liveloop.sqldiff.database import Database, Outcome, Schema
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.here import run_here
from liveloop.sqldiff.verdict import Limits, Verdict, Witness

__all__ = [
    "Database", "Desk", "Limits", "Outcome", "Schema", "Verdict", "Witness", "compare", "read_schema", "run_here",
]  # fmt: skip
