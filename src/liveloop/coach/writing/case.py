"""Which cases are there, and what does each hold: what is asked, what is told on asking, what is looked for?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from liveloop.base.content import convert, read_text, read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.coach.writing.frame import load_frames
from liveloop.coach.writing.reading import (
    LONGEST_MINUTES,
    Known,
    Tell,
    places,
    read_pushbacks,
    read_rubric,
    read_table,
    refuse_empty,
    refuse_form,
    refuse_outside,
    refuse_strange,
    refuse_twice,
    shelve,
    tables,
    what_is_known,
)
from liveloop.coach.writing.words import all_words
from liveloop.drill import Pushback
from liveloop.rubric import Looked

CaseSort = Literal["product", "platform", "design"]
GIVEN = ("id", "title", "sort", "skills", "week", "minutes", "difficulty", "frame")


@dataclass(frozen=True)
class Reveal:
    """Something that the interviewer knows and tells when it is asked for.

    `asks` are phrases that a clarifying remark about it would contain.
    """

    asks: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class WrittenSample:
    """A text that ships with a case, and the criteria that must be found in it and must not."""

    file: str
    found: tuple[str, ...]
    missing: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True)
class Case:
    """A case with the ambiguity left in: what the interviewer says first, and all that is told or looked for later.

    `frame` is the id of the frame that may stand beside the page.
    """

    id: str
    slug: str
    title: str
    sort: CaseSort
    skills: tuple[str, ...]
    week: int
    minutes: int
    difficulty: int
    frame: str
    prompt: str
    reveals: tuple[Reveal, ...]
    criteria: tuple[Looked, ...]
    pushbacks: tuple[Pushback, ...]
    after: str
    samples: tuple[WrittenSample, ...] = ()


def load_cases(*folders: Path, frames: Collection[str] | None = None, tell: Tell = None) -> dict[str, Case]:
    """Read `cases/*/` of each folder of content by slug: the shipped ones first, then a person's own.

    Parameters
    ----------
    frames
        The frames that a case may name; those of the folders when left out.

    Raises
    ------
    BadInput
        For the first case with an unknown skill, concept, frame or field, a weight that is none, an id or slug that is
        taken; with `tell`, each such case is told and left out.

    Examples
    --------
    >>> case = load_cases()["warnings-nobody-reads"]
    >>> case.id, case.sort, case.frame
    ('cas_b4a7fa2036', 'product', 'circles')
    """
    framed = load_frames(*folders, tell=tell) if frames is None else frames
    known = what_is_known()
    paths = (path.parent for place in places(folders) for path in sorted(place.glob("cases/*/case.toml")))
    return shelve(paths, lambda path: read_case(path, known, framed), tell)


def read_case(folder: Path, known: Known, frames: Collection[str]) -> Case:
    """Read one case."""
    path = folder / "case.toml"
    raw = read_toml(path)
    refuse_unknown(raw, GIVEN, path)
    for name in GIVEN:
        if name not in raw:
            raise BadInput(f"case without {name}", where=str(path), allowed=f"all of {', '.join(GIVEN)}")
    criteria = read_rubric(folder / "rubric.toml", Looked, known)
    parts = {
        "slug": folder.name,
        "prompt": read_text(folder / "prompt.md"),
        "reveals": read_reveals(folder / "reveals.toml"),
        "criteria": criteria,
        "pushbacks": read_pushbacks(folder / "pushbacks.toml", Pushback, criteria),
        "after": read_text(folder / "after.md"),
        "samples": read_samples(folder, criteria),
    }
    case: Case = convert(Case, raw | parts, path, "case")
    refuse_form(case, "cas", path)
    refuse_empty(case, ("title",), str(path))
    for name, low, high in (("week", 1, 6), ("minutes", 1, LONGEST_MINUTES), ("difficulty", 1, 5)):
        refuse_outside(getattr(case, name), name, low, high, path)
    if not case.skills:
        raise BadInput("skills is []", where=str(path), allowed="at least one")
    refuse_strange(case.skills, "skill", known.skills, str(path))
    refuse_strange((case.frame,), "frame", frames, str(path))
    return case


def read_reveals(path: Path) -> tuple[Reveal, ...]:
    """Read what is told on asking; a phrase must have a word in it."""
    raw = read_toml(path)
    refuse_unknown(raw, ("reveal",), path)
    reveals: list[Reveal] = [read_table(item, Reveal, path, "reveal") for item in tables(raw, "reveal", path)]
    for reveal in reveals:
        refuse_empty(reveal, ("says",), f"{path}, reveal")
        if not reveal.asks:
            raise BadInput("a reveal without a phrase in asks", where=str(path), allowed="at least one")
        for phrase in reveal.asks:
            if not all_words(phrase):
                raise BadInput(f"nobody asks {phrase!r}", where=str(path), allowed="a phrase with a word in it")
    return tuple(reveals)


def read_samples(folder: Path, criteria: Collection[Looked]) -> tuple[WrittenSample, ...]:
    """Read the texts that ship with a case; a case of one's own may do without."""
    path = folder / "samples.toml"
    if not path.exists():
        return ()
    raw = read_toml(path)
    refuse_unknown(raw, ("sample",), path)
    ids = [criterion.id for criterion in criteria]
    samples: list[WrittenSample] = []
    for item in tables(raw, "sample", path):
        refuse_unknown(item, ("file", "found", "missing"), path, "sample")
        sample: WrittenSample = read_table(item, WrittenSample, path, "sample")
        refuse_strange((*sample.found, *sample.missing), "criterion", ids, f"{path}, sample {sample.file}")
        refuse_twice((*sample.found, *sample.missing), "criterion", path)
        if Path(sample.file).name != sample.file:
            raise BadInput(f"file is {sample.file!r}", where=str(path), allowed="the name of a file in samples")
        text = read_text(folder / "samples" / sample.file)
        samples.append(WrittenSample(sample.file, sample.found, sample.missing, text))
    return tuple(samples)
