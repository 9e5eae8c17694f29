"""How does a simulated person spend their hours by our plan, and what do all ways of spending them share?

What a way may look at is what was seen of the person, never what they hold.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from learners.practice import (
    Chance,
    Seat,
    answer,
    recall_card,
    recall_item,
    sit_mock,
    work_drill,
    work_text,
    work_unseen,
)
from liveloop.coach.baseline import Answered, next_item
from liveloop.coach.catalogue import Catalogue
from liveloop.coach.journal import Review
from liveloop.coach.loop import Loop
from liveloop.coach.memory import due_days
from liveloop.coach.mock import lay_out
from liveloop.coach.person import Event, Person, know, learn
from liveloop.coach.planner.choose import NARRATIVE_SKILLS, Item, Shelf, choose
from liveloop.coach.planner.days import practice_days, week_of
from liveloop.coach.planner.kinds import PLAIN, REVIEW_MINUTES
from liveloop.coach.planner.make import Known, make_plan, replan
from liveloop.coach.planner.wish import Need, weights_on
from liveloop.coach.readiness import Readiness, forecast
from liveloop.coach.review import Moment, due_cards
from liveloop.plan import Block, Goal, Plan

MINUTES = {kind.activity: kind.minutes for kind in PLAIN}
NARRATIVE = Item("narrative", "", "A narrative", NARRATIVE_SKILLS)


@dataclass(frozen=True)
class Shop:
    """All there is to practise with."""

    catalogue: Catalogue
    shelf: Shelf

    @property
    def loop(self) -> Loop:
        """Give the loop that is prepared for."""
        return self.shelf.loop


class Way(ABC):
    """A way of spending the hours; `mocks` and `minutes` say what it did."""

    def __init__(self, shop: Shop, goal: Goal, seed: int, name: str) -> None:
        self.shop, self.goal, self.seed = shop, goal, seed
        self.chance = Chance(seed, name)
        self.mocks: list[str] = []
        self.minutes: dict[str, int] = {}
        self.spent: dict[date, int] = {}
        self.cards = shop.catalogue.cards
        self.bank: dict[str, list[str]] = {}
        for item in sorted(shop.catalogue.items.values(), key=lambda item: item.id):
            self.bank.setdefault(item.skill, []).append(item.id)

    @abstractmethod
    def spend(self, seat: Seat, minutes: int) -> None:
        """Spend the minutes of a day."""

    @abstractmethod
    def saw(self, events: Sequence[Event]) -> None:
        """Take note of what was seen."""

    def need(self, seat: Seat) -> Need:
        """Say what a mock should look at."""
        return Need({}, self.shop.loop.weights())

    def work(self, seat: Seat, item: Item, minutes: int, minute: int) -> None:
        """Do an item."""
        self.note(item.activity, minutes)
        if item.activity in ("reading", "narrative"):
            self.saw(work_unseen(seat, item, minutes, minute))
        else:
            do = work_drill if item.activity in ("sql", "python") else work_text
            self.saw(do(seat, item, minutes, self.chance, minute))

    def mock(self, seat: Seat, round_id: str, minute: int) -> None:
        """Sit a mock of a round."""
        one = self.shop.loop.round(round_id)
        items = self.shop.shelf.items
        mock = lay_out(one, items, self.need(seat), fresh=self.mocks.count(round_id))
        self.mocks.append(round_id)
        self.note("mock", one.mock_minutes)
        self.saw(sit_mock(seat, one, mock, items, self.chance, minute))

    def recall(self, seat: Seat, card_id: str, minute: int) -> tuple[Event, int]:
        """Recall a card of the library, or an item of the bank; say how long it took."""
        if card_id in self.cards:
            return recall_card(seat, self.cards[card_id], self.chance, minute), 1
        item = self.shop.catalogue.items[card_id]
        return recall_item(seat, item, self.chance, minute), item.minutes

    def note(self, activity: str, minutes: int) -> None:
        """Note minutes."""
        self.minutes[activity] = self.minutes.get(activity, 0) + minutes


class Ours(Way):
    """The baseline, then the plan: made anew as the app does it, each choice by what is known then."""

    def __init__(self, shop: Shop, goal: Goal, seed: int) -> None:
        super().__init__(shop, goal, seed, "ours")
        self.person: Person = know(list(shop.catalogue.skills), [])
        self.plan: Plan | None = None
        self.day = goal.begins
        self.reviews: list[Review] = []
        self.was_read: set[str] = set()

    def spend(self, seat: Seat, minutes: int) -> None:
        """Do the blocks of the day."""
        self.refresh(seat.today)
        assert self.plan is not None
        minute = 0
        while True:
            blocks = [block for block in self.plan.blocks if block.day <= seat.today]
            if not any(block.state == "planned" for block in blocks):
                self.spent[seat.today] = minute
                return
            blocks = list(choose(blocks, self.goal, self.shop.shelf, self.need(seat), seat.today))
            block = next(block for block in blocks if block.state == "planned")
            self.open(seat, block, minute)
            minute += block.minutes
            done = replace(block, state="done")
            self.plan = replace(
                self.plan, blocks=tuple(done if one.id == block.id else one for one in self.plan.blocks)
            )

    def refresh(self, today: date) -> None:
        """Bring the plan up to date, as the agenda does on each new day."""
        days = [day for day in practice_days(self.goal) if day >= today]
        known = Known(today, self.need_on(today), due_days(self.person.traces, days, today))
        if self.plan is None:
            self.plan = make_plan(self.goal, self.shop.shelf, known)
        else:
            adapt = week_of(self.goal, today) > week_of(self.goal, self.day)
            if adapt or any(block.state == "planned" and block.day < today for block in self.plan.blocks):
                self.plan = replan(self.plan, self.shop.shelf, known, adapt=adapt)
        self.day = today

    def open(self, seat: Seat, block: Block, minute: int) -> None:
        """Do one block."""
        if block.activity == "baseline":
            self.baseline(seat)
        elif block.activity == "review":
            self.review(seat, minute)
        elif block.activity == "mock":
            self.mock(seat, block.refers, minute)
        elif block.activity == "narrative":
            self.work(seat, NARRATIVE, block.minutes, minute)
        else:
            item = self.shop.shelf.find(block)
            assert item is not None
            self.work(seat, item, block.minutes, minute)
            if block.activity == "reading":
                self.was_read.add(block.refers)

    def baseline(self, seat: Seat) -> None:
        """Answer items until the 45 minutes are used."""
        items, weights = self.shop.catalogue.items, self.shop.loop.weights()
        answered: list[Answered] = []
        while (item := next_item(self.person.belief, items, answered, weights)) is not None:
            event, choice = answer(seat, item, self.chance, len(answered))
            answered.append(Answered(item.id, choice))
            self.saw([event])
        self.note("baseline", 45)

    def review(self, seat: Seat, minute: int) -> None:
        """Review what is due, then what is new, for a quarter of an hour."""
        moment = Moment(seat.moment(minute), UTC, noon(self.goal.last))
        used = 0
        counts = weights_on(self.shop.loop, self.goal, seat.today)
        for due in due_cards(self.person, self.shop.catalogue, self.reviews, self.was_read, moment, counts):
            if used >= REVIEW_MINUTES:
                break
            event, took = self.recall(seat, due.card_id, minute + used)
            self.reviews.append(Review(due.card_id, event.rating, event.at, None))
            self.saw([event])
            used += took
        self.note("review", REVIEW_MINUTES)

    def saw(self, events: Sequence[Event]) -> None:
        """Learn of the person."""
        for event in events:
            self.person = learn(self.person, event)

    def need(self, seat: Seat) -> Need:
        """Say what is missing on the day of the interview."""
        return self.need_on(seat.today)

    def need_on(self, today: date) -> Need:
        """Say what is missing on the day of the interview, as known on a day."""
        return self.person.need(self.shop.loop, noon(max(today, self.goal.last)))

    def readiness(self) -> tuple[Readiness, ...]:
        """Forecast each round for its own day."""
        recall = {key: self.person.recall(noon(day)) for key, day in self.goal.dates.items()}
        return forecast(self.person.belief, self.shop.loop, recall)


def noon(day: date) -> datetime:
    """Give the middle of a day."""
    return datetime.combine(day, time(12, tzinfo=UTC))
