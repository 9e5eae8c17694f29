"""What does the API give and take of a person's projects?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, ClassVar

from annotated_types import Ge, Le, MaxLen
from pydantic import ConfigDict

from liveloop.coach.writing.compare import SectionChange
from liveloop.coach.writing.narrative import Section
from liveloop.coach.writing.narratives import Rehearsing
from liveloop.web.shapes import CLOSED, Refusal
from liveloop.web.shapes_writing import LookedCard, WritingRow, WrittenSection

Planned = Annotated[int, Ge(0), Le(100_000)]


@dataclass(frozen=True)
class NarrativeRow:
    """A project in a list."""

    id: str
    title: str
    words: int
    filled: int
    versions: int
    rehearsals: int
    last_at: datetime


@dataclass(frozen=True)
class NarrativesPage:
    """Every project, the sections in which each is told, and the content that is broken."""

    narratives: tuple[NarrativeRow, ...]
    sections: tuple[str, ...]
    broken: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class RehearsalPushback:
    """What is pushed on in a rehearsal, with the seconds that a reply may take."""

    says: str
    section: str
    seconds: int


@dataclass(frozen=True)
class NarrativePage:
    """A project with its working draft, what is found in it as it was saved last, and its versions."""

    id: str
    title: str
    sections: dict[Section, str]
    planned: dict[Section, int]
    rehearsing: Rehearsing | None
    saved_at: datetime | None
    kept: bool
    written: tuple[WrittenSection, ...]
    criteria: tuple[LookedCard, ...]
    pushbacks: tuple[RehearsalPushback, ...]
    versions: tuple[WritingRow, ...]


@dataclass(frozen=True)
class NarrativeNew:
    """The title of a new project."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    title: Annotated[str, MaxLen(1_000)]


@dataclass(frozen=True)
class NarrativeMade:
    """The id of the new project."""

    id: str


@dataclass(frozen=True)
class NarrativeIn:
    """The working draft as it stands."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    title: Annotated[str, MaxLen(1_000)]
    sections: dict[Section, str] = field(default_factory=dict)
    planned: dict[Section, Planned] = field(default_factory=dict)
    rehearsing: Rehearsing | None = None


@dataclass(frozen=True)
class RestoreIn:
    """The version to go on from."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    writing_id: Annotated[str, MaxLen(80)]


@dataclass(frozen=True)
class ComparePage:
    """What changed from one version to another, or to the working draft."""

    before: str
    after: str
    sections: tuple[SectionChange, ...]


@dataclass(frozen=True)
class Nothing:
    """Nothing more is to be said."""
