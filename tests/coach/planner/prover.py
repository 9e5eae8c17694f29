"""Is there any plan that keeps these promises, and how few blocks must move for it?

Two models, neither of them the planner's. The first proves that there is none: days that are alike form a class, each
day takes a whole bundle of blocks, and what fills the rest may be cut as one likes, which only allows more. The second
has a column for every block that stays and every block that is new, day by day; what it finds is a plan that can be
held against the contract, and its least changes are exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations, product

import numpy as np
from contract import (
    COUNTED,
    MOCKS_A_DAY,
    PLAIN,
    Sort,
    coding_bounds,
    full_wanted,
    in_time,
    mock_weeks,
    name_of,
    sorts_of,
    week_of,
)
from program import Program, Status

from liveloop.coach.loop import Loop
from liveloop.plan import Block, Goal

Asked = Mapping[str, int]  # how much of each promise is asked for; 1 for a share
Counts = dict[tuple[tuple[str, str], date], int]
MUCH = 1_000  # one block that leaves its day outweighs any number of new ones


@dataclass(frozen=True)
class Ground:
    """What cannot be moved (`standing`: done, pinned, reviews, the baseline) and the minutes left around it."""

    goal: Goal
    loop: Loop
    room: Mapping[date, int]
    standing: tuple[Block, ...]

    @cached_property
    def held(self) -> Counter[tuple[tuple[str, str], date]]:
        """Count what stands of each sort on each day."""
        return Counter((name_of(block), block.day) for block in self.standing)

    @cached_property
    def held_mocks(self) -> Counter[date]:
        """Count the mocks that stand on each day."""
        return Counter(block.day for block in self.standing if block.activity == "mock")

    def most(self, day: date, sort: Sort) -> int:
        """Say how many more of a sort a day can take."""
        if sort.round_id and day >= self.goal.dates[sort.round_id]:
            return 0
        return max(0, min(sort.most - self.held[sort.name, day], self.room.get(day, 0) // sort.minutes))

    def mocks(self, day: date) -> int:
        """Say how many more mocks a day can take."""
        return max(0, MOCKS_A_DAY - self.held_mocks[day])

    def held_weeks(self) -> set[int]:
        """Name the weeks that have their mock already."""
        mocks = (one for one in self.standing if one.activity == "mock" and in_time(one, self.goal))
        weeks = {week_of(self.goal, block.day) for block in mocks}
        return weeks & set(mock_weeks(self.goal))


def traits(activity: str, minutes: int, round_id: str, loop: Loop) -> Counter[str]:
    """Say what one block adds to every sum that a promise is about."""
    adds = Counter({"minutes": minutes, activity: 1})
    if activity in ("sql", "python"):
        adds["code"] = minutes
    if activity == "mock":
        counts = not any(one.full for one in loop.rounds) or loop.round(round_id).full
        adds.update({"mock minutes": minutes, "full": int(counts), f"full {round_id}": 1})
    return adds


def demands(loop: Loop, asked: Asked) -> Iterator[tuple[dict[str, int], int]]:
    """Write each promise that is asked for as sums that must reach a number; weekly mocks are written elsewhere."""
    if "full-mocks" in asked:
        yield {"full": 1}, asked["full-mocks"]
        if asked["full-mocks"] >= full_wanted(loop):
            yield from (({f"full {one.id}": 1}, 1) for one in loop.rounds if one.full)
    if "mock-share" in asked:
        yield {"mock minutes": 10, "minutes": -3}, 0
    if "coding-share" in asked:
        low, high = coding_bounds(loop)
        yield {"code": low.denominator, "minutes": -low.numerator}, 0
        yield {"code": -high.denominator, "minutes": high.numerator}, 0
    if "mock-share" in asked or "coding-share" in asked:
        yield {"minutes": 1}, 1
    for name, (activity, _) in COUNTED.items():
        if name in asked:
            yield {activity: 1}, asked[name]
    if "mock-hours" in asked:
        yield {"mock minutes": 1}, asked["mock-hours"]


def demand(program: Program, ground: Ground, asked: Asked, columns: Mapping[int, Counter[str]]) -> None:
    """Ask for promises of columns that add these traits, on top of what stands."""
    there: Counter[str] = Counter()
    for block in (one for one in ground.standing if in_time(one, ground.goal)):
        there.update(traits(block.activity, block.minutes, block.refers, ground.loop))
    for factors, wanted in demands(ground.loop, asked):
        standing = sum(factor * there[trait] for trait, factor in factors.items())
        terms = [(place, sum(f * adds[t] for t, f in factors.items())) for place, adds in columns.items()]
        program.row(terms, low=wanted - standing)


def demand_weeks(program: Program, ground: Ground, asked: Asked, mocks: Mapping[int, list[tuple[int, float]]]) -> None:
    """Ask for a mock in as many weeks as are asked for."""
    owing = asked.get("weekly-mock", 0) - len(ground.held_weeks())
    if owing <= 0:
        return
    met = []
    for week in set(mock_weeks(ground.goal)) - ground.held_weeks():
        met.append((program.column(1), 1.0))
        program.row([*mocks.get(week, []), (met[-1][0], -1.0)], low=0)
    program.row(met, low=owing)


# The first model: classes of days, bundles of blocks.


@dataclass(frozen=True)
class Alike:
    """What makes two days alike: the minutes, what each sort may still be laid, the mocks."""

    minutes: int
    plain: tuple[tuple[Sort, int], ...]
    rounds: tuple[Sort, ...]
    mocks: int


def classes(ground: Ground) -> dict[Alike, list[date]]:
    """Put days that are alike together."""
    found: dict[Alike, list[date]] = {}
    mocks = [sort for sort in sorts_of(ground.loop).values() if sort.round_id]
    for day, minutes in ground.room.items():
        plain = tuple((sort, ground.most(day, sort)) for sort in PLAIN)
        rounds = tuple(sort for sort in mocks if ground.most(day, sort))
        found.setdefault(Alike(minutes, plain, rounds, ground.mocks(day)), []).append(day)
    return found


def matters(asked: Asked) -> set[str]:
    """Say which plain sorts can help a promise that is asked for; the others only take room."""
    helps = {activity for name, (activity, _) in COUNTED.items() if name in asked}
    return helps | ({"sql", "python"} if "coding-share" in asked else set())


def bundles(alike: Alike, asked: Asked, loop: Loop) -> Iterator[tuple[Counter[str], int]]:
    """List what a day can hold, each with the minutes that are left; bundles that add the same are one."""
    helps = matters(asked)
    plain = [(sort, most) for sort, most in alike.plain if sort.activity in helps]
    seen = set()
    chosen = [part for count in range(alike.mocks + 1) for part in combinations(alike.rounds, count)]
    for mocks, counts in product(chosen, product(*(range(most + 1) for _, most in plain))):
        left = alike.minutes - sum(sort.minutes for sort in mocks)
        left -= sum(count * sort.minutes for count, (sort, _) in zip(counts, plain, strict=True))
        if left < 0:
            continue
        adds: Counter[str] = Counter()
        for sort in mocks:
            adds.update(traits("mock", sort.minutes, sort.round_id, loop))
            if not loop.round(sort.round_id).full:
                del adds[f"full {sort.round_id}"]
        for count, (sort, _) in zip(counts, plain, strict=True):
            adds.update({trait: count * n for trait, n in traits(sort.activity, sort.minutes, "", loop).items()})
        key = tuple(sorted((trait, n) for trait, n in adds.items() if n))
        if key not in seen:
            seen.add(key)
            yield adds, left


def none_can(ground: Ground, asked: Asked, seconds: float) -> bool:
    """Say whether it is proven that no plan keeps what is asked for."""
    program, columns = Program(), dict[int, Counter[str]]()
    weeks: dict[int, list[tuple[int, float]]] = {}
    for alike, days in classes(ground).items():
        taken: dict[int, tuple[Counter[str], int]] = {}
        for adds, left in bundles(alike, asked, ground.loop):
            taken[program.column(len(days))] = adds, left
        program.row([(place, 1.0) for place in taken], low=len(days), high=len(days))
        columns |= {place: adds for place, (adds, _) in taken.items()}
        if "coding-share" in asked:
            filling = [(s.minutes, n) for s, n in alike.plain if s.activity not in matters(asked)]
            filler = program.column(alike.minutes * len(days), whole=False)
            most = sum(minutes * n for minutes, n in filling)
            program.row([(filler, 1.0), *((place, -min(left, most)) for place, (_, left) in taken.items())], high=0)
            columns[filler] = Counter(minutes=1)
        if "weekly-mock" in asked:
            spread = share_out(program, ground, days)
            mocks = [(place, -1.0) for place, (adds, _) in taken.items() if adds["mock"]]
            program.row([*((place, 1.0) for place in spread.values()), *mocks], high=0)
            for week, place in spread.items():
                weeks.setdefault(week, []).append((place, 1.0))
    demand(program, ground, asked, columns)
    demand_weeks(program, ground, asked, weeks)
    return program.solve(seconds)[0] == "none"


def share_out(program: Program, ground: Ground, days: list[date]) -> dict[int, int]:
    """Say how many of a class's mocks fall into each week: at most as many as it has days there."""
    there = Counter(week_of(ground.goal, day) for day in days)
    return {week: program.column(count) for week, count in there.items()}


