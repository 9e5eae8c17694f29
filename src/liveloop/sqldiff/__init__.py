"""Do two queries differ, and what is the smallest database that shows it?"""

from liveloop.sqldiff.compare import Limits, Run, Verdict, compare
from liveloop.sqldiff.database import Database, Outcome, Schema
from liveloop.sqldiff.here import run_here

__all__ = ["Database", "Limits", "Outcome", "Run", "Schema", "Verdict", "compare", "run_here"]
