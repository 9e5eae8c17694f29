"""What was handed in, what came of it, and how does nothing get lost? The one home of the database."""

from __future__ import annotations

from liveloop.coach.journal.owner import Owner, own
from liveloop.coach.journal.records import Draft, Entry, JournalShut, NotThere, PersonMark, Reply
from liveloop.coach.journal.store import Journal, open_journal

__all__ = [
    "Draft",
    "Entry",
    "Journal",
    "JournalShut",
    "NotThere",
    "Owner",
    "PersonMark",
    "Reply",
    "open_journal",
    "own",
]
