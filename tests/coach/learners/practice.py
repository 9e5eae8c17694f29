"""What does a block of practice do to a simulated person, and what of it is seen?

What is seen is what the journal would hold, read as `liveloop.coach.history` reads it: which skills a debrief spoke of,
whether a text or a mock was marked as done well, whether a card was recalled. The truth is never handed out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from scipy.special import ndtri

from learners.mind import Mind
from liveloop.base.seeds import Floats, integers, normals, uniforms
from liveloop.coach.baseline import GUESS
from liveloop.coach.baseline import Item as BankItem
from liveloop.coach.history import CARD_DIFFICULTY, EASED, WELL
from liveloop.coach.library import Card
from liveloop.coach.loop import Round
from liveloop.coach.mock import TOLD, Mock
from liveloop.coach.person import Event
from liveloop.coach.planner.choose import Item
from liveloop.coach.planner.kinds import CODING
from liveloop.coach.readiness import FACETS

DOSE_MINUTES, DOSE_POWER = 8.0, 0.8  # twice the time on one thing teaches less than twice
ACTIVE = 0.9  # of the minutes of a block, spent on the thing itself
READING, RECALL = 0.75, 0.6  # to read, or to recall a card, is not yet to do it
ALONE = 1.6  # each skill of a drill alone is so much easier than the drill
FOUND, ASKED = 0.92, 0.85  # a fault is found; a probe spoke of what went well
PASSES_OVER = 0.5  # of what is not known in the baseline
GUESSED = 0.25
EVENING = time(19, tzinfo=UTC)


@dataclass(frozen=True)
class Seat:
    """A person at work on a day: who, their seed, the first day of the plan, today."""

    mind: Mind
    seed: int
    begins: date
    today: date

    @property
    def at(self) -> float:
        """Give the time in days from the first."""
        return float((self.today - self.begins).days)

    def moment(self, minute: int) -> datetime:
        """Give a moment of this evening."""
        return datetime.combine(self.today, EVENING) + timedelta(minutes=minute)


class Chance:
    """Numbers drawn one after the other, for one person and one way of spending the hours."""

    AT_ONCE = 256

    def __init__(self, seed: int, purpose: str) -> None:
        self.seed, self.purpose, self.drawn = seed, purpose, 0
        self.ready = np.empty(0)

    def uniform(self) -> float:
        """Draw one number from 0 to 1."""
        place = self.drawn % self.AT_ONCE
        if place == 0:
            self.ready = uniforms(self.seed, self.purpose, np.arange(self.drawn, self.drawn + self.AT_ONCE))
        self.drawn += 1
        return float(self.ready[place])

    def coin(self, chance: float) -> bool:
        """Toss one coin."""
        return self.uniform() < chance

    def normal(self) -> float:
        """Draw one standard normal number."""
        return float(ndtri(self.uniform()))


def dose(minutes: float) -> float:
    """Say how much so many minutes on one skill teach.

    Examples
    --------
    >>> round(dose(8), 2), round(dose(16), 2), round(dose(1.5), 2)
    (1.0, 1.74, 0.26)
    """
    return float((minutes / DOSE_MINUTES) ** DOSE_POWER)


def spread(skills: Sequence[str], minutes: float) -> list[tuple[str, float]]:
    """Share the minutes of a block among its skills."""
    return [(skill, dose(minutes * ACTIVE / len(skills))) for skill in skills]


def work_drill(seat: Seat, item: Item, minutes: int, chance: Chance, minute: int) -> list[Event]:
    """Do a drill: a lapse for each skill with a finding, a recall for most that went well."""
    form = seat.mind.traits.form * chance.normal()
    chances = seat.mind.chances(seat.at, item.difficulty - ALONE, form)
    events = []
    for skill in item.skills:
        well = chance.coin(chances[seat.mind.place[skill]])
        if chance.coin(ASKED if well else FOUND):
            hard = item.difficulty - EASED
            events.append(Event(seat.moment(minute), skill, 3 if well else 1, (skill,), hard, taught=well))
    seat.mind.teach(seat.at, spread(item.skills, minutes), item.difficulty)
    return events


def work_text(seat: Seat, item: Item, minutes: int, chance: Chance, minute: int) -> list[Event]:
    """Write about a case or a prompt; one mark speaks of all its skills."""
    form = seat.mind.traits.form * chance.normal()
    chances = seat.mind.chances(seat.at, item.difficulty, form)
    score = mark([float(chances[seat.mind.place[skill]]) for skill in item.skills for _ in range(2)], chance)
    seat.mind.teach(seat.at, spread(item.skills, minutes), item.difficulty)
    return [Event(seat.moment(minute), skill, 3 if score >= WELL else 1, (skill,)) for skill in item.skills]


def mark(chances: Sequence[float], chance: Chance) -> float:
    """Mark what was done by somebody who is not quite sure."""
    return sum(chance.coin(one) for one in chances) / len(chances) + 0.08 * chance.normal()


def work_unseen(seat: Seat, item: Item, minutes: int, minute: int) -> list[Event]:
    """Read a reference, or tell a narrative that nobody marks: it teaches, and nothing is seen."""
    part = READING if item.activity == "reading" else 1.0
    seat.mind.teach(seat.at, [(skill, part * one) for skill, one in spread(item.skills, minutes)], item.difficulty)
    about = f"{item.activity}:{item.refers}"
    return [Event(seat.moment(minute), about, 3, item.skills, seen=False)]


def recall_card(seat: Seat, card: Card, chance: Chance, minute: int) -> Event:
    """Recall a card."""
    place = seat.mind.place[card.skill]
    well = chance.coin(seat.mind.chances(seat.at, CARD_DIFFICULTY)[place])
    seat.mind.teach(seat.at, [(card.skill, RECALL * dose(1.0))], CARD_DIFFICULTY)
    return Event(seat.moment(minute), card.id, 3 if well else 1, (card.skill,), CARD_DIFFICULTY)


def recall_item(seat: Seat, item: BankItem, chance: Chance, minute: int) -> Event:
    """Answer an item of the bank in a review of its skill; one may guess."""
    known = chance.coin(seat.mind.chances(seat.at, item.difficulty)[seat.mind.place[item.skill]])
    well = known or chance.coin(GUESSED)
    seat.mind.teach(seat.at, [(item.skill, RECALL * dose(item.minutes))], item.difficulty)
    return Event(seat.moment(minute), item.skill, 3 if well else 1, (item.skill,), item.difficulty, GUESS)


def answer(seat: Seat, item: BankItem, chance: Chance, minute: int) -> tuple[Event, int | None]:
    """Answer an item of the baseline, or pass over it; it measures and does not teach."""
    known = chance.coin(seat.mind.chances(seat.at, item.difficulty)[seat.mind.place[item.skill]])
    passed = not known and chance.coin(PASSES_OVER)
    well = known or (not passed and chance.coin(GUESSED))
    choice = None if passed else item.right if well else (item.right + 1) % 4
    guess = 0.0 if passed else GUESS
    event = Event(
        seat.moment(minute), item.skill, 3 if well else 1, (item.skill,), item.difficulty, guess, taught=False
    )
    return event, choice


def sit_mock(seat: Seat, one: Round, mock: Mock, items: Sequence[Item], chance: Chance, minute: int) -> list[Event]:
    """Sit a mock: its phases practise what they open, and one noisy mark speaks of the whole round."""
    opened = {(item.activity, item.refers): item for item in (*items, TOLD)}
    phases = [
        (opened[phase.activity, phase.refers], phase.minutes)
        for phase in mock.phases
        if (phase.activity, phase.refers) in opened
    ]
    form = seat.mind.traits.form * chance.normal()
    whole = one.mock_minutes / max(1, sum(minutes for _, minutes in phases))
    met: list[float] = []
    for item, minutes in phases:
        alone = item.difficulty - (ALONE if item.activity in CODING else 0.0)
        chances = seat.mind.chances(seat.at, alone, form)
        inside = [skill for skill in item.skills if skill in one.skills]
        met += [float(chances[seat.mind.place[skill]]) for skill in inside]
        seat.mind.teach(seat.at, spread(item.skills, minutes * whole), item.difficulty)
    if not met:
        return []
    score = mark(met, chance)
    rating = 3 if score >= WELL else 1
    return [Event(seat.moment(minute), f"round:{one.id}", rating, one.skills, remembered=False, things=FACETS)]


ASKED_IN_ROUND, WELL_IN_ROUND, SITTINGS = 9, 6, 400


def true_chance(chances: Floats, step: float, seed: int, round_id: str) -> float:
    """Say how likely a round is passed: nine things of varying difficulty on one day's form, six of which go well.

    Parameters
    ----------
    chances
        Of each of the round's skills, on its day.
    """
    size = SITTINGS * ASKED_IN_ROUND
    asked = integers(seed, f"{round_id} asked", np.arange(size), len(chances))
    hard = 0.8 * step * normals(seed, f"{round_id} hard", np.arange(size))
    form = 0.3 * normals(seed, f"{round_id} form", np.arange(SITTINGS)).repeat(ASKED_IN_ROUND)
    eta = np.log(chances / (1.0 - chances))[asked] - hard + form
    well = uniforms(seed, f"{round_id} well", np.arange(size)) < 1.0 / (1.0 + np.exp(-eta))
    return float((well.reshape(SITTINGS, ASKED_IN_ROUND).sum(axis=1) >= WELL_IN_ROUND).mean())
