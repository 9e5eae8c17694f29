"""What does the body of a writing hold besides the sections that a person wrote?

A body is an object of texts, so that any reader of an archive can read it. Four kinds of names have a meaning: what was
asked of the interviewer and told, what a pushback was met with, the clock of a rehearsal, and, in a writing that only
meets pushbacks, the writing that they were about.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from liveloop.attempt import refuse_draft
from liveloop.base.errors import BadInput
from liveloop.coach.journal import Writing
from liveloop.coach.journal.kept import WritingSort

ASKED, PUSHBACK, CLOCK, ABOUT = "Asked: ", "Pushback: ", "Clock", "About"
PAGE = "Page"  # the one section of an empty page
EXECUTED = "Executed design"  # what a design did in the world: kept with the text, but not the person's words
SPENT = re.compile(r"(?P<name>.+): (?P<used>\d+) s of (?P<planned>\d+) s")


@dataclass(frozen=True)
class Exchange:
    """Something said on one side and what the other said to it."""

    says: str
    reply: str


@dataclass(frozen=True)
class Lap:
    """How many seconds one part of a rehearsal took, of how many planned."""

    name: str
    used: int
    planned: int


@dataclass(frozen=True)
class Body:
    """A body, taken apart: sections in their order, what was asked and told, pushbacks and what they were met with.

    `about` is the id of the writing whose pushbacks these are, empty in a writing of its own.
    """

    sections: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[Exchange, ...] = ()
    replies: tuple[Exchange, ...] = ()
    laps: tuple[Lap, ...] = ()
    about: str = ""

    @property
    def own_words(self) -> dict[str, str]:
        """Give all that the person wrote to be looked through: what they asked, then the sections."""
        asked = "\n".join(one.says for one in self.asked)
        own = {name: text for name, text in self.sections.items() if name != EXECUTED}
        return ({ASKED: asked} if asked else {}) | own

    @property
    def text(self) -> str:
        """Write what they wrote as one text with headings.

        Examples
        --------
        >>> print(Body({"Context": "Queues grew.", "Issue": "No alarm."}).text)
        ## Context
        <BLANKLINE>
        Queues grew.
        <BLANKLINE>
        ## Issue
        <BLANKLINE>
        No alarm.
        """
        heads = {ASKED: "What I asked"}
        parts = [
            text if name == PAGE else f"## {heads.get(name, name)}\n\n{text}" for name, text in self.own_words.items()
        ]
        return "\n\n".join(parts)


def take_apart(writing: Writing) -> Body:
    """Take the body of a writing apart.

    Examples
    --------
    >>> from datetime import UTC
    >>> body = join(Body({"Page": "Less harm."}, asked=(Exchange("What is it for?", "To warn."),)))
    >>> writing = Writing("wri_1", "case", "cas_1", "Warnings", body, None, 0, datetime(2026, 1, 7, tzinfo=UTC))
    >>> take_apart(writing).asked
    (Exchange(says='What is it for?', reply='To warn.'),)
    """
    whole = writing.sections()
    about = whole.pop(ABOUT, "")
    laps = tuple(read_laps(whole.pop(CLOCK, "")))
    asked = tuple(Exchange(name.removeprefix(ASKED), text) for name, text in whole.items() if name.startswith(ASKED))
    replies = tuple(
        Exchange(name.removeprefix(PUSHBACK), text) for name, text in whole.items() if name.startswith(PUSHBACK)
    )
    own = {name: text for name, text in whole.items() if not name.startswith((ASKED, PUSHBACK))}
    return Body(own, asked, replies, laps, about)


def join(body: Body) -> str:
    """Write a body as the journal keeps it: valid JSON without spaces, the sections in their order."""
    whole = ({ABOUT: body.about} if body.about else {}) | dict(body.sections)
    whole |= {f"{ASKED}{one.says}": one.reply for one in body.asked}
    whole |= {f"{PUSHBACK}{one.says}": one.reply for one in body.replies}
    if body.laps:
        whole[CLOCK] = "\n".join(f"{lap.name}: {lap.used} s of {lap.planned} s" for lap in body.laps)
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read_laps(text: str) -> Iterable[Lap]:
    """Read the clock of a rehearsal; a line of another form is left out."""
    for line in text.splitlines():
        lap = SPENT.fullmatch(line)
        if lap is not None:
            yield Lap(lap["name"], int(lap["used"]), int(lap["planned"]))


@dataclass(frozen=True)
class Subject:
    """What a text is about: a case, a prompt, a narrative."""

    sort: WritingSort
    id: str
    title: str


def write(subject: Subject, body: Body, *, at: datetime, seconds: float | None = None, aids: int = 0) -> Writing:
    """Make a writing of what was written.

    Raises
    ------
    BadInput
        When every section is empty, or one of them is no text or too long.
    """
    for name, text in body.sections.items():
        refuse_draft(text, where=name)
    if not any(text.strip() for text in (*body.sections.values(), *(one.reply for one in body.replies))):
        raise BadInput("nothing is written yet", where="sections", allowed="some text in one of the sections")
    fresh = f"wri_{secrets.token_hex(8)}"
    return Writing(fresh, subject.sort, subject.id, subject.title, join(body), seconds, aids, at)


def is_reply(writing: Writing) -> bool:
    """Say whether a writing only meets the pushbacks of another one."""
    return bool(take_apart(writing).about)


def versions(writings: Sequence[Writing]) -> list[Writing]:
    """Leave out what only meets pushbacks: the rest are versions, in the order given."""
    return [writing for writing in writings if not is_reply(writing)]
