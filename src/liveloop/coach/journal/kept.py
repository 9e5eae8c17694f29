"""Which records are kept beside attempts, and which of them are refused?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from liveloop.base.errors import BadInput

WritingSort = Literal["case", "narrative", "prompt"]
MarkedBy = Literal["self", "peer", "model"]
OutcomeSort = Literal["mock", "interview", "baseline"]


@dataclass(frozen=True)
class Document:
    """Something kept in its newest form only: a plan, a goal, a page that is being written. The body is JSON."""

    name: str
    body: str
    saved_at: datetime

    def __post_init__(self) -> None:
        refuse_halves(self)
        refuse_empty(self.name, "name")
        read_json(self.body)


@dataclass(frozen=True)
class Writing:
    """Something written in sections, as it was handed in; a new version is a new one of the same subject.

    `body` is a JSON object, the sections in their order. `scaffold` says how many aids stood beside the page.
    """

    id: str
    sort: WritingSort
    subject_id: str
    title: str
    body: str
    seconds: float | None
    scaffold: int
    at: datetime

    def __post_init__(self) -> None:
        refuse_halves(self)
        refuse_empty(self.id, "id")
        refuse_outside(self.seconds, "seconds", 0, None)
        refuse_outside(self.scaffold, "scaffold", 0, None)
        self.sections()

    def sections(self) -> dict[str, str]:
        """Read the body: each section's text by its name, in their order.

        Examples
        --------
        >>> at = datetime.fromisoformat("2026-01-07T12:00:00+00:00")
        >>> Writing("wri_1", "case", "cas_1", "Retention", '{"Goal": "Keep them"}', None, 0, at).sections()
        {'Goal': 'Keep them'}
        """
        read = read_json(self.body)
        if not isinstance(read, dict) or not all(isinstance(text, str) for text in read.values()):
            raise BadInput("is no object of texts", where="body", allowed='JSON such as {"Context": "..."}')
        return read


@dataclass(frozen=True)
class WritingMark:
    """What somebody gave a writing for one criterion, 0 to 1, and the words in it that the mark rests on."""

    writing_id: str
    criterion_id: str
    by: MarkedBy
    who: str
    mark: float
    quote: str
    at: datetime

    def __post_init__(self) -> None:
        refuse_halves(self)
        refuse_outside(self.mark, "mark", 0, 1)


@dataclass(frozen=True)
class Review:
    """How well a card was known: 1 again, 2 hard, 3 good, 4 easy."""

    card_id: str
    rating: int
    at: datetime
    seconds: float | None

    def __post_init__(self) -> None:
        refuse_halves(self)
        refuse_outside(self.rating, "rating", 1, 4)
        refuse_outside(self.seconds, "seconds", 0, None)


@dataclass(frozen=True)
class Forecast:
    """With which chance a round was expected to go well, and between which bounds."""

    loop_id: str
    round_id: str
    chance: float
    low: float
    high: float
    at: datetime

    def __post_init__(self) -> None:
        refuse_halves(self)
        for name in ("chance", "low", "high"):
            refuse_outside(getattr(self, name), name, 0, 1)


@dataclass(frozen=True)
class Outcome:
    """How a round went: a mock, an interview, a baseline. The body is JSON: the mark sheet, the clocks."""

    id: str
    sort: OutcomeSort
    round_id: str
    mark: float | None
    by: str
    at: datetime
    body: str

    def __post_init__(self) -> None:
        refuse_halves(self)
        refuse_empty(self.id, "id")
        refuse_outside(self.mark, "mark", 0, 1)
        read_json(self.body)


def read_json(body: str) -> object:
    """Read a body, refusing what is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as refusal:
        raise BadInput(f"is no JSON ({refusal})", where="body", allowed="JSON") from None


def refuse_halves(record: object) -> None:
    """Refuse a text with half of a character, which no file can hold."""
    for name, value in vars(record).items():
        if isinstance(value, str):
            try:
                value.encode("utf-8")
            except UnicodeEncodeError as refusal:
                raise BadInput(f"half of a character at {refusal.start}", where=name, allowed="UTF-8 text") from None


def refuse_empty(text: str, where: str) -> None:
    """Refuse a key that says nothing."""
    if not text:
        raise BadInput("is empty", where=where, allowed="some text")


def refuse_outside(value: float | None, where: str, low: float, high: float | None) -> None:
    """Refuse a number outside its bounds, and what is no number; None stands for not known."""
    if value is not None and not (low <= value <= (float("1e300") if high is None else high)):
        bounds = f"{low} to {high}" if high is not None else f"{low} or more"
        raise BadInput(f"is {value}", where=where, allowed=bounds)
