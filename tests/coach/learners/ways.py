"""How are the same hours spent: by our plan, by a table of weeks, by FSRS alone, or in any order?

Every way has the same minutes on the same days, the same items and, in the same number, the same mocks. The three
rivals get more than they are known for: fifteen minutes of reviews a day, and mocks laid evenly from a third of the way
on. What a way may look at is what was seen of the person; only ours and FSRS do.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
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
from liveloop.base.seeds import uniforms
from liveloop.coach.baseline import Answered, next_item
from liveloop.coach.catalogue import Catalogue
from liveloop.coach.journal import Review
from liveloop.coach.loop import Loop
from liveloop.coach.memory import Trace, due_days, due_now, remember_one
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


class Rival(Way):
    """What the three others share: a box of cards, mocks laid evenly, items one after the other."""

    def __init__(self, shop: Shop, goal: Goal, seed: int, name: str, mocks: Sequence[str]) -> None:
        super().__init__(shop, goal, seed, name)
        self.owed = list(mocks)
        self.many = len(mocks)
        self.box: deque[str] = deque()
        self.seen: set[str] = set()
        capacity = practice_days(goal)
        self.later = dict(list(capacity.items())[len(capacity) // 3 :])
        self.items = [*shop.shelf.items, NARRATIVE]
        self.saved = 0

    def spend(self, seat: Seat, minutes: int) -> None:
        """Sit the mock that is owed, review, then do items while there is time; what does not fit is kept for later."""
        left = minutes + self.saved
        self.saved = 0
        left -= self.sit(seat, left)
        left -= self.review(seat, left)
        while left > 0:
            item = self.pick(seat, left)
            if item is None:
                break
            long = MINUTES[item.activity]
            self.work(seat, item, long, max(0, minutes - left))
            self.put(item)
            left -= long
        self.saved = left

    @abstractmethod
    def pick(self, seat: Seat, left: int) -> Item | None:
        """Pick the next item that takes at most so many minutes."""

    def put(self, item: Item) -> None:
        """Put what an item is about into the box of cards."""
        fresh = [self.bank[skill][0] for skill in item.skills if skill in self.bank] + self.cards_of(item)
        self.box.extend(card_id for card_id in fresh if card_id not in self.seen)
        self.seen.update(fresh)

    def cards_of(self, item: Item) -> list[str]:
        """List the cards of a reference."""
        references = self.shop.catalogue.references if item.activity == "reading" else ()
        return [card.id for one in references if one.slug == item.refers for card in one.cards]

    def review(self, seat: Seat, minutes: int) -> int:
        """Work the box from front to back for a quarter of an hour."""
        if not self.box:
            return 0
        used = 0
        while used < min(REVIEW_MINUTES, minutes):
            card_id = self.box.popleft()
            event, took = self.recall(seat, card_id, used)
            self.saw([event])
            self.box.append(self.another(card_id))
            used += took
        self.note("review", used)
        return used

    def another(self, card_id: str) -> str:
        """Give another item of the same skill for the next time; a card comes as itself."""
        if card_id in self.cards:
            return card_id
        there = self.bank[self.shop.catalogue.items[card_id].skill]
        return there[(there.index(card_id) + 1) % len(there)]

    def sit(self, seat: Seat, left: int) -> int:
        """Sit the mocks that are owed by now, two a day at most."""
        total = sum(self.later.values())
        so_far = sum(minutes for day, minutes in self.later.items() if day <= seat.today)
        target = round(self.many * so_far / max(1, total))
        used = 0
        for _ in range(2):
            open_now = [one for one in self.owed if self.goal.dates[one] > seat.today]
            one = next((one for one in open_now if self.shop.loop.round(one).mock_minutes <= left - used), None)
            if one is None or self.many - len(self.owed) >= target:
                break
            self.owed.remove(one)
            self.mock(seat, one, used)
            used += self.shop.loop.round(one).mock_minutes
        return used

    def saw(self, events: Sequence[Event]) -> None:
        """Look at nothing."""


class Table(Rival):
    """Six themes, stretched over the weeks; each week goes round its theme's items, easy ones first."""

    def __init__(self, shop: Shop, goal: Goal, seed: int, mocks: Sequence[str]) -> None:
        super().__init__(shop, goal, seed, "table", mocks)
        ordered = sorted(self.items, key=lambda item: item.difficulty)
        self.rings = {
            theme.id: deque(
                item for item in ordered if 2 * sum(one in theme.skills for one in item.skills) >= len(item.skills)
            )
            for theme in shop.shelf.themes
        }

    def pick(self, seat: Seat, left: int) -> Item | None:
        """Take the next of the theme."""
        themes = self.shop.shelf.themes
        way = (seat.today - self.goal.begins) / (self.goal.last - self.goal.begins)
        theme = themes[int(way * len(themes))]
        return turn(self.rings[theme.id], left)


