"""What does one simulated person hold on the day of each round, after spending the same hours in each way?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from learners.mind import Mind, make_mind
from learners.practice import Chance, Seat, true_chance
from learners.rivals import RIVALS, Make
from learners.ways import Ours, Shop, Way, noon
from liveloop.base.seeds import flips, integers
from liveloop.coach.agenda import suggest_dates
from liveloop.coach.catalogue import read_catalogue
from liveloop.coach.planner.days import practice_days
from liveloop.exam.load import load_all
from liveloop.plan import Goal

MISSED = 0.1  # of the days
FAMILIES = ("power", "stores")
MOMENTS = ("after the baseline", "half-way", "a week before", "the day before")


@dataclass(frozen=True)
class Scenario:
    """How long it is until the last round, and how many hours a week there are."""

    weeks: int
    hours: float


SCENARIOS = (
    Scenario(3, 4), Scenario(3, 15), Scenario(6, 6), Scenario(6, 10), Scenario(9, 8), Scenario(12, 5)
)  # fmt: skip


@dataclass(frozen=True)
class Forecasted:
    """A forecast of one round at one moment, and what came of it.

    `passed` is drawn from what the person would hold on the day of the round were nothing done until then, which is
    what a forecast speaks of; `passed_after` from what they held after all they did.
    """

    person: int
    moment: str
    round_id: str
    chance: float
    low: float
    high: float
    truth: float
    passed: bool
    passed_after: bool


@dataclass(frozen=True)
class Covered:
    """At one moment: the share of skills whose true chance lies in its 80 % interval, mean error, mean width."""

    person: int
    moment: str
    share: float
    error: float
    squared: float
    width: float


@dataclass(frozen=True)
class Tried:
    """One person: what they held by each way, weighted as the loop weighs it, and how the forecasts went."""

    seed: int
    family: str
    scenario: Scenario
    before: float
    held: Mapping[str, float]
    rounds: Mapping[str, Mapping[str, float]]
    minutes: Mapping[str, Mapping[str, int]]
    forecasts: tuple[Forecasted, ...]
    covered: tuple[Covered, ...]


def open_shop() -> Shop:
    """Read all there is to practise with."""
    catalogue = read_catalogue()
    return Shop(catalogue, catalogue.shelf(catalogue.loops["ai-safety"], load_all()))


def try_person(
    shop: Shop,
    seed: int,
    family: str,
    scenario: Scenario,
    rivals: Mapping[str, tuple[Make, bool]] = RIVALS,
) -> Tried:
    """Let one person spend the same hours in each way: our own, and each rival with or without mocks.

    Chance is drawn by the person's seed, so the four ways differ in what is done and not in who does it.
    """
    goal = draw_goal(shop, seed, scenario)
    there = list(practice_days(goal).items())
    lost = flips(seed, "missed", range(len(there)), MISSED)
    days = [(day, minutes) for (day, minutes), gone in zip(there, lost, strict=True) if not gone or day == there[0][0]]
    skills = list(shop.catalogue.skills)
    mind = make_mind(skills, seed, family)
    watch = Watch(shop, mind, goal, seed, [day for day, _ in days])
    ours = Ours(shop, goal, seed)
    before = weighted(shop, make_mind(skills, seed, family), goal)
    rounds = {"ours": live(ours, mind, goal, days, lambda day: watch.look(ours, day))}
    minutes = {"ours": ours.minutes}
    days = [(day, ours.spent.get(day, 0)) for day, _ in days]
    for name, (make, mocked) in rivals.items():
        way = make(shop, goal, seed, tuple(ours.mocks) if mocked else ())
        rounds[name] = live(way, make_mind(skills, seed, family), goal, days)
        minutes[name] = way.minutes
    total = sum(one.weight for one in shop.loop.rounds)
    held = {name: sum(one.weight / total * there[one.id] for one in shop.loop.rounds) for name, there in rounds.items()}
    return Tried(seed, family, scenario, before, held, rounds, minutes, watch.forecasts(), tuple(watch.covered))


def draw_goal(shop: Shop, seed: int, scenario: Scenario) -> Goal:
    """Draw the first day and perhaps a weekday off; the stages are spread as the app suggests."""
    begins = date(2026, 3, 2) + timedelta(days=int(integers(seed, "begins", [0], 7)[0]))
    last = begins + timedelta(days=7 * scenario.weeks)
    off = tuple(int(day) for day in integers(seed, "off", [0], 7) if flips(seed, "has off", [0], 0.5)[0])
    return Goal(shop.loop.id, begins, suggest_dates(shop.loop, last, begins), scenario.hours, off)


def live(
    way: Way,
    mind: Mind,
    goal: Goal,
    days: Sequence[tuple[date, int]],
    look: Callable[[date], None] = lambda day: None,
) -> dict[str, float]:
    """Live through the days; give what was held of each round on its day."""
    held: dict[str, float] = {}

    def close(until: date) -> None:
        for one in way.shop.loop.rounds:
            if one.id not in held and goal.dates[one.id] <= until:
                held[one.id] = held_in(mind, goal, one.id, one.skills)

    for day, minutes in days:
        close(day - timedelta(days=1))
        way.spend(Seat(mind, way.seed, goal.begins, day), minutes)
        look(day)
    close(goal.last)
    return held


def held_in(mind: Mind, goal: Goal, round_id: str, skills: Sequence[str]) -> float:
    """Give the mean chance over a round's skills on its day."""
    chances = mind.chances(float((goal.dates[round_id] - goal.begins).days))
    return float(np.mean([chances[mind.place[skill]] for skill in skills]))


