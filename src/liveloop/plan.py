"""What is practised when, until the interview, and what does the plan promise?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Activity = Literal["baseline", "review", "sql", "python", "reading", "case", "design", "narrative", "prompt", "mock"]
BlockState = Literal["planned", "done", "missed", "dropped"]


@dataclass(frozen=True)
class Goal:
    """What a person says about their time: the loop, its dates, the hours.

    Parameters
    ----------
    begins
        The first day that may be practised on.
    dates
        The date of each round by its id; each is after `begins`.
    hours_a_week
        What may be planned in seven days, without those on days off.
    weekdays_off
        0 for Monday to 6 for Sunday.
    dates_off
        Days that are lost; their hours are not made up elsewhere.
    evening, morning
        When practice begins on weekdays and on weekends, on the clock of wherever the person is; for the calendar only.
    """

    loop: str
    begins: date
    dates: Mapping[str, date]
    hours_a_week: float
    weekdays_off: tuple[int, ...] = ()
    dates_off: tuple[date, ...] = ()
    baseline: bool = True
    evening: str = "19:00"
    morning: str = "10:00"

    @property
    def last(self) -> date:
        """Say when the last round is."""
        return max(self.dates.values())


@dataclass(frozen=True)
class Block:
    """One piece of practice on one day.

    `refers` names what is opened (a drill, case, reference or prompt by slug, a round by id); `pinned` blocks stay
    where the person put them. `done_by` is the record that shows that it was done, "elsewhere" where the person says
    so, empty where they call done what leaves no record; `stood_on` is the day on which it stood before they did.
    """

    id: str
    day: date
    activity: Activity
    minutes: int
    title: str = ""
    refers: str = ""
    skills: tuple[str, ...] = ()
    why: str = ""
    state: BlockState = "planned"
    pinned: bool = False
    done_by: str = ""
    stood_on: date | None = None

    @property
    def counts(self) -> bool:
        """Say whether it counts for what is promised: it is done or to come, not missed or left out."""
        return self.state in ("planned", "done")


@dataclass(frozen=True)
class Promise:
    """One thing that the plan guarantees: whether it holds, what was wanted, what there is, and why not."""

    id: str
    says: str
    holds: bool
    wanted: float
    planned: float
    unit: str
    why_not: str = ""


@dataclass(frozen=True)
class Plan:
    """What is practised when: blocks in order of their days, with what is promised and what is left out."""

    goal: Goal
    blocks: tuple[Block, ...]
    promises: tuple[Promise, ...] = ()
    triage: tuple[str, ...] = field(default=())
