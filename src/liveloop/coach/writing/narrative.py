"""In which sections is a project told, and what is looked for in each?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from liveloop.base.content import read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.coach.writing.reading import (
    Tell,
    places,
    read_pushbacks,
    read_rubric,
    refuse_twice,
    what_is_known,
)
from liveloop.drill import Pushback
from liveloop.rubric import Looked

Section = Literal["Context", "Issue", "Root cause", "Calculation", "Long-term impact", "Stakeholders"]
SECTIONS: tuple[Section, ...] = get_args(Section)


@dataclass(frozen=True)
class NarrativeLooked(Looked):
    """What is looked for in one section of a narrative."""

    section: Section = "Context"


@dataclass(frozen=True)
class NarrativePushback(Pushback):
    """What a hiring manager pushes on, and the section that it goes back to."""

    section: Section = "Context"


@dataclass(frozen=True)
class NarrativeRubric:
    """What is looked for in every narrative, and what is pushed on."""

    criteria: tuple[NarrativeLooked, ...] = ()
    pushbacks: tuple[NarrativePushback, ...] = ()


def load_narrative_rubric(*folders: Path, tell: Tell = None) -> NarrativeRubric:
    """Read `narrative/` of each folder of content; what a person's own folder has comes after what ships.

    Raises
    ------
    BadInput
        For the first folder with an unknown section, concept or field, a weight that is none, a criterion that is there
        already; with `tell`, each such folder is told and left out.

    Examples
    --------
    >>> set(criterion.section for criterion in load_narrative_rubric().criteria) <= set(SECTIONS)
    True
    """
    rubric = NarrativeRubric()
    for place in places(folders):
        folder = place / "narrative"
        if not (folder / "rubric.toml").exists():
            continue
        try:
            rubric = add_folder(rubric, folder)
        except BadInput as refusal:
            if tell is None:
                raise
            tell(refusal)
    return rubric


def add_folder(rubric: NarrativeRubric, folder: Path) -> NarrativeRubric:
    """Add what one folder has."""
    path = folder / "rubric.toml"
    raw = read_toml(path)
    refuse_unknown(raw, ("criterion",), path)
    for item in raw.get("criterion", []):
        if isinstance(item, dict) and "section" not in item:
            raise BadInput("a criterion without section", where=str(path), allowed=", ".join(SECTIONS))
    criteria = (*rubric.criteria, *read_rubric(path, NarrativeLooked, what_is_known(), raw))
    refuse_twice([one.id for one in criteria], "criterion", path)
    path = folder / "pushbacks.toml"
    pushbacks = (*rubric.pushbacks, *read_pushbacks(path, NarrativePushback, criteria)) if path.exists() else ()
    refuse_twice([one.says for one in pushbacks], "pushback", path)
    return NarrativeRubric(criteria, pushbacks or rubric.pushbacks)
