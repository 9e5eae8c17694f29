"""What does the API give and take? The nouns as they are, and the cards that pages show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le, MaxLen
from pydantic import ConfigDict, Strict

from liveloop.attempt import Attempt, Kind
from liveloop.base.tables import Sheet
from liveloop.coach.journal import Reply
from liveloop.coach.skill import Calibration, Day, Mastery
from liveloop.debrief import Debrief, Signal
from liveloop.plan import Block

AttemptState = Literal["waiting", "examining", "debriefed"]
DrillState = Literal["new", "drafted", "tried", "clean"]
Share = Annotated[float, Strict(), Ge(0), Le(1)]  # strict: neither true nor "0.5" is a number
CLOSED = ConfigDict(extra="forbid")  # a field that is misspelt would be lost without a word


@dataclass(frozen=True)
class Refusal:
    """Why something was refused: what was wrong, where, and what is allowed."""

    message: str
    where: str = ""
    allowed: str = ""


@dataclass(frozen=True)
class Health:
    """Whether the app answers."""

    status: Literal["ok"]


@dataclass(frozen=True)
class SessionPage:
    """What the front end needs before anything else; `sandbox_level` is empty until the sandbox has started."""

    csrf_token: str
    version: str
    sandbox_level: str
    sandbox_why: str


@dataclass(frozen=True)
class DrillCard:
    """A drill in a list."""

    slug: str
    shelf: str
    title: str
    kind: Kind
    skills: tuple[str, ...]
    week: int
    minutes: int
    difficulty: int
    state: DrillState
    attempts: int
    best_signal: Signal | None
    last_at: datetime | None


@dataclass(frozen=True)
class AttemptCard:
    """An attempt in a list; `findings` are probe codes, `failed` says why its examination stopped."""

    id: str
    slug: str
    title: str
    kind: Kind
    handed_in_at: datetime
    confidence: float | None
    state: AttemptState
    signal: Signal | None
    findings: tuple[str, ...]
    failed: str | None


@dataclass(frozen=True)
class NextCard:
    """The drill to take next, and why."""

    card: DrillCard | None
    why: str


@dataclass(frozen=True)
class AgendaCard:
    """What today holds: its blocks in their order, what was missed lately, how many cards are due.

    `state` is `none` without a plan, `over` from the day of the last round. `next_day` is the next day with practice;
    `rounds` are the titles of the rounds that are today.
    """

    state: Literal["none", "running", "over"]
    blocks: tuple[Block, ...] = ()
    missed: tuple[Block, ...] = ()
    next_day: date | None = None
    next_minutes: int = 0
    days_left: int | None = None
    due: int = 0
    rounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class TodayPage:
    """What today is for."""

    date: date
    headline: str
    next: NextCard
    unfinished: tuple[DrillCard, ...]
    recent: tuple[AttemptCard, ...]
    streak_days: int
    attempts_this_week: int
    agenda: AgendaCard


@dataclass(frozen=True)
class DrillsPage:
    """Drills that fit the filters, every skill and week there is to filter by, and the folders that are no drills."""

    drills: tuple[DrillCard, ...]
    skills: tuple[str, ...]
    weeks: tuple[int, ...]
    broken: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class ColumnCard:
    """A column as the candidate sees it."""

    name: str
    type: str
    nullable: bool
    says: str
    refers_to: str | None


@dataclass(frozen=True)
class TableCard:
    """A table (or a frame) as the candidate sees it, with some visible rows."""

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[ColumnCard, ...]
    sample: Sheet | None


@dataclass(frozen=True)
class DraftCard:
    """What was typed and not handed in."""

    text: str
    confidence: float | None
    saved_at: datetime


@dataclass(frozen=True)
class WorkspacePage:
    """A drill to work on; `after` is there once an attempt was handed in."""

    card: DrillCard
    prompt: str
    signature: str | None
    columns: tuple[str, ...]
    out_of_scope: tuple[str, ...]
    tables: tuple[TableCard, ...]
    given: dict[str, str]
    starter: str
    draft: DraftCard | None
    attempts: tuple[AttemptCard, ...]
    after: str | None


@dataclass(frozen=True)
class DraftIn:
    """What was typed."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    text: str
    confidence: Share | None = None


@dataclass(frozen=True)
class Saved:
    """When it was saved."""

    saved_at: datetime


@dataclass(frozen=True)
class RunIn:
    """A text to run on the visible data."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    text: str


@dataclass(frozen=True)
class RunOut:
    """What a run on the visible data gave."""

    sheet: Sheet | None
    value: str | None
    stdout: str
    error: str | None
    seconds: float
    stopped: str | None


@dataclass(frozen=True)
class AttemptIn:
    """What is handed in, how sure the candidate is that nothing breaks, and when they began."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    text: str
    confidence: Share | None = None
    started_at: datetime | None = None


@dataclass(frozen=True)
class HandedIn:
    """The attempt is in the journal under this id."""

    attempt_id: str


@dataclass(frozen=True)
class CriterionCard:
    """What a person judges, what good sounds like, and the mark given so far."""

    id: str
    question: str
    good: str
    weight: float
    mark: float | None


@dataclass(frozen=True)
class PushbackCard:
    """What the interviewer says next; what good sounds like is there once there is a reply."""

    when: str
    says: str
    good: str | None


@dataclass(frozen=True)
class AttemptPage:
    """An attempt with what came of it; `failed` says why its examination stopped, if it did."""

    attempt: Attempt
    card: DrillCard | None
    debrief: Debrief | None
    state: AttemptState
    criteria: tuple[CriterionCard, ...]
    pushback: PushbackCard | None
    replies: tuple[Reply, ...]
    after: str | None
    failed: str | None


@dataclass(frozen=True)
class ReplyIn:
    """What the candidate says to a pushback."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    pushback: Annotated[str, MaxLen(20_000)]
    text: Annotated[str, MaxLen(20_000)]


@dataclass(frozen=True)
class SignalPoint:
    """One debrief's signal."""

    date: date
    slug: str
    signal: Signal


@dataclass(frozen=True)
class ProgressPage:
    """How practice goes: days, skills, calibration, signals."""

    heat: tuple[Day, ...]
    skills: tuple[Mastery, ...]
    calibration: Calibration
    signals: tuple[SignalPoint, ...] = field(default=())
