"""How else could the same hours be spent: by a table of weeks, by FSRS alone, in any order?

Every way has the same minutes on the same days and the same items. The rivals get more than they are known for: mocks
in the same number as ours, laid evenly from a third of the way on, because without them each does worse; reviews of
what was practised, fifteen minutes a day for the table and for any order; for FSRS new things of each theme in turn.
Only FSRS looks at what was seen of the person.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from learners.practice import Seat
from learners.ways import MINUTES, NARRATIVE, Shop, Way
from liveloop.base.seeds import uniforms
from liveloop.coach.journal import Review
from liveloop.coach.memory import Trace, due_now, remember_one
from liveloop.coach.person import Event
from liveloop.coach.planner.choose import Item, Shelf
from liveloop.coach.planner.days import practice_days
from liveloop.coach.planner.kinds import REVIEW_MINUTES
from liveloop.plan import Goal


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


class ShortFsrs(Fsrs):
    """FSRS with as long for its reviews as the others have."""

    def review(self, seat: Seat, minutes: int) -> int:
        """Review for a quarter of an hour at most."""
        return super().review(seat, min(minutes, REVIEW_MINUTES))


Make = Callable[[Shop, Goal, int, Sequence[str]], Rival]
RIVALS: Mapping[str, tuple[Make, bool]] = {"table": (Table, True), "fsrs": (Fsrs, True), "any": (AnyOrder, True)}
OTHER_FORMS: Mapping[str, tuple[Make, bool]] = {
    "table, no mocks": (Table, False),
    "fsrs, no mocks": (Fsrs, False),
    "fsrs, 15 minutes": (ShortFsrs, True),
    "any, no mocks": (AnyOrder, False),
}


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