class Fsrs(Rival):
    """What FSRS says is due, the longest due first; then what is new, one of each theme in turn, easy ones first."""

    def __init__(self, shop: Shop, goal: Goal, seed: int, mocks: Sequence[str]) -> None:
        super().__init__(shop, goal, seed, "fsrs", mocks)
        self.traces: dict[str, Trace] = {}
        self.ring = deque(in_turn(self.items, shop.shelf))

    def review(self, seat: Seat, minutes: int) -> int:
        """Review all that is due, then see the new cards of what was read, while there is time."""
        used = 0
        due = sorted(due_now(self.traces, seat.moment(0), None), key=lambda trace: (trace.due_at, trace.card_id))
        for trace in due:
            there = self.bank.get(trace.card_id)
            if used >= minutes:
                break
            if there or trace.card_id in self.cards:
                card_id = there[trace.seen % len(there)] if there else trace.card_id
                used += self.look(seat, card_id, used)
        while self.box and used < minutes:
            used += self.look(seat, self.box.popleft(), used)
        self.note("review", used)
        return used

    def look(self, seat: Seat, card_id: str, minute: int) -> int:
        """Look at one card; give the minutes it took."""
        event, took = self.recall(seat, card_id, minute)
        self.saw([event])
        return took

    def put(self, item: Item) -> None:
        """Put the cards of what was read with the new ones."""
        self.box.extend(card_id for card_id in self.cards_of(item) if card_id not in self.seen)
        self.seen.update(self.cards_of(item))

    def pick(self, seat: Seat, left: int) -> Item | None:
        """Take the next in order."""
        return turn(self.ring, left)

    def saw(self, events: Sequence[Event]) -> None:
        """Remember what was seen of each card and skill."""
        for event in events:
            if event.remembered and event.seen:
                review = Review(event.card_id, event.rating, event.at, None)
                self.traces[event.card_id] = remember_one(self.traces.get(event.card_id), review)


class AnyOrder(Rival):
    """Everything once in an order drawn by lot, then again."""

    def __init__(self, shop: Shop, goal: Goal, seed: int, mocks: Sequence[str]) -> None:
        super().__init__(shop, goal, seed, "any", mocks)
        lots = uniforms(seed, "order", range(len(self.items)))
        self.ring = deque(item for _, item in sorted(zip(lots, self.items, strict=True), key=lambda pair: pair[0]))

    def pick(self, seat: Seat, left: int) -> Item | None:
        """Take the next."""
        return turn(self.ring, left)


def turn(ring: deque[Item], left: int) -> Item | None:
    """Take the next of a ring that fits, and lay it at the end."""
    for item in ring:
        if MINUTES[item.activity] <= left:
            ring.remove(item)
            ring.append(item)
            return item
    return None


def in_turn(items: Sequence[Item], shelf: Shelf) -> Iterator[Item]:
    """Give one item of each theme in turn, easy ones first."""
    queues: Mapping[str, deque[Item]] = {theme.id: deque() for theme in shelf.themes}
    for item in sorted(items, key=lambda item: item.difficulty):
        theme = max(shelf.themes, key=lambda theme: sum(skill in theme.skills for skill in item.skills))
        queues[theme.id].append(item)
    while any(queues.values()):
        for queue in queues.values():
            if queue:
                yield queue.popleft()


def noon(day: date) -> datetime:
    """Give the middle of a day."""
    return datetime.combine(day, time(12, tzinfo=UTC))
