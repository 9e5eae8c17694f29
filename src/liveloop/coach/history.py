"""What happened, as events that say how well a skill is held?"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from liveloop.base.errors import BadInput
from liveloop.coach.baseline import GUESS, Answered
from liveloop.coach.baseline import Item as BankItem
from liveloop.coach.journal import Entry, Journal, Outcome, Review, Writing
from liveloop.coach.library import Card
from liveloop.coach.loop import Loop
from liveloop.coach.mark import probes_of
from liveloop.coach.memory import rate
from liveloop.coach.person import Event
from liveloop.coach.readiness import FACETS
from liveloop.coach.writing import versions
from liveloop.drill import Drill
from liveloop.plan import Block

WELL = 0.6  # the mark from which a text or a mock counts as done well
CARD_DIFFICULTY = 2.0
UNSEEN = ("reading", "narrative")
EASED = 2.0  # a drill asks of eight skills at once and breaks on one or two: each alone is easier than the drill

log = logging.getLogger(__name__)
Spoken = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Happened:
    """All that the journal holds, read once."""

    entries: tuple[Entry, ...]
    reviews: tuple[Review, ...]
    outcomes: tuple[Outcome, ...]
    writings: tuple[Writing, ...]
    scores: Mapping[str, float]
    answered: tuple[tuple[Answered, datetime], ...]


def read_happened(journal: Journal, score: Callable[[Writing], float | None] | None = None) -> Happened:
    """Read everything that happened; `score` says how a text was marked, None when nobody marked it."""
    writings = tuple(versions(journal.writings()))
    scores = {one.id: mark for one in writings if score is not None and (mark := score(one)) is not None}
    return Happened(
        entries=tuple(reversed(journal.entries())),
        reviews=tuple(journal.reviews()),
        outcomes=tuple(journal.outcomes()),
        writings=writings,
        scores=scores,
        answered=tuple(read_answers(journal)),
    )


def read_answers(journal: Journal) -> Iterator[tuple[Answered, datetime]]:
    """Read what was answered in the baseline, each with its moment."""
    for outcome in journal.outcomes("baseline"):
        for raw in json.loads(outcome.body).get("answered", []):
            at = datetime.fromisoformat(raw["at"])
            yield Answered(raw["item_id"], raw["choice"], raw.get("confidence"), raw.get("seconds")), at


def skills_spoken(drill: Drill) -> dict[str, str]:
    """Say which skill each probe speaks of when it is asked of this drill; none once its own probes are broken."""
    try:
        probes = probes_of(drill)
    except BadInput as refusal:  # the file was changed while the app runs; every other drill still has its skills
        log.warning("%s", refusal)
        return {}
    return {code: probe.skill[drill.kind] for code, probe in probes.items() if drill.kind in probe.skill}


@dataclass(frozen=True)
class Known:
    """What the records name: drills by id, items and cards by id, which skills a text practises, the loop."""

    drills: Mapping[str, Drill]
    spoken: Spoken
    items: Mapping[str, BankItem]
    cards: Mapping[str, Card]
    written: Mapping[str, tuple[str, ...]]
    loop: Loop


def events_of(happened: Happened, known: Known) -> list[Event]:
    """Give everything that says how well a skill is held; the same moment of several skills is several events."""
    return [
        *debrief_events(happened.entries, known),
        *review_events(happened.reviews, known),
        *answer_events(happened.answered, known),
        *writing_events(happened, known),
        *mock_events(happened.outcomes, known),
    ]


def debrief_events(entries: Iterable[Entry], known: Known) -> Iterator[Event]:
    """Read debriefs: a lapse for each skill that a finding spoke of."""
    for entry in entries:
        drill = known.drills.get(entry.drill_id)
        if drill is not None and entry.signal is not None:
            for skill, rating in rate(entry, drill, known.spoken.get(drill.id, {})).items():
                hard = drill.difficulty - EASED
                yield Event(entry.handed_in_at, skill, rating, (skill,), hard, taught=rating > 1)


def review_events(reviews: Iterable[Review], known: Known) -> Iterator[Event]:
    """Read reviews of cards and of skills; an item of the bank is a review of its skill."""
    for review in reviews:
        item, card = known.items.get(review.card_id), known.cards.get(review.card_id)
        if item is not None:
            yield Event(review.at, item.skill, review.rating, (item.skill,), item.difficulty, GUESS)
        elif card is not None:
            yield Event(review.at, card.id, review.rating, (card.skill,), CARD_DIFFICULTY)
        else:
            yield Event(review.at, review.card_id, review.rating, (review.card_id,))


def answer_events(answered: Iterable[tuple[Answered, datetime]], known: Known) -> Iterator[Event]:
    """Read the baseline: it measures and does not teach; to pass over an item is to say that one does not know."""
    for one, at in answered:
        item = known.items.get(one.item_id)
        if item is not None:
            guess = 0.0 if one.choice is None else GUESS
            rating = 3 if one.choice == item.right else 1
            yield Event(at, item.skill, rating, (item.skill,), item.difficulty, guess, taught=False)


def writing_events(happened: Happened, known: Known) -> Iterator[Event]:
    """Read texts that a person marked."""
    for writing in happened.writings:
        score, skills = happened.scores.get(writing.id), known.written.get(writing.subject_id, ())
        if score is not None:
            for skill in skills:
                yield Event(writing.at, skill, 3 if score >= WELL else 1, (skill,))


def mock_events(outcomes: Iterable[Outcome], known: Known) -> Iterator[Event]:
    """Read mocks: each speaks of all skills of its round at once, and of none alone."""
    rounds = {one.id: one for one in known.loop.rounds}
    for outcome in outcomes:
        one = rounds.get(outcome.round_id)
        if outcome.sort != "baseline" and one is not None and outcome.mark is not None:
            rating = 3 if outcome.mark >= WELL else 1
            yield Event(outcome.at, f"round:{one.id}", rating, one.skills, remembered=False, things=FACETS)


def block_events(blocks: Iterable[Block], noon: Callable[[date], datetime]) -> Iterator[Event]:
    """Read the blocks that were done and of which no record says how they went: what was read, what was told."""
    for block in blocks:
        if block.state == "done" and block.activity in UNSEEN:
            yield Event(noon(block.day), f"block:{block.id}", 3, block.skills, seen=False)
