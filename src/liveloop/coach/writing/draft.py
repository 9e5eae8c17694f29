"""How is a case or a prompt kept while it is being written, and how does it become a writing?"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import TypeAdapter

from liveloop.attempt import refuse_draft
from liveloop.base.errors import BadInput
from liveloop.coach.journal import Document, Journal, Writing
from liveloop.coach.writing.body import PAGE, Body, Exchange, Subject, write
from liveloop.coach.writing.case import Case
from liveloop.coach.writing.prompt import Prompt
from liveloop.coach.writing.reveal import Revealed, reveal
from liveloop.coach.writing.scaffold import EMPTY_PAGE, WHOLE_FRAME

MOST_ASKED = 40
MOST_SECONDS = 7 * 24 * 3600.0
_door = threading.Lock()  # a page that is saved must not overwrite what is being asked at that moment


@dataclass(frozen=True)
class Begun:
    """What is written of a case or a prompt and not handed in: sections, what was asked, aids, seconds in view."""

    sections: dict[str, str] = field(default_factory=dict)
    asked: tuple[Exchange, ...] = ()
    aids: int = WHOLE_FRAME
    seconds: float = 0.0
    saved_at: datetime | None = None

    @property
    def empty(self) -> bool:
        """Say whether there is nothing in it that could be missed."""
        return not self.asked and not any(text.strip() for text in self.sections.values())


BEGUN = TypeAdapter(Begun)


def subject_of(thing: Case | Prompt) -> Subject:
    """Name a case or a prompt as what a text is about."""
    return Subject("case" if isinstance(thing, Case) else "prompt", thing.id, thing.title)


def name_of(subject: Subject) -> str:
    """Name the document in which a page is kept while it is written."""
    return f"{subject.sort}/{subject.id}"


def read_begun(journal: Journal, subject: Subject) -> Begun | None:
    """Read what was begun, None when nothing was."""
    document = journal.document(name_of(subject))
    return None if document is None else replace(BEGUN.validate_json(document.body), saved_at=document.saved_at)


def save_begun(journal: Journal, subject: Subject, begun: Begun, *, known: Collection[str], at: datetime) -> Begun:
    """Keep what is written so far; what was asked stays as it was, whatever `begun` says of it.

    Parameters
    ----------
    known
        The names that a section may have.
    """
    refuse_sections(begun.sections, known)
    if not EMPTY_PAGE <= begun.aids <= WHOLE_FRAME:
        raise BadInput(f"aids is {begun.aids}", where="aids", allowed=f"{EMPTY_PAGE} to {WHOLE_FRAME}")
    if not 0 <= begun.seconds <= MOST_SECONDS:
        raise BadInput(f"seconds is {begun.seconds:g}", where="seconds", allowed=f"0 to {MOST_SECONDS:g}")
    with _door:
        before = read_begun(journal, subject) or Begun()
        return put(journal, subject, replace(begun, asked=before.asked), at)


def ask(journal: Journal, case: Case, asked: str, *, aids: int, at: datetime) -> Revealed:
    """Ask the interviewer something, and keep what they said with the page.

    Parameters
    ----------
    aids
        How many aids stand beside the page, when nothing was written yet.
    """
    told = reveal(case, asked)
    subject = subject_of(case)
    with _door:
        begun = read_begun(journal, subject) or Begun(aids=aids)
        if len(begun.asked) >= MOST_ASKED:
            raise BadInput(f"{MOST_ASKED} things were asked", where="asked", allowed="a start with what is known")
        rest = tuple(one for one in begun.asked if one.says != told.asked)
        put(journal, subject, replace(begun, asked=(*rest, Exchange(told.asked, told.says))), at)
    return told


def put(journal: Journal, subject: Subject, begun: Begun, at: datetime) -> Begun:
    """Write the document."""
    body = BEGUN.dump_json(replace(begun, saved_at=None), exclude_none=True).decode()
    journal.write_document(Document(name_of(subject), body, at))
    return replace(begun, saved_at=at)


def hand_in(journal: Journal, thing: Case | Prompt, begun: Begun, *, known: Collection[str], at: datetime) -> Writing:
    """Keep what was written as a writing, with what was asked; the page is free for the next one."""
    subject = subject_of(thing)
    begun = save_begun(journal, subject, begun, known=known, at=at)
    body = Body({name: text for name, text in begun.sections.items() if text.strip()}, begun.asked)
    aids = begun.aids if isinstance(thing, Case) else EMPTY_PAGE
    writing = write(subject, body, at=at, seconds=begun.seconds, aids=aids)
    journal.write_writing(writing)
    journal.remove_document(name_of(subject))
    return writing


def refuse_sections(sections: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse a section that the page does not have, and a text that cannot be kept."""
    for name, text in sections.items():
        if name not in known:
            allowed = ", ".join(known) or PAGE
            raise BadInput(f"there is no section {name[:80]!r}", where="sections", allowed=allowed)
        refuse_draft(text, where=name)
