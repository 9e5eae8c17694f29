"""How are a person's projects kept while they are written, and how do versions and rehearsals come of them?

The working draft is a document; a version is a writing, and stays. A rehearsal is a writing, too: the text that was
rehearsed, its clock, and what was noted on each pushback.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import TypeAdapter

from liveloop.attempt import refuse_draft
from liveloop.base.errors import BadInput
from liveloop.coach.journal import Document, Journal, NotThere, Writing
from liveloop.coach.writing.body import Body, Exchange, Lap, Subject, is_reply, take_apart, write
from liveloop.coach.writing.draft import refuse_sections
from liveloop.coach.writing.narrative import SECTIONS, NarrativePushback, Section
from liveloop.coach.writing.push import LEAST_REHEARSED

PREFIX = "narrative/"
ID_FORM = re.compile(r"nar_[0-9a-f]{10}")
LONGEST_TITLE = 120
PLANNED: Mapping[Section, int] = {
    "Context": 40,
    "Issue": 40,
    "Root cause": 45,
    "Calculation": 45,
    "Long-term impact": 35,
    "Stakeholders": 35,
}  # four minutes
SHORTEST_PLAN, LONGEST_PLAN = 10, 600
PUSHBACK_SECONDS = 60
MOST_LAP = 24 * 3600


@dataclass(frozen=True)
class Rehearsing:
    """A rehearsal under way: which part is told, the seconds of each part so far, notes on pushbacks, whole seconds."""

    part: str
    used: dict[str, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Working:
    """The working draft of a project: title, sections, how many seconds each is to take, a rehearsal if one is on."""

    title: str
    sections: dict[Section, str] = field(default_factory=dict)
    planned: dict[Section, int] = field(default_factory=dict)
    rehearsing: Rehearsing | None = None
    saved_at: datetime | None = None

    def whole(self) -> Working:
        """Give it with all six sections and their seconds, in order."""
        sections = {name: self.sections.get(name, "") for name in SECTIONS}
        return replace(
            self, sections=sections, planned={name: self.planned.get(name, PLANNED[name]) for name in SECTIONS}
        )


WORKING = TypeAdapter(Working)


def begin(journal: Journal, title: str, *, at: datetime) -> str:
    """Begin a project, and give its id."""
    fresh = f"nar_{secrets.token_hex(5)}"
    save(journal, fresh, Working(title), at=at)
    return fresh


def list_ids(journal: Journal) -> list[str]:
    """List the projects: those with a working draft, and those of which versions are left."""
    drafted = [document.name.removeprefix(PREFIX) for document in journal.documents(PREFIX)]
    return list(dict.fromkeys((*drafted, *(writing.subject_id for writing in journal.writings("narrative")))))


def read_working(journal: Journal, narrative_id: str) -> Working:
    """Read the working draft; where there is none, the newest version is where one goes on. NotThere without either."""
    document = journal.document(PREFIX + narrative_id) if ID_FORM.fullmatch(narrative_id) else None
    if document is not None:
        return replace(WORKING.validate_json(document.body), saved_at=document.saved_at).whole()
    for writing in versions_of(journal, narrative_id):
        return from_version(writing).whole()
    raise NotThere(f"there is no narrative {narrative_id[:80]!r}", allowed="an id that the list gives")


def versions_of(journal: Journal, narrative_id: str) -> list[Writing]:
    """List the versions of a project, rehearsals among them, newest first."""
    return [one for one in journal.writings("narrative", narrative_id) if not is_reply(one)]


def from_version(writing: Writing) -> Working:
    """Take a version up as a working draft."""
    sections = take_apart(writing).sections
    return Working(writing.title, {name: sections.get(name, "") for name in SECTIONS})


def save(journal: Journal, narrative_id: str, working: Working, *, at: datetime) -> Working:
    """Keep the working draft.

    Raises
    ------
    BadInput
        For a title that is none or too long, a section that there is not, seconds out of bounds.
    """
    working = replace(working, title=refuse_title(working.title), saved_at=None)
    refuse_sections(working.sections, SECTIONS)  # type: ignore[arg-type]  # the names are texts
    for name, seconds in working.planned.items():
        if not SHORTEST_PLAN <= seconds <= LONGEST_PLAN:
            allowed = f"{SHORTEST_PLAN} to {LONGEST_PLAN} seconds"
            raise BadInput(f"{seconds} seconds are planned for {name}", where="planned", allowed=allowed)
    if working.rehearsing is not None:
        refuse_rehearsing(working.rehearsing)
    journal.write_document(Document(PREFIX + narrative_id, WORKING.dump_json(working, exclude_none=True).decode(), at))
    return replace(working, saved_at=at).whole()


def refuse_title(title: str) -> str:
    """Give a title on one line, or refuse it."""
    title = " ".join(refuse_draft(title, where="title").split())
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise BadInput(f"the title has {len(title)} characters", where="title", allowed=f"1 to {LONGEST_TITLE}")
    return title


def refuse_rehearsing(rehearsing: Rehearsing) -> None:
    """Refuse a rehearsal that cannot be so."""
    for name, used in rehearsing.used.items():
        if not 0 <= used <= MOST_LAP:
            raise BadInput(f"{name[:80]} took {used} s", where="used", allowed=f"0 to {MOST_LAP} seconds")
    for says, note in rehearsing.notes.items():
        refuse_draft(note, where=says[:80])


def keep(journal: Journal, narrative_id: str, *, at: datetime) -> Writing:
    """Keep the working draft as a version.

    Raises
    ------
    BadInput
        When nothing is written, or nothing changed since the last version.
    """
    working = read_working(journal, narrative_id)
    if is_kept(journal, narrative_id, working):
        raise BadInput("nothing has changed since the last version", where="version", allowed="a change first")
    writing = write(Subject("narrative", narrative_id, working.title), Body(filled(working)), at=at)
    journal.write_writing(writing)
    return writing


def is_kept(journal: Journal, narrative_id: str, working: Working) -> bool:
    """Say whether the newest version is what the working draft says."""
    last = next(iter(versions_of(journal, narrative_id)), None)
    return last is not None and (last.title, take_apart(last).sections) == (working.title, filled(working))


def filled(working: Working) -> dict[str, str]:
    """Give the sections in which something is written."""
    return {name: text for name, text in working.whole().sections.items() if text.strip()}


def restore(journal: Journal, narrative_id: str, writing_id: str, *, at: datetime) -> Working:
    """Go on from an earlier version; what the working draft said is kept as a version first, when it is not yet."""
    writing = journal.writing(writing_id)
    if writing.subject_id != narrative_id or is_reply(writing):
        raise NotThere(f"{writing_id[:80]!r} is no version of this narrative", allowed="an id that the page lists")
    working = read_working(journal, narrative_id)
    if filled(working) and not is_kept(journal, narrative_id, working):
        keep(journal, narrative_id, at=at)
    return save(journal, narrative_id, replace(from_version(writing), planned=working.planned), at=at)


def remove(journal: Journal, narrative_id: str) -> None:
    """Take a working draft away; refused once there is a version, which stays."""
    read_working(journal, narrative_id)
    if versions_of(journal, narrative_id):
        raise BadInput("it has versions, and what was kept stays", where="narrative", allowed="one without versions")
    journal.remove_document(PREFIX + narrative_id)


def rehearse(journal: Journal, narrative_id: str, pushbacks: Sequence[NarrativePushback], *, at: datetime) -> Writing:
    """Keep the rehearsal under way as a writing: the text, the clock of each part, the notes; then it is over.

    Raises
    ------
    BadInput
        When none is under way, or fewer than three pushbacks were met where there are as many.
    """
    working = read_working(journal, narrative_id)
    rehearsing = working.rehearsing
    if rehearsing is None:
        raise BadInput("no rehearsal is under way", where="rehearsal", allowed="one that was begun")
    met = [one for one in pushbacks if one.says in rehearsing.notes]
    least = min(LEAST_REHEARSED, len(pushbacks))
    if len(met) < least:
        raise BadInput(f"{len(met)} pushbacks were met", where="rehearsal", allowed=f"at least {least}")
    replies = tuple(Exchange(one.says, rehearsing.notes[one.says]) for one in met)
    told = [Lap(name, rehearsing.used.get(name, 0), working.planned[name]) for name in SECTIONS]
    pushed = [
        Lap(f"Pushback {place}", rehearsing.used.get(one.says, 0), PUSHBACK_SECONDS) for place, one in enumerate(met, 1)
    ]
    laps = (*told, *pushed)
    body = Body(filled(working), replies=replies, laps=laps)
    seconds = float(sum(lap.used for lap in laps))
    writing = write(Subject("narrative", narrative_id, working.title), body, at=at, seconds=seconds)
    journal.write_writing(writing)
    save(journal, narrative_id, replace(working, rehearsing=None), at=at)
    return writing
