"""What does the API give of the library? References in a list, and one reference with all that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass

from liveloop.web.shapes import Refusal


@dataclass(frozen=True)
class ReferenceCard:
    """A reference in a list; `seen` of its `figures` were seen in the source."""

    slug: str
    title: str
    cited_as: str
    venue: str
    claim: str
    theme: str
    skills: tuple[str, ...]
    figures: int
    seen: int
    cards: int


@dataclass(frozen=True)
class ReferenceTheme:
    """A theme under which references stand."""

    id: str
    title: str


@dataclass(frozen=True)
class LibrarySkill:
    """A skill to filter by, and how many references speak of it."""

    id: str
    title: str
    references: int


@dataclass(frozen=True)
class LibraryPage:
    """References that fit the filters, the themes in their order, every skill to filter by, files that are none."""

    references: tuple[ReferenceCard, ...]
    themes: tuple[ReferenceTheme, ...]
    skills: tuple[LibrarySkill, ...]
    broken: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class LibraryFigure:
    """One number with its place in the source; not `seen` is shown as not verified."""

    says: str
    number: str
    source: str
    seen: bool


@dataclass(frozen=True)
class LibraryCard:
    """One card to recall."""

    id: str
    front: str
    back: str
    skill: str


@dataclass(frozen=True)
class LibraryLink:
    """A drill or a case that goes with a reference."""

    slug: str
    title: str


@dataclass(frozen=True)
class ReferencePage:
    """One reference; `arxiv` and `doi` are ids."""

    slug: str
    title: str
    cited_as: str
    authors: tuple[str, ...]
    year: int
    venue: str
    citation: str
    arxiv: str
    doi: str
    skills: tuple[LibrarySkill, ...]
    claim: str
    summary: str
    takes: tuple[str, ...]
    figures: tuple[LibraryFigure, ...]
    cards: tuple[LibraryCard, ...]
    drills: tuple[LibraryLink, ...]
    cases: tuple[LibraryLink, ...]
