"""What do the plan, its blocks and its dates look like to the front end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from annotated_types import MaxLen
from pydantic import ConfigDict

from liveloop.plan import Plan
from liveloop.web.shapes import CLOSED

ShortText = Annotated[str, MaxLen(80)]


@dataclass(frozen=True)
class RoundCard:
    """One round of a loop: what it weighs (as a share of the whole) and looks for, and its date when there is one."""

    id: str
    title: str
    stage: int
    minutes: int
    weight: float
    full: bool
    looks_for: tuple[str, ...]
    skills: tuple[str, ...]
    date: date | None


@dataclass(frozen=True)
class LoopCard:
    """A loop with its rounds."""

    id: str
    title: str
    says: str
    rounds: tuple[RoundCard, ...]


@dataclass(frozen=True)
class WeekCard:
    """One week of a plan: when it begins, what it is about, what is planned and done in it."""

    number: int
    begins: date
    theme: str
    minutes: int
    done_minutes: int


@dataclass(frozen=True)
class PlanPage:
    """The plan with what it stands on; `plan` is None until the person said when the interview is.

    `capacity` are the minutes of each day that may be practised on; `over` says that the last round has passed. In the
    answer to a new goal `let_go` says which blocks it does not keep where the person had put them.
    """

    today: date
    loop: LoopCard
    loops: tuple[LoopCard, ...]
    plan: Plan | None
    weeks: tuple[WeekCard, ...]
    capacity: dict[date, int]
    over: bool
    let_go: tuple[str, ...] = ()


@dataclass(frozen=True)
class GoalIn:
    """What a person says about their time; rounds without a date of their own get one before `last`."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    last: date
    hours_a_week: float
    loop: ShortText = "ai-safety"
    dates: dict[ShortText, date] | None = None
    weekdays_off: tuple[int, ...] = ()
    dates_off: tuple[date, ...] = ()
    baseline: bool = True
    evening: ShortText = "19:00"
    morning: ShortText = "10:00"


@dataclass(frozen=True)
class MoveIn:
    """Where a block is to go."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    day: date


@dataclass(frozen=True)
class PinIn:
    """Whether a block is to stay where it is."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    pinned: bool


@dataclass(frozen=True)
class DoneIn:
    """Whether a block was done elsewhere: without it nothing is believed that the app itself would have recorded."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    elsewhere: bool = False


@dataclass(frozen=True)
class Nothing:
    """An empty body."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