def weighted(shop: Shop, mind: Mind, goal: Goal) -> float:
    """Give what is held over all rounds, were nothing done."""
    total = sum(one.weight for one in shop.loop.rounds)
    return sum(one.weight / total * held_in(mind, goal, one.id, one.skills) for one in shop.loop.rounds)


class Watch:
    """Looks at what our coach says of a person at four moments, and holds it against the truth."""

    def __init__(self, shop: Shop, mind: Mind, goal: Goal, seed: int, days: Sequence[date]) -> None:
        self.shop, self.mind, self.goal, self.seed = shop, mind, goal, seed
        self.moments = moments_of(goal, days)
        self.said: list[tuple[str, str, float, float, float, float]] = []
        self.covered: list[Covered] = []

    def look(self, ours: Ours, day: date) -> None:
        """Look at the end of a day."""
        names = {name for name, _, at in self.moments if at == day}
        if not names:
            return
        ready = {one.round_id: one for one in ours.readiness()}
        for name, round_id, at in self.moments:
            if at == day:
                one = ready[round_id]
                self.said.append((name, round_id, one.chance, one.low, one.high, self.truth(round_id)))
        held = ours.person.held(noon(day) + timedelta(hours=10))
        chances = self.mind.chances(float((day - self.goal.begins).days) + 0.1)
        inside = [held[skill][1] <= chances[self.mind.place[skill]] <= held[skill][2] for skill in held]
        error = np.array([held[skill][0] - chances[self.mind.place[skill]] for skill in held])
        width = float(np.mean([high - low for _, low, high in held.values()]))
        for name in sorted(names):
            share = float(np.mean(inside))
            self.covered.append(Covered(self.seed, name, share, float(error.mean()), float((error**2).mean()), width))

    def truth(self, round_id: str) -> float:
        """Give the true chance of a round on its day, were nothing done until then."""
        chances = self.mind.chances(float((self.goal.dates[round_id] - self.goal.begins).days))
        places = [self.mind.place[skill] for skill in self.shop.loop.round(round_id).skills]
        return true_chance(chances[places], self.mind.traits.step, self.seed, round_id)

    def forecasts(self) -> tuple[Forecasted, ...]:
        """Give what was said with what came of it; called when all is done, and the last state is the truth."""
        coins: dict[str, bool] = {}
        made = []
        for k, (name, round_id, chance, low, high, truth) in enumerate(self.said):
            coin = Chance(self.seed, f"passed-{k}").coin(truth)
            if round_id not in coins:
                coins[round_id] = Chance(self.seed, f"after-{round_id}").coin(self.truth(round_id))
            made.append(Forecasted(self.seed, name, round_id, chance, low, high, truth, coin, coins[round_id]))
        return tuple(made)


def moments_of(goal: Goal, days: Sequence[date]) -> list[tuple[str, str, date]]:
    """Say on which day of practice each moment of each round falls; moments that fall together are one."""
    moments: list[tuple[str, str, date]] = []
    for round_id, at in goal.dates.items():
        used: set[date] = set()
        wanted = (
            goal.begins,
            goal.begins + (at - goal.begins) / 2,
            at - timedelta(days=7),
            at - timedelta(days=1),
        )
        for name, want in zip(MOMENTS, wanted, strict=True):
            day = max((day for day in days if day <= want), default=days[0])
            if day not in used and day < at:
                used.add(day)
                moments.append((name, round_id, day))
    return moments
