"""What was handed in, what came of it, and how does nothing get lost? The one home of the database."""

from __future__ import annotations

from liveloop.coach.journal.kept import Document, Forecast, Outcome, Review, Writing, WritingMark
from liveloop.coach.journal.owner import Owner, own
from liveloop.coach.journal.records import Draft, Entry, JournalShut, NotThere, PersonMark, Reply
from liveloop.coach.journal.store import Journal, open_journal

__all__ = [
    "Document",
    "Draft",
    "Entry",
    "Forecast",
    "Journal",
    "JournalShut",
    "NotThere",
    "Outcome",
    "Owner",
    "PersonMark",
    "Reply",
    "Review",
    "Writing",
    "WritingMark",
    "open_journal",
    "own",
]
