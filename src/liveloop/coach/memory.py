"""What is about to be forgotten, and when should it come back?

Each skill and each card of the library is a card of FSRS. A debrief is a review of the skills that it spoke of: a
finding of class NULL is a lapse of `sql.null` and of nothing else. Cards are replayed from the journal, so nothing is
stored about memory that could disagree with what happened.

FSRS knows no deadline, and all cards are alike to it. What is shown first is what would be lost most on the day of the
interview: by how surely it will be forgotten then, and by what it counts.

Source: Ye, Su, Cao (2022), A stochastic shortest path algorithm for optimizing spaced repetition scheduling; FSRS 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from fsrs import Card, Rating, Scheduler

from liveloop.coach.journal import Entry, Review
from liveloop.drill import Drill

RETENTION = 0.9
SURVIVED = ("yes", "strong yes")
LOST = ("no", "strong no")
SCHEDULER = Scheduler(desired_retention=RETENTION, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@dataclass(frozen=True)
class Trace:
    """What is remembered of one card: when it was last seen, when it falls due, how long it lasts, how often it lapsed.

    `stability_days` is the time in which recall falls to 90 %.
    """

    card_id: str
    last_at: datetime
    due_at: datetime
    stability_days: float
    seen: int
    lapses: int
    state: Card

    def recall(self, at: datetime) -> float:
        """Say the chance that it is recalled at a moment."""
        return float(SCHEDULER.get_card_retrievability(self.state, max(at, self.last_at)))


def remember(reviews: Iterable[Review]) -> dict[str, Trace]:
    """Replay reviews, oldest first, into what is remembered of each card.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 3, 2, 19, tzinfo=UTC)
    >>> trace = remember([Review("sql.null", 3, at, None)])["sql.null"]
    >>> round(trace.recall(at + timedelta(days=30)), 2) < 0.9 < trace.recall(at + timedelta(days=1))
    True
    """
    traces: dict[str, Trace] = {}
    for review in sorted(reviews, key=lambda review: review.at):
        traces[review.card_id] = remember_one(traces.get(review.card_id), review)
    return traces


def remember_one(before: Trace | None, review: Review) -> Trace:
    """Add one review to what is remembered of its card."""
    card = Card(card_id=1, due=review.at) if before is None else before.state
    card, _ = SCHEDULER.review_card(card, Rating(review.rating), review.at)
    return Trace(
        card_id=review.card_id,
        last_at=review.at,
        due_at=card.due,
        stability_days=float(card.stability or 0.0),
        seen=1 + (before.seen if before else 0),
        lapses=(review.rating == 1) + (before.lapses if before else 0),
        state=card,
    )


def reviews_of(
    entries: Iterable[Entry], drills: Mapping[str, Drill], spoken: Mapping[str, Mapping[str, str]]
) -> list[Review]:
    """Turn debriefs into reviews of the skills that they spoke of.

    A skill with a finding lapsed. One that a probe asked about in vain was recalled. The drill's own skills that no
    probe speaks of were recalled when it survived, lapsed when it was wrong on ordinary data, and are left out between.
    """
    reviews = []
    for entry in entries:
        drill = drills.get(entry.drill_id)
        if drill is not None and entry.signal is not None:
            ratings = rate(entry, drill, spoken.get(drill.id, {}))
            reviews += [Review(skill, rating, entry.handed_in_at, None) for skill, rating in ratings.items()]
    return reviews


def rate(entry: Entry, drill: Drill, spoken: Mapping[str, str]) -> dict[str, int]:
    """Rate the skills that one debrief spoke of: 1 for a lapse, 3 for a recall."""
    ratings = {}
    if entry.signal in SURVIVED or entry.signal in LOST:
        ratings = dict.fromkeys(drill.skills, 3 if entry.signal in SURVIVED else 1)
    ratings |= {spoken[code]: 3 for code in entry.asked if code in spoken}
    return ratings | {spoken[code]: 1 for code in entry.found if code in spoken}


def due_now(
    traces: Mapping[str, Trace], now: datetime, interview: datetime | None, weights: Mapping[str, float] | None = None
) -> list[Trace]:
    """List what is due, that first of which most would be lost on the day of the interview.

    Parameters
    ----------
    weights
        What each card counts; without them all count the same, and what will be recalled least comes first.
    """
    at = interview or now
    due = [trace for trace in traces.values() if trace.due_at <= now]

    def kept(trace: Trace) -> float:
        return (1.0 if weights is None else weights.get(trace.card_id, 0.0)) * (trace.recall(at) - 1.0)

    return sorted(due, key=lambda trace: (kept(trace), trace.card_id))


def cram(traces: Mapping[str, Trace], interview: datetime, most: int) -> list[Trace]:
    """List what would be recalled least on the day of the interview, due or not."""
    return sorted(traces.values(), key=lambda trace: (trace.recall(interview), trace.card_id))[:most]


def due_days(
    traces: Mapping[str, Trace], days: Sequence[date], today: date, zone: tzinfo | None = None
) -> tuple[date, ...]:
    """Say on which days of practice reviews will be due.

    What is reviewed comes back, and each day of practice adds what will; so from the first day on which something is
    due, every day has its reviews. With nothing seen yet, that is the third day.

    Parameters
    ----------
    zone
        Where the person's days begin; None is the machine's own.
    """
    first = min((trace.due_at.astimezone(zone).date() for trace in traces.values()), default=today + timedelta(days=2))
    return tuple(day for day in days if day >= max(first, today))
