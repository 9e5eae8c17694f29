"""Which frames stand beside the page of a case, and what does each of their steps ask?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liveloop.base.content import convert, read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.coach.writing.reading import (
    LONGEST_MINUTES,
    Tell,
    places,
    read_table,
    refuse_empty,
    refuse_outside,
    refuse_twice,
    shelve,
    tables,
)


@dataclass(frozen=True)
class Step:
    """One step of a frame: its heading, what it asks, how many minutes it is worth."""

    id: str
    title: str
    asks: str
    minutes: int


@dataclass(frozen=True)
class Frame:
    """An order in which to think aloud; its steps are the headings of the page as long as it stands beside it."""

    id: str
    title: str
    says: str
    steps: tuple[Step, ...] = ()

    @property
    def slug(self) -> str:
        """Give the name of its file, which is its id."""
        return self.id


def load_frames(*folders: Path, tell: Tell = None) -> dict[str, Frame]:
    """Read `frames/*.toml` of each folder of content by id: the shipped ones first, then a person's own.

    Raises
    ------
    BadInput
        For the first file with an unknown or missing field, two steps of one title, an id that is not the file's name
        or is taken; with `tell`, each such file is told and left out.

    Examples
    --------
    >>> [step.title for step in load_frames()["circles"].steps][:2]
    ['Comprehend', 'Identify users']
    """
    paths = (path for place in places(folders) for path in sorted((place / "frames").glob("*.toml")))
    return shelve(paths, read_frame, tell)


def read_frame(path: Path) -> Frame:
    """Read one frame."""
    raw = read_toml(path)
    refuse_unknown(raw, ("id", "title", "says", "step"), path)
    steps = tuple(read_step(item, path) for item in tables(raw, "step", path))
    frame: Frame = convert(
        Frame, {**{name: raw[name] for name in raw if name != "step"}, "steps": steps}, path, "frame"
    )
    if frame.id != path.stem:
        raise BadInput(f"id is {frame.id!r}", where=str(path), allowed=f"the file's name, {path.stem}")
    refuse_empty(frame, ("title", "says"), str(path))
    if not steps:
        raise BadInput("no [[step]]", where=str(path), allowed="at least one")
    refuse_twice([step.title for step in steps], "step", path)
    return frame


def read_step(item: Mapping[str, Any], path: Path) -> Step:
    """Read one step."""
    step: Step = read_table(item, Step, path, "step")
    refuse_empty(step, ("id", "title", "asks"), f"{path}, step")
    refuse_outside(step.minutes, "step.minutes", 1, LONGEST_MINUTES, path)
    return step