# The second model: day by day, what stays and what is new.


def lay_blocks(
    ground: Ground, asked: Asked, current: Counts, seconds: float, most: tuple[int, int] | None = None
) -> tuple[Status, Counts]:
    """Find a plan that keeps what is asked for and changes `current` least: few blocks leave their day, few are new.

    Parameters
    ----------
    most
        How many blocks may leave and be new: only what is strictly better than both in turn is looked for.
    """
    program, columns, cells = Program(), dict[int, Counter[str]](), dict[int, tuple[tuple[str, str], date]]()
    stays: dict[int, int] = {}
    weeks: dict[int, list[tuple[int, float]]] = {}
    for day, minutes in ground.room.items():
        here: dict[int, Sort] = {}
        for sort in sorts_of(ground.loop).values():
            bound, there = ground.most(day, sort), current.get((sort.name, day), 0)
            if not bound:
                continue
            stay, new = program.column(min(there, bound)), program.column(bound)
            stays[stay] = there
            program.row([(stay, 1.0), (new, 1.0)], high=bound)
            here |= {stay: sort, new: sort}
        program.row([(place, float(sort.minutes)) for place, sort in here.items()], high=minutes)
        mocks = [(place, 1.0) for place, sort in here.items() if sort.round_id]
        program.row(mocks, high=ground.mocks(day))
        weeks.setdefault(week_of(ground.goal, day), []).extend(mocks)
        cells |= {place: (sort.name, day) for place, sort in here.items()}
        columns |= {p: traits(s.activity, s.minutes, s.round_id, ground.loop) for p, s in here.items()}
    demand(program, ground, asked, columns)
    demand_weeks(program, ground, asked, weeks)
    cost = [(place, -float(MUCH) if place in stays else 1.0) for place in cells]
    if most is not None:
        gone, new = most
        before = sum(current.values())
        program.row(cost, high=MUCH * (gone - before) + new - 1)
    status, x = program.solve(seconds, cost if current else ())
    counts: Counts = {}
    for place, cell in cells.items():
        if len(x) and round(x[place]):
            counts[cell] = counts.get(cell, 0) + round(float(x[place]))
    return status, counts


def changes(before: Counts, after: Counts) -> tuple[int, int]:
    """Count the blocks that left their day, and those that are new on one."""
    gone = sum(max(0, n - after.get(cell, 0)) for cell, n in before.items())
    new = sum(max(0, n - before.get(cell, 0)) for cell, n in after.items())
    return gone, new


def must_leave(ground: Ground, current: Counts) -> int:
    """Say how many blocks must leave their day at the very least, whatever is promised."""
    least = 0
    sorts = sorts_of(ground.loop)
    for day in {day for _, day in current}:
        there = {name: n for (name, on), n in current.items() if on == day}
        beyond = sum(max(0, n - ground.most(day, sorts[name])) for name, n in there.items())
        mocks = sum(n for name, n in there.items() if name[0] == "mock") - ground.mocks(day)
        over = sum(n * sorts[name].minutes for name, n in there.items()) - ground.room.get(day, 0)
        sizes = sorted((sorts[name].minutes for name, n in there.items() for _ in range(n)), reverse=True)
        leaving = int(np.searchsorted(np.cumsum(sizes), over)) + 1 if over > 0 else 0
        least += max(beyond, mocks, leaving)
    return least
