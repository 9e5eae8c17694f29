"""What does the API give and take of cases, prompts and what is written about them?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le, MaxLen
from pydantic import ConfigDict, Strict

from liveloop.coach.journal.kept import MarkedBy, WritingSort
from liveloop.coach.writing.body import Exchange, Lap
from liveloop.coach.writing.case import CaseSort
from liveloop.coach.writing.examined import Piece
from liveloop.coach.writing.frame import Frame
from liveloop.coach.writing.model import People, Proposal, Told
from liveloop.web.shapes import CLOSED, Refusal, Share

CaseState = Literal["new", "drafted", "written"]
Seconds = Annotated[float, Ge(0), Le(604_800)]
Aids = Annotated[int, Strict(), Ge(0), Le(2)]


@dataclass(frozen=True)
class WritingRow:
    """One version in a list; `found` of `of` criteria have their evidence in it. A rehearsal has laps."""

    id: str
    title: str
    at: datetime
    seconds: float | None
    aids: int
    words: int
    found: int
    of: int
    marked: bool
    rehearsed: bool


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    slug: str
    title: str
    sort: CaseSort
    skills: tuple[str, ...]
    week: int
    minutes: int
    difficulty: int
    frame: str
    state: CaseState
    writings: int
    last: WritingRow | None


@dataclass(frozen=True)
class PromptRow:
    """A behavioural prompt in a list."""

    slug: str
    title: str
    skills: tuple[str, ...]
    minutes: int
    state: CaseState
    writings: int
    last: WritingRow | None


@dataclass(frozen=True)
class CasesPage:
    """Every case and prompt, and the content that is neither."""

    cases: tuple[CaseRow, ...]
    prompts: tuple[PromptRow, ...]
    broken: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class BegunCard:
    """What was begun and not handed in."""

    sections: dict[str, str]
    asked: tuple[Exchange, ...]
    aids: int
    seconds: float
    saved_at: datetime


@dataclass(frozen=True)
class CasePage:
    """A case to write; `aids` is how much help stands beside a new page."""

    card: CaseRow
    prompt: str
    frame: Frame
    aids: int
    draft: BegunCard | None
    writings: tuple[WritingRow, ...]


@dataclass(frozen=True)
class PromptPage:
    """A behavioural prompt to write on."""

    card: PromptRow
    asks: str
    draft: BegunCard | None
    writings: tuple[WritingRow, ...]


@dataclass(frozen=True)
class AskIn:
    """What is asked of the interviewer, and how many aids stand beside the page."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    asked: Annotated[str, MaxLen(5_000)]
    aids: Aids = 2


@dataclass(frozen=True)
class BegunIn:
    """What is written so far."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    sections: Annotated[dict[str, str], MaxLen(40)]
    aids: Aids = 0
    seconds: Seconds = 0.0


@dataclass(frozen=True)
class WrittenOut:
    """The writing is in the journal under this id."""

    writing_id: str


@dataclass(frozen=True)
class WrittenSection:
    """A section in pieces; a piece with criteria is the evidence of them."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class GivenMark:
    """A mark that somebody gave; `who` names a peer or a model, and is empty for oneself."""

    by: MarkedBy
    who: str
    mark: float
    at: datetime


@dataclass(frozen=True)
class LookedCard:
    """What was looked for: found or not, in which section, and what was given for it so far."""

    id: str
    text: str
    good: str
    weight: float
    section: str
    searched: bool
    found: bool
    marks: tuple[GivenMark, ...]


@dataclass(frozen=True)
class PushedReply:
    """What was said to a pushback, and when."""

    text: str
    at: datetime


@dataclass(frozen=True)
class PushedCard:
    """What is pushed on; what good sounds like is there once there is a reply."""

    when: str
    says: str
    good: str | None
    replies: tuple[PushedReply, ...]


@dataclass(frozen=True)
class ModelCard:
    """What it would take to have a model mark a text, what it said last, and how far it agrees.

    `proposal` is None when no model is set up; of agreement with people who marked nothing nothing is said.
    """

    proposal: Proposal | None
    told: Told | None
    agreements: dict[People, str]


@dataclass(frozen=True)
class WritingPage:
    """A writing with all that came of it. `back` is the case's or prompt's slug or the narrative's id."""

    id: str
    sort: WritingSort
    back: str
    title: str
    at: datetime
    seconds: float | None
    minutes: int | None
    aids: int
    sections: tuple[WrittenSection, ...]
    asked: tuple[Exchange, ...]
    laps: tuple[Lap, ...]
    criteria: tuple[LookedCard, ...]
    pushed: tuple[PushedCard, ...]
    peers: tuple[str, ...]
    score: float | None
    after: str | None
    model: ModelCard | None = None


@dataclass(frozen=True)
class WritingMarksIn:
    """What a person gives for some criteria."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    marks: Annotated[dict[str, Share], MaxLen(100)]
    by: Literal["self", "peer"] = "self"
    who: Annotated[str, MaxLen(200)] = ""


@dataclass(frozen=True)
class PushedIn:
    """What is said to a pushback."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    says: Annotated[str, MaxLen(20_000)]
    text: Annotated[str, MaxLen(20_000)]


@dataclass(frozen=True)
class ModelIn:
    """A person's word that a model may be asked, at the cost that they were shown."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    agreed: Annotated[str, MaxLen(2_000)] = field(default="")
