"""Where in a SQL attempt is the one change that mends it, and what is it a matter of?

Looked for when the debrief is there, so that nobody waits for it. A place is named only where one change of the
attempt gives what is due: on all databases drawn for both texts, and on those that the findings show.
"""

from __future__ import annotations

from collections.abc import Sequence

from liveloop.drill import Drill
from liveloop.exam.sql_run import Box
from liveloop.exam.sql_search import CODES, OTHERWISE, search
from liveloop.exam.sql_show import shown_database
from liveloop.exam.sql_stage import schema_of
from liveloop.finding import DatabaseEvidence, Finding, Place
from liveloop.sqldiff.zones import UTC

SECONDS = 3.0
# The class of a mistake, in words that go on from "it is a matter of".
MATTERS = {
    "boundary": "which side of an edge a value that lies on it belongs to",
    "null": "what is missing",
    "duplicate": "what is there more than once",
    "fan-out": "rows that have more than one match",
    "missing-group": "those who have nothing to count",
    "tie": "rows that tie",
    "time-zone": "where the day begins",
    "window": "which rows, or what stretch of time, are looked at",
    "denominator": "what is divided by what",
    "wrong-filter": "a condition",
}


def place(drill: Drill, text: str, findings: Sequence[Finding], box: Box, *, seed: int = 0) -> Place | None:
    """Look for the one change that mends a SQL attempt in which something broke; None where there is none such."""
    if drill.sql is None:
        return None
    schema = schema_of(drill.sql)
    shown = [finding.evidence for finding in findings if isinstance(finding.evidence, DatabaseEvidence)]
    if not shown or all(one.got is None for one in shown):  # it gives nothing anywhere: no place is to blame
        return None
    also = [shown_database(schema, one.database, one.time_zone) for one in shown]
    known = [one for one in also if one is not None and one.time_zone == UTC]
    found = search(drill, text, box, seed=seed, also=known, explain_seconds=SECONDS)
    if found is None or not found.start < found.end <= len(text):
        return None
    asked = {finding.probe for finding in findings}
    speaks = asked & {*CODES.get(found.kind, OTHERWISE)[0], *OTHERWISE[0]}
    matter = MATTERS.get(found.kind, "") if speaks else ""
    return Place(matter, found.line(text), found.start, found.end)
