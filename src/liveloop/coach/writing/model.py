"""What does a language model give a text, what does that cost at most, and how far does it agree with people?

Off unless the settings name a model, and then only on a person's word, who was shown the cost. What comes back is kept:
marks and quotes in the journal beside those of people, the rest as a document. All of it is untrusted plain text.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from liveloop.base.errors import BadInput
from liveloop.base.settings import Settings
from liveloop.coach.journal import Document, Journal, Writing, WritingMark
from liveloop.coach.writing.body import take_apart
from liveloop.exam.model import (
    Access,
    ModelMarks,
    NoMarks,
    Spent,
    agreement,
    estimate,
    examine_written,
    pair_marks,
    read_access,
)
from liveloop.rubric import Looked

PREFIX = "model/"
People = Literal["self", "peer"]
_door = threading.Lock()
_under_way: set[str] = set()


@dataclass(frozen=True)
class Proposal:
    """What it would take to have a text marked: which model, whether the text leaves this machine, the most it costs.

    `dollars_most` is None when a price is unknown. `refused` says why it cannot be asked, empty when it can.
    """

    model: str
    here: bool
    says: str
    dollars_most: float | None
    refused: str = ""


@dataclass(frozen=True)
class Said:
    """What a model said of one criterion; `mark` is None when no quote bears it out."""

    criterion_id: str
    mark: float | None
    why: str
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What a model said of a text, and what it cost."""

    model: str
    said: tuple[Said, ...]
    remarks: tuple[str, ...]
    dollars: float | None
    tokens_in: int | None
    tokens_out: int | None
    seconds: float
    at: datetime


TOLD = TypeAdapter(Told)


def propose(settings: Settings, writing: Writing, criteria: Sequence[Looked]) -> Proposal | None:
    """Say what it would cost to have a model mark a text, asking nobody; None when no model is set up."""
    try:
        access = read_access(settings)
        if access is None:
            return None
        cost = estimate(take_apart(writing).text, criteria, access)
    except BadInput as refusal:
        return Proposal(settings.model_name or "", here=False, says="", dollars_most=None, refused=str(refusal))
    return Proposal(access.model, access.here, cost.says, cost.dollars_most)


def have_marked(journal: Journal, access: Access, writing: Writing, criteria: Sequence[Looked], at: datetime) -> Told:
    """Have a model mark a text, and keep what it says. This sends the text away, and costs money.

    Raises
    ------
    BadInput
        When it is being marked already, cannot be marked, or no marks came of it; what was paid all the same is said.
    """
    with alone(writing.id):
        try:
            marks = examine_written(take_apart(writing).text, criteria, access)
        except NoMarks as refusal:
            raise BadInput(
                f"{refusal.wrong}; {paid(refusal.spent)}", where=refusal.where, allowed=refusal.allowed
            ) from None
    told = read_marks(marks, at)
    given = [
        WritingMark(
            writing.id, one.criterion_id, "model", told.model, one.mark, one.quotes[0] if one.quotes else "", at
        )
        for one in told.said
        if one.mark is not None
    ]
    journal.write_writing_marks(given)
    journal.write_document(Document(PREFIX + writing.id, TOLD.dump_json(told).decode(), at))
    return told


@contextmanager
def alone(writing_id: str) -> Iterator[None]:
    """Refuse a second examination of a writing while one is under way: it would be paid twice."""
    with _door:
        if writing_id in _under_way:
            raise BadInput("the model is marking this text already", where="model", allowed="one examination at a time")
        _under_way.add(writing_id)
    try:
        yield
    finally:
        with _door:
            _under_way.discard(writing_id)


def paid(spent: Spent) -> str:
    """Say what was paid for an examination that gave nothing."""
    if not spent.replies:
        return "nothing was paid"
    if spent.dollars is None:
        return f"{spent.replies} replies came, and what they cost is not known"
    return f"${spent.dollars:.4f} was paid all the same"


def read_marks(marks: ModelMarks, at: datetime) -> Told:
    """Take what is kept of what a model said."""
    said = tuple(Said(one.criterion_id, one.mark, one.why, tuple(q.text for q in one.quotes)) for one in marks.marks)
    cost = marks.cost
    return Told(
        marks.model, said, marks.remarks, cost.dollars, cost.input_tokens, cost.output_tokens, marks.seconds, at
    )


def read_told(journal: Journal, writing_id: str) -> Told | None:
    """Read what a model said last of a writing, None when none was asked."""
    document = journal.document(PREFIX + writing_id)
    return None if document is None else TOLD.validate_json(document.body)


def agreements(marks: Iterable[WritingMark]) -> dict[People, str]:
    """Say how far the model's marks agree with peers' and with one's own, over all writings that it marked."""
    given = list(marks)
    if not any(mark.by == "model" for mark in given):
        return {}
    sides: tuple[People, ...] = ("peer", "self")
    return {by: agreement(pair_marks(given, by)).says for by in sides if any(mark.by == by for mark in given)}
