"""What happens in a mock of one round, minute by minute, and what is marked after it?

A mock is the round as it would run: an opening, then drills, cases, prompts and things to say aloud that practise what
the round looks for, weakest first, then the candidate's own turn to ask. It is for one person with a clock, better for
two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from liveloop.coach.loop import Round
from liveloop.coach.planner.choose import Item
from liveloop.coach.planner.wish import Need
from liveloop.plan import Activity

OPENING_MINUTES, CLOSING_MINUTES = 4, 5
LEAST_PHASE = 8
AROUND = 3  # how often the parts of a round are gone through, while there is time
PHASE_MINUTES: Mapping[Activity, int] = {"reading": 10, "prompt": 8, "narrative": 10, "case": 36, "design": 51}
TOLD = Item("narrative", "", "Tell one of your projects", ("behaviour.narrative",))
SPEECH = (
    ("structure", "You could follow where it was going", "A sentence that says the order, then that order"),
    ("clarifying", "What was unclear was asked before it was assumed", "Two or three things asked, then a start"),
    ("edges", "What breaks was named before it was asked for", "The edge, how it would be noticed, what happens then"),
    ("time", "It ended in time with a conclusion", "A conclusion in the last minute, even of half the work"),
)


@dataclass(frozen=True)
class Phase:
    """One stretch of a mock with its own clock; `refers` names what is opened, if anything is."""

    title: str
    minutes: int
    activity: str
    refers: str
    says: str


@dataclass(frozen=True)
class Line:
    """One line of the mark sheet: what was looked for, and what good looks like."""

    id: str
    asks: str
    good: str


@dataclass(frozen=True)
class Mock:
    """A timed sequence for one round, and the sheet on which it is marked by oneself and by a peer."""

    round_id: str
    title: str
    phases: tuple[Phase, ...]
    sheet: tuple[Line, ...]


def lay_out(one: Round, items: Sequence[Item], need: Need, *, fresh: int = 0) -> Mock:
    """Lay out a mock of a round.

    Parameters
    ----------
    fresh
        How many mocks of this round there were: each takes other items as long as there are some.
    """
    left = one.minutes - OPENING_MINUTES - CLOSING_MINUTES
    phases = [Phase("Opening", OPENING_MINUTES, "opening", "", "Two minutes on who you are; the round is explained.")]
    used: set[tuple[str, str]] = set()
    for activity in one.mock * AROUND:
        item = TOLD if activity == "narrative" else pick(activity, one, items, need, used, fresh)
        minutes = 0 if item is None else min(left, PHASE_MINUTES.get(activity, item.minutes))
        if item is not None and minutes >= LEAST_PHASE and (activity, item.refers) not in used:
            used.add((activity, item.refers))
            phases.append(Phase(item.title, minutes, activity, item.refers, HOW[activity]))
            left -= minutes
    phases.append(Phase("Your turn to ask", CLOSING_MINUTES + left, "closing", "", "Three things you want to know."))
    looked = (Line(f"look-{k}", said, "Seen without being asked for") for k, said in enumerate(one.looks_for, 1))
    return Mock(one.id, one.title, tuple(phases), (*looked, *(Line(*line) for line in SPEECH)))


HOW: Mapping[Activity, str] = {
    "sql": "Read it aloud, ask what is unclear, then write. Hand it in when the clock says so.",
    "python": "Read it aloud, name the edge cases, then write. Hand it in when the clock says so.",
    "case": "Speak it through as to an interviewer; write the headlines.",
    "design": "Draw and speak; say what you leave out and why.",
    "reading": "Answer its cards aloud, without looking. A peer may push back.",
    "prompt": "Tell it in three minutes, then take what is pushed.",
    "narrative": "Tell it in four minutes, then take what is pushed.",
}


def pick(
    activity: Activity, one: Round, items: Sequence[Item], need: Need, used: set[tuple[str, str]], fresh: int
) -> Item | None:
    """Pick the item of an activity that is worth most to this round and was not used; other ones in later mocks."""
    fitting = [
        item
        for item in items
        if item.activity == activity
        and (activity, item.refers) not in used
        and any(skill in one.skills for skill in item.skills)
    ]
    fitting.sort(key=lambda item: (-sum(need.of(skill) for skill in item.skills if skill in one.skills), item.refers))
    return fitting[fresh % len(fitting)] if fitting else None
