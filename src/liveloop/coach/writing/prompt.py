"""Which behavioural prompts are there, and what is looked for in what is told?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from liveloop.base.content import convert, read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.coach.writing.reading import (
    LONGEST_MINUTES,
    Known,
    Tell,
    places,
    read_pushbacks,
    read_rubric,
    refuse_empty,
    refuse_form,
    refuse_outside,
    refuse_strange,
    shelve,
    what_is_known,
)
from liveloop.drill import Pushback
from liveloop.rubric import Looked

GIVEN = ("id", "title", "asks", "skills", "minutes")


@dataclass(frozen=True)
class Prompt:
    """A behavioural prompt: what is asked about the person's own work, and what good telling holds."""

    id: str
    slug: str
    title: str
    asks: str
    skills: tuple[str, ...]
    minutes: int
    criteria: tuple[Looked, ...]
    pushbacks: tuple[Pushback, ...] = ()


def load_prompts(*folders: Path, tell: Tell = None) -> dict[str, Prompt]:
    """Read `prompts/*.toml` of each folder of content by slug: the shipped ones first, then a person's own.

    Raises
    ------
    BadInput
        For the first file with an unknown skill, concept or field, a weight that is none, an id or slug that is taken;
        with `tell`, each such file is told and left out.

    Examples
    --------
    >>> all(prompt.id.startswith("prm_") for prompt in load_prompts().values())
    True
    """
    known = what_is_known()
    paths = (path for place in places(folders) for path in sorted((place / "prompts").glob("*.toml")))
    return shelve(paths, lambda path: read_prompt(path, known), tell)


def read_prompt(path: Path, known: Known) -> Prompt:
    """Read one prompt."""
    raw = read_toml(path)
    refuse_unknown(raw, (*GIVEN, "criterion", "pushback"), path)
    for name in GIVEN:
        if name not in raw:
            raise BadInput(f"prompt without {name}", where=str(path), allowed=f"all of {', '.join(GIVEN)}")
    criteria = read_rubric(path, Looked, known, raw)
    parts = {
        "slug": path.stem,
        "criteria": criteria,
        "pushbacks": read_pushbacks(path, Pushback, criteria, raw),
    }
    prompt: Prompt = convert(Prompt, {name: raw[name] for name in GIVEN} | parts, path, "prompt")
    refuse_form(prompt, "prm", path)
    refuse_empty(prompt, ("title", "asks"), str(path))
    refuse_outside(prompt.minutes, "minutes", 1, LONGEST_MINUTES, path)
    if not prompt.skills:
        raise BadInput("skills is []", where=str(path), allowed="at least one")
    refuse_strange(prompt.skills, "skill", known.skills, str(path))
    return prompt
