"""What is there to write about, and which rubric is a writing held to?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from liveloop.coach.journal import Writing
from liveloop.coach.writing.case import Case, load_cases
from liveloop.coach.writing.frame import Frame, load_frames
from liveloop.coach.writing.narrative import NarrativeRubric, load_narrative_rubric
from liveloop.coach.writing.prompt import Prompt, load_prompts
from liveloop.coach.writing.reading import Tell
from liveloop.drill import Pushback
from liveloop.rubric import Looked


@dataclass(frozen=True)
class WritingShelf:
    """Every case and prompt by slug, every frame by id, the rubric of narratives."""

    cases: Mapping[str, Case] = field(default_factory=dict)
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    frames: Mapping[str, Frame] = field(default_factory=dict)
    narrative: NarrativeRubric = field(default_factory=NarrativeRubric)

    @cached_property
    def by_id(self) -> dict[str, Case | Prompt]:
        """Give every case and prompt by id."""
        cases: dict[str, Case | Prompt] = {case.id: case for case in self.cases.values()}
        return cases | {prompt.id: prompt for prompt in self.prompts.values()}

    def criteria_of(self, writing: Writing) -> Sequence[Looked]:
        """Give what is looked for in a writing; nothing when what it is about is not here any more."""
        if writing.sort == "narrative":
            return self.narrative.criteria
        thing = self.by_id.get(writing.subject_id)
        return () if thing is None else thing.criteria

    def pushbacks_of(self, writing: Writing) -> Sequence[Pushback]:
        """Give what is pushed on in a writing."""
        if writing.sort == "narrative":
            return self.narrative.pushbacks
        thing = self.by_id.get(writing.subject_id)
        return () if thing is None else thing.pushbacks


def read_shelf(*folders: Path, tell: Tell = None) -> WritingShelf:
    """Read all content to write about: what ships first, then the given folders.

    Raises
    ------
    BadInput
        For the first that is not in form; with `tell`, each is told and left out.

    Examples
    --------
    >>> sorted(read_shelf().frames)
    ['circles', 'design', 'safety-first']
    """
    frames = load_frames(*folders, tell=tell)
    return WritingShelf(
        cases=load_cases(*folders, frames=frames, tell=tell),
        prompts=load_prompts(*folders, tell=tell),
        frames=frames,
        narrative=load_narrative_rubric(*folders, tell=tell),
    )
