"""Which research is there to read, and what does one reference say?"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter

from liveloop.base.content import read_toml
from liveloop.base.errors import BadInput
from liveloop.coach.content import content_of
from liveloop.coach.journal import NotThere
from liveloop.coach.library import Reference, has_skill, load_library, search
from liveloop.coach.loop import Skill, load_skills, load_themes
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.shapes import Refusal
from liveloop.web.shapes_library import (
    LibraryCard,
    LibraryFigure,
    LibraryLink,
    LibraryPage,
    LibrarySkill,
    ReferenceCard,
    ReferencePage,
    ReferenceTheme,
)

router = APIRouter(prefix="/api/library", tags=["library"])
log = logging.getLogger(__name__)
Shelf = tuple[tuple[Reference, ...], tuple[Refusal, ...]]


@router.get("")
def list_references(desk: AtDesk, skill: str = "", q: str = "") -> LibraryPage:
    """List the references that have the skill and every word."""
    references, broken = shelf_of(desk)
    skills = load_skills()
    found = [show_card(one, skills) for one in sorted(search(references, skill=skill, words=q), key=by_title)]
    themes = [ReferenceTheme(theme.id, theme.title) for theme in load_themes()]
    return LibraryPage(
        references=tuple(found),
        themes=tuple(theme for theme in themes if any(card.theme == theme.id for card in found)),
        skills=tuple(count_skills(references, skills)),
        broken=broken,
    )


@router.get("/{slug}")
def get_reference(slug: str, desk: AtDesk) -> ReferencePage:
    """Give one reference with its figures, cards, drills and cases."""
    references, _ = shelf_of(desk)
    reference = next((one for one in references if one.slug == slug), None)
    if reference is None:
        raise NotThere(f"there is no reference {slug[:80]!r}")
    skills = load_skills()
    drills = desk.drills()
    return ReferencePage(
        slug=reference.slug,
        title=reference.title,
        cited_as=reference.cited_as,
        authors=reference.authors,
        year=reference.year,
        venue=reference.venue,
        citation=reference.citation,
        arxiv=reference.arxiv,
        doi=reference.doi,
        skills=tuple(one for one in count_skills(references, skills) if one.id in reference.skills),
        claim=reference.claim,
        summary=reference.summary,
        takes=reference.takes,
        figures=tuple(LibraryFigure(one.says, one.number, one.source, one.seen) for one in reference.figures),
        cards=tuple(LibraryCard(one.id, one.front, one.back, one.skill) for one in reference.cards),
        drills=tuple(LibraryLink(name, drills[name].title) for name in reference.drills if name in drills),
        cases=tuple(LibraryLink(name, title_of(desk, name)) for name in reference.cases),
    )


def by_title(reference: Reference) -> str:
    """Order references as a shelf does, whatever the case of their letters."""
    return reference.title.casefold()


def show_card(reference: Reference, skills: dict[str, Skill]) -> ReferenceCard:
    """Show a reference in a list, under the theme of its first skill."""
    return ReferenceCard(
        slug=reference.slug,
        title=reference.title,
        cited_as=reference.cited_as,
        venue=reference.venue,
        claim=reference.claim,
        theme=skills[reference.skills[0]].theme,
        skills=reference.skills,
        figures=len(reference.figures),
        seen=sum(figure.seen for figure in reference.figures),
        cards=len(reference.cards),
    )


def count_skills(references: Iterable[Reference], skills: dict[str, Skill]) -> Iterator[LibrarySkill]:
    """Name each skill that some reference speaks of, in the order of the themes, with how many do."""
    known = tuple(references)
    for skill in skills.values():
        count = sum(has_skill(one, skill.id) for one in known)
        if count:
            yield LibrarySkill(skill.id, skill.title, count)


def shelf_of(desk: Desk) -> Shelf:
    """Give the references that a person has, and the files that are none; read once."""
    return read_library(content_of(desk.settings), frozenset(desk.drills()))


@lru_cache(maxsize=8)
def read_library(folders: tuple[Path, ...], drills: frozenset[str]) -> Shelf:
    """Read the library, leaving out and naming what is no reference."""
    broken: list[Refusal] = []

    def tell(refusal: BadInput) -> None:
        log.warning("%s", refusal)
        broken.append(Refusal(refusal.wrong, refusal.where, refusal.allowed))

    return load_library(*folders, drills=drills, tell=tell), tuple(broken)


def title_of(desk: Desk, case: str) -> str:
    """Find the title of a case."""
    for folder in content_of(desk.settings):
        path = folder / "cases" / case / "case.toml"
        if path.is_file():
            return str(read_toml(path).get("title", case))
    return case
