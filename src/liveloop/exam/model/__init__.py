"""How may a language model of the user's choice mark a written text? Off unless it is set up."""

from liveloop.exam.model.access import Access, Bounds, read_access
from liveloop.exam.model.agreement import Agreement, Pair, TooFew, agreement, pair_marks
from liveloop.exam.model.ask import Criterion
from liveloop.exam.model.cost import Cost, estimate
from liveloop.exam.model.examine import examine_written
from liveloop.exam.model.instructs import Passage, speaking
from liveloop.exam.model.marks import ModelMark, ModelMarks, weighted
from liveloop.exam.model.nomarks import NoMarks, Spent
from liveloop.exam.model.quotes import Quote

__all__ = [
    "Access",
    "Agreement",
    "Bounds",
    "Cost",
    "Criterion",
    "ModelMark",
    "ModelMarks",
    "NoMarks",
    "Pair",
    "Passage",
    "Quote",
    "Spent",
    "TooFew",
    "agreement",
    "estimate",
    "examine_written",
    "pair_marks",
    "read_access",
    "speaking",
    "weighted",
]
