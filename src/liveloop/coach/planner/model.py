"""How many blocks of each kind stand in which slot, be it a day or a whole week? A constraint model for CP-SAT.

The variables are y[kind, slot]. The same promises are asked of weeks and of days: a plan of weeks relaxes a plan of
days, so what no weeks can keep no days can, and it is found in a fraction of the time.

Source: Perron and Furnon, OR-Tools, CP-SAT solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ortools.sat.python import cp_model

from liveloop.coach.loop import Loop
from liveloop.coach.planner import owed
from liveloop.coach.planner.kinds import MOST_MOCKS_A_DAY, Kind, kinds_of, prepares
from liveloop.plan import Goal

MOST_SECONDS = 60.0  # by the clock, should a machine be so slow
REMOVED_COST, NEW_COST = 100, 1
UNPREPARED_COST = 400  # a mock before anything that prepares for it
CROWDED_COST = 12  # a second block of one kind on a day
SOON_COST = 40  # a second mock on a day
LOOSE = ("sql",)  # short enough to stand beside its like


@dataclass(frozen=True)
class Slot:
    """A day, or a week of days: the minutes in it, the most of each kind it can hold.

    `sizes` are further bounds that any packing into days obeys: at most so many blocks of at least that many minutes.
    """

    first: date
    week: int
    minutes: int
    most: Mapping[str, int]
    mocks: int
    sizes: tuple[tuple[int, int], ...] = ()


Cell = tuple[str, date]


@dataclass(frozen=True)
class Room:
    """What there is to plan in.

    Parameters
    ----------
    free
        Minutes of each coming day, less what stands there already and cannot move.
    standing
        How many blocks of each kind are done or fixed, by day: they count, and they limit what a day may hold.
    other_minutes
        Minutes of what is neither a kind nor free: reviews and the baseline, done or planned.
    wished
        Minutes wished for each kind in each week.
    current
        How many movable blocks of each kind stand on which day now; empty for a first plan.
    """

    goal: Goal
    loop: Loop
    free: Mapping[date, int]
    standing: Mapping[Cell, int]
    other_minutes: int
    wished: Mapping[tuple[str, int], float]
    current: Mapping[Cell, int] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """List the kinds of block."""
        return kinds_of(self.loop)

    @cached_property
    def counting(self) -> dict[Cell, int]:
        """Give of what stands that which counts for a promise: no mock on or after its round, nothing after the last.

        What does not count still takes its place on its day.
        """
        ends = {f"mock:{key}": day for key, day in self.goal.dates.items()}
        return {(key, day): n for (key, day), n in self.standing.items() if day < ends.get(key, self.goal.last)}

    def day_slots(self) -> list[Slot]:
        """Give a slot for each day: no mock stands on or after its round's date."""
        slots = []
        for day, minutes in self.free.items():
            most = {kind.key: self.most(kind, day, minutes) for kind in self.kinds}
            there = sum(n for (key, on), n in self.standing.items() if on == day and key.startswith("mock:"))
            mocks = max(0, MOST_MOCKS_A_DAY - there)
            slots.append(Slot(day, self.week(day), minutes, {key: n for key, n in most.items() if n > 0}, mocks))
        return slots

    def most(self, kind: Kind, day: date, minutes: int) -> int:
        """Say how many more blocks of a kind a day can hold."""
        if kind.round_id and day >= self.goal.dates[kind.round_id]:
            return 0
        return min(kind.most - self.standing.get((kind.key, day), 0), minutes // kind.minutes)

    def week_slots(self) -> list[Slot]:
        """Give a slot for each week, with bounds that every packing into its days obeys."""
        weeks: dict[int, list[Slot]] = {}
        for slot in self.day_slots():
            weeks.setdefault(slot.week, []).append(slot)
        sizes = sorted({kind.minutes for kind in self.kinds})
        return [
            Slot(
                first=days[0].first,
                week=week,
                minutes=sum(day.minutes for day in days),
                most={kind.key: sum(day.most.get(kind.key, 0) for day in days) for kind in self.kinds},
                mocks=sum(day.mocks for day in days),
                sizes=tuple((size, sum(day.minutes // size for day in days)) for size in sizes),
            )
            for week, days in weeks.items()
        ]

    def week(self, day: date) -> int:
        """Say in which week of the plan a day lies."""
        return (day - self.goal.begins).days // 7


class Model:
    """The variables, the rules that always hold, and a literal for each promise."""

    def __init__(self, room: Room, slots: Sequence[Slot]) -> None:
        self.room, self.slots, self.model = room, slots, cp_model.CpModel()
        self.y: dict[Cell, cp_model.IntVar] = {}
        self.promises: dict[str, cp_model.IntVar] = {}
        self.week_at = {slot.first: slot.week for slot in slots}
        for slot in slots:
            self.open_slot(slot)

    def open_slot(self, slot: Slot) -> None:
        """Make the variables of a slot, bounded by its minutes."""
        kinds = [kind for kind in self.room.kinds if slot.most.get(kind.key, 0) > 0]
        for kind in kinds:
            self.y[kind.key, slot.first] = self.model.new_int_var(0, slot.most[kind.key], "")
        bounds = [(slot.minutes, [(kind.minutes, kind) for kind in kinds])]
        bounds.append((slot.mocks, [(1, kind) for kind in kinds if kind.round_id]))
        bounds += [(most, [(1, kind) for kind in kinds if kind.minutes >= size]) for size, most in slot.sizes]
        for most, parts in bounds:
            if sum(factor * slot.most[kind.key] for factor, kind in parts) > most:
                chosen = [self.y[kind.key, slot.first] for _, kind in parts]
                self.model.add(cp_model.LinearExpr.weighted_sum(chosen, [factor for factor, _ in parts]) <= most)

    def promise(self) -> None:
        """Give each promise a literal that enforces it."""
        for key, sums in owed.sums_of(self.room.goal, self.room.loop, self.room.other_minutes).items():
            self.enforce(key, *(self.add_up(one.each, one.week) >= one.least for one in sums))

    def enforce(self, key: str, *constraints: cp_model.BoundedLinearExpression | bool) -> None:
        """Add constraints that hold when the promise's literal does."""
        held = self.model.new_bool_var(key)
        self.promises[key] = held
        for constraint in constraints:
            if constraint is False:
                self.model.add(held == 0)
            elif constraint is not True:
                self.model.add(constraint).only_enforce_if(held)

    def add_up(self, each: Mapping[str, int], week: int | None) -> cp_model.LinearExprT:
        """Add up what stands and what is laid, each kind by its factor."""
        there = sum(
            each[key] * n
            for (key, day), n in self.room.counting.items()
            if key in each and (week is None or self.room.week(day) == week)
        )
        chosen = [
            (y, each[key])
            for (key, first), y in self.y.items()
            if key in each and (week is None or self.week_at[first] == week)
        ]
        if not chosen:
            return there
        return cp_model.LinearExpr.weighted_sum([y for y, _ in chosen], [factor for _, factor in chosen]) + there

    def keep(self, promises: Mapping[str, bool]) -> None:
        """Hold the plan to these promises."""
        for key, held in promises.items():
            if held:
                self.model.add(self.promises[key] == 1)

    def near(self) -> None:
        """Aim at the wish, at mocks that are prepared, at days that do not hold twice the same."""
        self.model.minimize(sum(self.beside() + self.unprepared() + self.crowded()))

    def change_least(self) -> None:
        """Aim at moving as few blocks as can be; among equal plans, at the fewest new ones."""
        self.model.minimize(sum(self.changed()))

    def beside(self) -> list[cp_model.LinearExprT]:
        """Charge, at the end of each week, the minutes of each kind that lie beside the wish up to there.

        Up to there, and not in that week alone: a kind that is wished for 12 minutes a week is laid every fourth week.
        """
        costs: list[cp_model.LinearExprT] = []
        for kind in self.room.kinds:
            wanted, laid = 0.0, cp_model.LinearExpr.sum([])
            for week in sorted(set(self.week_at.values())):
                wanted += self.room.wished.get((kind.key, week), 0.0)
                laid = laid + self.add_up({kind.key: kind.minutes}, week)
                beside = self.model.new_int_var(0, 1_000_000, "")
                self.model.add(laid - round(wanted) <= beside)
                self.model.add(round(wanted) - laid <= beside)
                costs.append(beside)
        return costs

    def unprepared(self) -> list[cp_model.LinearExprT]:
        """Charge a mock that comes before anything that prepares for its round."""
        costs: list[cp_model.LinearExprT] = []
        for kind in self.room.kinds:
            before = prepares(self.room.loop, kind)
            if not before:
                continue
            seen: cp_model.LinearExprT = sum(n for (key, _), n in self.room.counting.items() if key == before)
            early = self.model.new_bool_var("")
            costs.append(UNPREPARED_COST * early)
            for slot in self.slots:
                seen = seen + self.y.get((before, slot.first), 0)
                mock = self.y.get((kind.key, slot.first))
                if mock is not None:
                    self.model.add(mock <= slot.most[kind.key] * (seen + early))
        return costs

    def crowded(self) -> list[cp_model.LinearExprT]:
        """Charge a second block of one kind on a day, and a second mock."""
        costs: list[cp_model.LinearExprT] = []
        for slot in self.slots:
            mocks = [self.y[kind.key, slot.first] for kind in self.room.kinds if self.holds(kind, slot, 1)]
            parts: list[tuple[int, cp_model.LinearExprT]] = [(SOON_COST, sum(mocks))] if len(mocks) > 1 else []
            doubles = (kind for kind in self.room.kinds if slot.most.get(kind.key, 0) > 1 and kind.key not in LOOSE)
            parts += [(CROWDED_COST, self.y[kind.key, slot.first]) for kind in doubles]
            for cost, laid in parts:
                over = self.model.new_int_var(0, 10, "")
                self.model.add(laid - 1 <= over)
                costs.append(cost * over)
        return costs

    def holds(self, kind: Kind, slot: Slot, least: int) -> bool:
        """Say whether a slot can hold a mock of that kind."""
        return bool(kind.round_id) and slot.most.get(kind.key, 0) >= least

    def changed(self) -> list[cp_model.LinearExprT]:
        """Charge every block that leaves its day, and every one that is new."""
        costs: list[cp_model.LinearExprT] = []
        for cell, y in self.y.items():
            there = self.room.current.get(cell, 0)
            if there:
                gone = self.model.new_int_var(0, there, "")
                self.model.add(gone >= there - y)
                costs.append(REMOVED_COST * gone)
            new = self.model.new_int_var(0, 10, "")
            self.model.add(new >= y - there)
            costs.append(NEW_COST * new)
        return costs

    def hint(self, counts: Mapping[Cell, int]) -> None:
        """Begin the search at these counts."""
        for cell, y in self.y.items():
            self.model.add_hint(y, counts.get(cell, 0))

    def solve(self, effort: float) -> Solved:
        """Search for so long at most, in the solver's own seconds: they count its work, not the clock."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # one worker, one seed and no clock: the same plan for the same person
        solver.parameters.random_seed = 7
        solver.parameters.max_deterministic_time = effort
        solver.parameters.max_time_in_seconds = MOST_SECONDS
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Solved(None, {}, status == cp_model.INFEASIBLE)
        counts = {cell: solver.value(y) for cell, y in self.y.items()}
        held = {key: bool(solver.value(literal)) for key, literal in self.promises.items()}
        return Solved({cell: n for cell, n in counts.items() if n}, held, status == cp_model.OPTIMAL)


@dataclass(frozen=True)
class Solved:
    """What a search found: counts (None for nothing), which promises hold, and whether that is proven."""

    counts: dict[Cell, int] | None
    held: dict[str, bool]
    proven: bool
