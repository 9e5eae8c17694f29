"""What is known of the person, put together from everything that happened?

Each thing that happened is a review of one or more skills: an item of the baseline, a debrief, a card, a mark on a
text, a mock. They are replayed in order; each moves the memory (when will it be forgotten?) and the belief (how well is
it held?), and the belief sees what the memory expects to be recalled at that moment. Nothing of this is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from liveloop.coach.belief import Belief, Seen, begin, see
from liveloop.coach.journal import Review
from liveloop.coach.loop import Loop
from liveloop.coach.memory import Trace, remember_one
from liveloop.coach.planner.wish import Need


@dataclass(frozen=True)
class Event:
    """One thing that happened: which card or skill came up, when, how it went (1 lapse to 4 easy).

    `skills` are what the belief learns from it, `difficulty` is 1 to 5; a card is no skill, so its id may differ. What
    was practised without anybody seeing how it went is not `seen`; of several `things` the rating speaks of all.
    """

    at: datetime
    card_id: str
    rating: int
    skills: tuple[str, ...]
    difficulty: float = 3.0
    guess: float = 0.0
    remembered: bool = True
    taught: bool = True
    seen: bool = True
    things: int = 1


@dataclass(frozen=True)
class Person:
    """The belief over the skills, and what is remembered of each card and skill."""

    belief: Belief
    traces: Mapping[str, Trace]
    events: int

    def recall(self, at: datetime) -> dict[str, float]:
        """Say of each skill that was seen how likely it is recalled at a moment."""
        return {skill: self.traces[skill].recall(at) for skill in self.belief.skills if skill in self.traces}

    def held(self, at: datetime) -> dict[str, tuple[float, float, float]]:
        """Say of each skill how well it is held at a moment: expected, and an 80 % interval."""
        return self.belief.held(self.recall(at))

    def need(self, loop: Loop, at: datetime) -> Need:
        """Say what is missing of each skill, were nothing done until a moment, and what each weighs."""
        return Need({skill: 1.0 - held[0] for skill, held in self.held(at).items()}, loop.weights())


def know(skills: Sequence[str], events: Iterable[Event]) -> Person:
    """Replay what happened.

    Examples
    --------
    >>> from datetime import UTC, timedelta
    >>> at = datetime(2026, 3, 2, 19, tzinfo=UTC)
    >>> lapse = Event(at, "sql.null", 1, ("sql.null",))
    >>> held = know(["sql.null", "sql.windows", "stats.power"], [lapse]).held(at)
    >>> held["sql.null"][0] < held["sql.windows"][0] < held["stats.power"][0]
    True
    """
    person = Person(begin(skills), {}, 0)
    for event in sorted(events, key=lambda event: (event.at, event.card_id)):
        person = learn(person, event)
    return person


def learn(person: Person, event: Event) -> Person:
    """Take in one thing that happened after all the others."""
    before = person.traces.get(event.card_id)
    seen = Seen(
        skills=event.skills,
        right=event.rating > 1 if event.seen else None,
        difficulty=event.difficulty,
        guess=event.guess,
        taught=event.taught,
        recall=before.recall(event.at) if before else 1.0,
        things=event.things,
    )
    traces = person.traces
    if event.remembered and event.seen:
        review = Review(event.card_id, event.rating, event.at, None)
        traces = {**traces, event.card_id: remember_one(before, review)}
    return Person(see(person.belief, seen), traces, person.events + 1)
