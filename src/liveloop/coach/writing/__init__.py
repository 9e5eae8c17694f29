"""How are cases, prompts and narratives written, looked through, marked and kept?"""

from liveloop.coach.writing.body import Body, Exchange, Lap, is_reply, take_apart, versions
from liveloop.coach.writing.case import Case, Reveal, WrittenSample, load_cases
from liveloop.coach.writing.examined import Examined, FoundCriterion, examine
from liveloop.coach.writing.frame import Frame, Step, load_frames
from liveloop.coach.writing.marks import score_of, scorer
from liveloop.coach.writing.narrative import SECTIONS, NarrativeRubric, load_narrative_rubric
from liveloop.coach.writing.prompt import Prompt, load_prompts
from liveloop.coach.writing.push import push
from liveloop.coach.writing.reveal import Revealed, reveal
from liveloop.coach.writing.scaffold import aids_for
from liveloop.coach.writing.shelf import WritingShelf, read_shelf

__all__ = [
    "SECTIONS",
    "Body",
    "Case",
    "Examined",
    "Exchange",
    "FoundCriterion",
    "Frame",
    "Lap",
    "NarrativeRubric",
    "Prompt",
    "Reveal",
    "Revealed",
    "Step",
    "WritingShelf",
    "WrittenSample",
    "aids_for",
    "examine",
    "is_reply",
    "load_cases",
    "load_frames",
    "load_narrative_rubric",
    "load_prompts",
    "push",
    "read_shelf",
    "reveal",
    "score_of",
    "scorer",
    "take_apart",
    "versions",
]
