"""What do the baseline, the reviews, a mock and the forecast look like to the front end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le, MaxLen
from pydantic import ConfigDict

from liveloop.coach.calibration import Overconfidence
from liveloop.coach.mock import Mock
from liveloop.coach.readiness import Readiness, Scored
from liveloop.coach.review import Due
from liveloop.web.shapes import CLOSED, Share

Seconds = Annotated[float, Ge(0), Le(86_400)]
Choice = Annotated[int, Ge(0), Le(3)]


@dataclass(frozen=True)
class ItemCard:
    """One item to answer by choosing; which is right is not told before it is answered."""

    id: str
    skill: str
    title: str
    difficulty: int
    minutes: int
    asks: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class HeldCard:
    """How well one skill is held, with an 80 % interval."""

    skill: str
    title: str
    theme: str
    held: float
    low: float
    high: float


@dataclass(frozen=True)
class ThemeCard:
    """How well one theme is held on average over its skills, with an 80 % interval."""

    theme: str
    title: str
    skills: int
    held: float
    low: float
    high: float


@dataclass(frozen=True)
class AnsweredCard:
    """How one item of the baseline went, told at its end."""

    skill: str
    asks: str
    chosen: str | None
    right: str
    why: str
    well: bool
    confidence: float | None


@dataclass(frozen=True)
class EarlierCard:
    """How a baseline before the last one went."""

    at: datetime
    right: int
    answered: int


@dataclass(frozen=True)
class BaselinePage:
    """How far the baseline is: the item that comes next, or what came of the last one and of those before it."""

    state: Literal["new", "running", "done"]
    answered: int
    minutes_used: int
    minutes: int
    item: ItemCard | None
    held: tuple[HeldCard, ...]
    told: tuple[AnsweredCard, ...]
    finished_at: datetime | None
    themes: tuple[ThemeCard, ...] = ()
    earlier: tuple[EarlierCard, ...] = ()


@dataclass(frozen=True)
class AnswerIn:
    """What was chosen (none: passed over), how sure, and how long it took."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    item_id: Annotated[str, MaxLen(40)]
    choice: Choice | None = None
    confidence: Share | None = None
    seconds: Seconds | None = None


@dataclass(frozen=True)
class ReviewPage:
    """What is due now, and what will be least remembered on the day of the interview."""

    due: tuple[Due, ...]
    seen: int
    due_count: int
    reviewed_today: int
    interview: date | None
    next_at: datetime | None


@dataclass(frozen=True)
class ReviewIn:
    """How a card went: a rating 1 to 4, or for an item the choice and whether it was sure."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    rating: Annotated[int, Ge(1), Le(4)] | None = None
    choice: Choice | None = None
    sure: bool = True
    seconds: Seconds | None = None


@dataclass(frozen=True)
class ReviewedCard:
    """What came of a review: for an item which choice is right and why, and when it comes back."""

    rating: int
    right: int | None
    why: str
    due_at: datetime


@dataclass(frozen=True)
class MarkIn:
    """One line of a mark sheet."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    line: Annotated[str, MaxLen(80)]
    mark: Share


@dataclass(frozen=True)
class ClockIn:
    """How long one phase took."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    title: Annotated[str, MaxLen(200)]
    minutes: Annotated[int, Ge(0), Le(600)]
    seconds: Seconds


@dataclass(frozen=True)
class MockIn:
    """A mark sheet that was filled in, by oneself or by a peer; the sheets of one mock carry the same `run`."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    by: Literal["self", "peer"]
    marks: Annotated[tuple[MarkIn, ...], MaxLen(40)]
    clocks: Annotated[tuple[ClockIn, ...], MaxLen(40)] = ()
    who: Annotated[str, MaxLen(80)] = ""
    notes: Annotated[str, MaxLen(20_000)] = ""
    run: Annotated[str, MaxLen(40)] = ""


@dataclass(frozen=True)
class ClockCard:
    """How long one phase took, beside what it was given."""

    title: str
    minutes: int
    seconds: float


@dataclass(frozen=True)
class OutcomeCard:
    """A mock that was marked; the sheets of one mock carry the same `run`."""

    id: str
    at: datetime
    by: str
    mark: float | None
    notes: str
    marks: dict[str, float]
    run: str
    clocks: tuple[ClockCard, ...]


@dataclass(frozen=True)
class MockPage:
    """A mock to run, with what came of earlier ones of its round."""

    mock: Mock
    minutes: int
    earlier: tuple[OutcomeCard, ...]


@dataclass(frozen=True)
class MemoryRow:
    """How one skill is remembered: now, and on the day of the interview if nothing is done."""

    skill: str
    title: str
    recall: float
    recall_then: float
    stability_days: float
    due_at: datetime
    lapses: int


@dataclass(frozen=True)
class ForecastPoint:
    """One earlier forecast of a round."""

    round_id: str
    date: date
    chance: float
    low: float
    high: float


@dataclass(frozen=True)
class ForecastPage:
    """How ready the person is: each round on its date, earlier forecasts, where they are too sure, what fades.

    `dates` and `interview` are empty without a plan: each round is then forecast for now.
    """

    interview: date | None
    dates: dict[str, date]
    rounds: tuple[Readiness, ...]
    titles: dict[str, str]
    scored: Scored
    history: tuple[ForecastPoint, ...]
    held: tuple[HeldCard, ...]
    over: tuple[Overconfidence, ...]
    memory: tuple[MemoryRow, ...]
    events: int
