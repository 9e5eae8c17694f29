"""Where in a SQL attempt is the one change with which nothing breaks any more, and what is it a matter of?

Looked for when the debrief is there, so that nobody waits for it. Changes are proposed in the sandbox; each is then
examined as an attempt of its own, and a place is named only where one survives.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from liveloop.attempt import Attempt, refuse_text
from liveloop.base.clock import Clock
from liveloop.base.errors import BadInput
from liveloop.drill import Drill
from liveloop.exam.examine import HARMLESS, examine
from liveloop.exam.sandbox.limits import Stop
from liveloop.exam.sql_run import Box
from liveloop.exam.sql_search import CODES, OTHERWISE, ask
from liveloop.finding import Finding, Place

SECONDS = 3.0
MOST_EXAMINED = 4
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


@dataclass(frozen=True)
class Change:
    """A proposed change: its class, the part of the attempt, the text with the change."""

    kind: str
    start: int
    end: int
    text: str


def place(
    drill: Drill, attempt: Attempt, findings: Sequence[Finding], box: Box, *, clock: Clock, seed: int = 0
) -> Place | None:
    """Look for the one change of an attempt with which nothing breaks any more; None where none was found.

    Raises
    ------
    BadInput
        When it is no SQL attempt, or the sandbox stopped the search.
    """
    if drill.sql is None:
        raise BadInput(f"{drill.slug} is a {drill.kind} drill", where="place", allowed="a SQL drill")
    codes = {finding.probe for finding in findings}
    if not codes - set(HARMLESS):
        return None
    reply = ask("mend", drill, drill.sql, attempt.text, box, seed=seed, explain_seconds=SECONDS)
    if reply.stopped is not None:
        raise _unfinished(reply.stopped)
    for change in read_changes(reply.payload or b"", len(attempt.text))[:MOST_EXAMINED]:
        changed = examine(drill, replace(attempt, text=change.text), sandbox=box, seed=seed, clock=clock)
        if not changed.unknown and all(finding.probe in HARMLESS for finding in changed.findings):
            line = attempt.text.count("\n", 0, change.start) + 1
            return Place(_matter(change.kind, codes), line, change.start, change.end)
    return None


def _unfinished(stop: Stop) -> BadInput:
    return BadInput(f"the search was stopped ({stop})", where="place", allowed="another try")


def read_changes(payload: bytes, length: int) -> list[Change]:
    """Read what the child proposes for an attempt of so many characters: foreign data, of which what is none is left.

    Examples
    --------
    >>> read_changes(b'[["null", 3, 9, "SELECT 1"], ["null", 3, 99, "SELECT 1"], 7]', 20)
    [Change(kind='null', start=3, end=9, text='SELECT 1')]
    """
    try:
        sent = json.loads(payload)
    except (ValueError, RecursionError):
        return []
    return [Change(*one) for one in sent if _is_change(one, length)] if isinstance(sent, list) else []


def _is_change(one: object, length: int) -> bool:
    if not isinstance(one, list) or [type(part) for part in one] != [str, int, int, str]:
        return False
    _, start, end, text = one
    try:
        refuse_text(text)
    except (BadInput, UnicodeError):
        return False
    return bool(0 <= start < end <= length)


def _matter(kind: str, codes: set[str]) -> str:
    """Say what a change is a matter of, where a finding speaks of it; what only ordinary data show has no probe."""
    asked = CODES.get(kind, OTHERWISE)[0]
    return MATTERS.get(kind, "") if codes & set(asked) else ""
