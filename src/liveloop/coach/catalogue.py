"""What is there to practise with, and how does a record find what it is about?"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from liveloop.base.errors import BadInput
from liveloop.coach.baseline import Item as BankItem
from liveloop.coach.baseline import load_items
from liveloop.coach.content import shipped_content
from liveloop.coach.library import Card, Reference, load_library
from liveloop.coach.loop import Loop, Skill, Theme, load_loops, load_skills, load_themes
from liveloop.coach.planner.choose import Item, Shelf
from liveloop.coach.writing import Case, WritingShelf, read_shelf
from liveloop.drill import Drill
from liveloop.plan import Activity

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Catalogue:
    """All content that is no drill, read once."""

    skills: Mapping[str, Skill]
    themes: tuple[Theme, ...]
    loops: Mapping[str, Loop]
    items: Mapping[str, BankItem]
    references: tuple[Reference, ...]
    writing: WritingShelf

    @property
    def cards(self) -> dict[str, Card]:
        """Give every card of the library by id."""
        return {card.id: card for reference in self.references for card in reference.cards}

    def shelf(self, loop: Loop, drills: Mapping[str, Drill]) -> Shelf:
        """Give everything that a block may open."""
        return Shelf(loop, self.themes, self.skills, tuple(self.openable(drills)))

    def openable(self, drills: Mapping[str, Drill]) -> Iterator[Item]:
        """List everything that a block may open."""
        for drill in drills.values():
            yield Item(coding_of(drill), drill.slug, drill.title, drill.skills, drill.difficulty, drill.minutes)
        for reference in self.references:
            yield Item("reading", reference.slug, reference.title, reference.skills)
        for case in self.writing.cases.values():
            yield Item(activity_of(case), case.slug, case.title, case.skills, case.difficulty, case.minutes)
        for prompt in self.writing.prompts.values():
            yield Item("prompt", prompt.slug, prompt.title, prompt.skills, minutes=prompt.minutes)

    def subjects(self) -> dict[str, tuple[Activity, str]]:
        """Say, by the id of what a text is about, which activity and slug the plan knows it under."""
        found: dict[str, tuple[Activity, str]] = {
            case.id: (activity_of(case), case.slug) for case in self.writing.cases.values()
        }
        return found | {prompt.id: ("prompt", prompt.slug) for prompt in self.writing.prompts.values()}

    def written(self) -> dict[str, tuple[str, ...]]:
        """Say which skills a text about a case or a prompt practises, by the id of what it is about."""
        cases = {case.id: case.skills for case in self.writing.cases.values()}
        return cases | {prompt.id: prompt.skills for prompt in self.writing.prompts.values()}


def coding_of(drill: Drill) -> Activity:
    """Say under which activity a drill is planned: a file of views is code that is not SQL."""
    return "sql" if drill.kind == "sql" else "python"


def activity_of(case: Case) -> Activity:
    """Say under which activity a case is planned: a system design has its own."""
    return "design" if case.sort == "design" else "case"


@lru_cache(maxsize=8)
def read_catalogue(*folders: Path) -> Catalogue:
    """Read the shipped content, then a person's own folders; once, for as long as the app runs.

    A reference or a text of the person's own that is not in form is left out, and named in the log.

    Raises
    ------
    BadInput
        For a loop that is not in form, with its file.
    """
    skills = load_skills()
    return Catalogue(
        skills=skills,
        themes=load_themes(),
        loops=load_loops(*folders, skills=skills),
        items=load_items(skills),
        references=load_library(shipped_content(), *folders, tell=warn),
        writing=read_shelf(*folders, tell=warn),
    )


def warn(refusal: BadInput) -> None:
    """Name what was left out."""
    log.warning("%s", refusal)
