"""What does the journal hand out, and in which words does it refuse?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from liveloop.attempt import Kind
from liveloop.base.errors import BadInput
from liveloop.debrief import Signal

State = Literal["waiting", "examining", "debriefed"]


class JournalShut(BadInput):
    """Say that the journal cannot be opened, read or written just now; what it holds is untouched."""


class NotThere(BadInput):
    """Say that the journal holds nothing of that name."""


@dataclass(frozen=True)
class Draft:
    """What was typed and not yet handed in: one for each drill, the newest wins."""

    drill_id: str
    text: str
    confidence: float | None
    saved_at: datetime


@dataclass(frozen=True)
class Reply:
    """What the candidate said to a pushback."""

    attempt_id: str
    at: datetime
    pushback: str
    text: str


@dataclass(frozen=True)
class PersonMark:
    """What a person gave for one criterion, 0 to 1; the newest of a criterion counts."""

    attempt_id: str
    criterion_id: str
    mark: float
    at: datetime


@dataclass(frozen=True)
class Entry:
    """One attempt in one line, without its text: enough for a list, a heat map, a mastery.

    `asked` and `found` are probe codes, empty until there is a debrief; `failed` says why an examination stopped.
    """

    id: str
    drill_id: str
    kind: Kind
    handed_in_at: datetime
    started_at: datetime | None
    confidence: float | None
    state: State
    signal: Signal | None = None
    asked: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    failed: str | None = None
