"""Is there a plan after all where the first solver found none and proved nothing?

Where the shares leave almost no play, a search that branches finds no plan and a relaxation does: the same promises as
a linear program, solved by branch and cut, once by SCIP and once by HiGHS, for what is hard to one is often easy to the
other. Each slot has its minutes, its mocks and the most of each kind; each promise is a row.

Source: Bolusani and others (2024), The SCIP Optimization Suite 9.0; Huangfu and Hall (2018), Parallelizing the dual
revised simplex method.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from liveloop.base.seeds import Floats
from liveloop.coach.planner import owed
from liveloop.coach.planner.model import NEW_COST, REMOVED_COST, Cell, Room, Slot, Solved

SCIP_NODES, HIGHS_NODES, LEAST_NODES = 3_000, 20_000, 2_000  # not seconds: the same plan for the same person
MOST_SECONDS = 60.0  # by the clock, should a machine be so slow


@dataclass(frozen=True)
class Row:
    """A sum of counts, each by its factor, that lies between two bounds."""

    factors: Mapping[Cell, int]
    low: float
    high: float


@dataclass(frozen=True)
class Answer:
    """What a solver says: the counts in order, or that there are none (`proven`), or nothing."""

    counts: Floats | None
    proven: bool


def look_again(room: Room, slots: Sequence[Slot], kept: Mapping[str, bool]) -> Solved:
    """Find any plan that keeps these promises.

    Examples
    --------
    >>> from datetime import date
    >>> from liveloop.coach.loop import load_loops
    >>> from liveloop.plan import Goal
    >>> loop = load_loops()["ai-safety"]
    >>> goal = Goal(loop.id, date(2026, 3, 2), {one.id: date(2026, 3, 9) for one in loop.rounds}, 5)
    >>> room = Room(goal, loop, {date(2026, 3, 3): 60}, {}, 0, {})
    >>> look_again(room, room.day_slots(), {"narratives": True}).proven
    True
    >>> sorted(look_again(room, room.day_slots(), {"mock-share": True}).counts.values())
    [1]
    """
    most = most_of(slots)
    rows = [*rules(room, slots, most), *promises(room, slots, most, kept)]
    for ask in (ask_scip, ask_highs):
        answer = ask(most, rows)
        if answer.counts is not None:
            return Solved(whole(most, answer.counts), dict(kept), proven=True)
        if answer.proven:
            break
    return Solved(None, {}, answer.proven)


def change_less(room: Room, kept: Mapping[str, bool], found: Mapping[Cell, int]) -> Solved:
    """Look for a plan that keeps these promises with fewer changes of what stands now than one that was found."""
    slots = room.day_slots()
    most = most_of(slots)
    rows = [*rules(room, slots, most), *promises(room, slots, most, kept)]
    columns, costs = dict(most), dict.fromkeys(most, 0)
    for cell, n in most.items():
        there, gone, new = room.current.get(cell, 0), (f"gone {cell[0]}", cell[1]), (f"new {cell[0]}", cell[1])
        columns |= {gone: there, new: n}
        costs |= {gone: REMOVED_COST, new: NEW_COST}
        rows += [Row({cell: 1, gone: 1}, there, np.inf), Row({cell: 1, new: -1}, -np.inf, there)]
    answer = ask_highs(columns, rows, costs)
    counts = {} if answer.counts is None else whole(most, answer.counts[: len(most)])
    better = answer.counts is not None and cost_of(room, counts) <= cost_of(room, found)
    return Solved(counts if better else dict(found), dict(kept), answer.proven)


def cost_of(room: Room, counts: Mapping[Cell, int]) -> int:
    """Say what a plan changes of what stands now."""
    cells = counts.keys() | room.current.keys()
    change = [counts.get(cell, 0) - room.current.get(cell, 0) for cell in cells]
    return sum(NEW_COST * n if n > 0 else -REMOVED_COST * n for n in change)


def most_of(slots: Sequence[Slot]) -> dict[Cell, int]:
    """Give a column for each kind in each slot, with the most it can hold."""
    return {(key, slot.first): n for slot in slots for key, n in slot.most.items() if n > 0}


def whole(most: Mapping[Cell, int], counts: Floats) -> dict[Cell, int]:
    """Give the counts that are not nothing."""
    each = {cell: round(float(n)) for cell, n in zip(most, counts, strict=True)}
    return {cell: n for cell, n in each.items() if n}


def rules(room: Room, slots: Sequence[Slot], most: Mapping[Cell, int]) -> Iterator[Row]:
    """Hold each slot to its minutes, its mocks and its sizes."""
    for slot in slots:
        bounds = [
            (slot.minutes, {kind.key: kind.minutes for kind in room.kinds}),
            (slot.mocks, {kind.key: 1 for kind in room.kinds if kind.round_id}),
            *((n, {kind.key: 1 for kind in room.kinds if kind.minutes >= size}) for size, n in slot.sizes),
        ]
        for high, factors in bounds:
            cells = {(key, slot.first): factor for key, factor in factors.items()}
            yield Row({cell: factor for cell, factor in cells.items() if cell in most}, -np.inf, high)


def promises(room: Room, slots: Sequence[Slot], most: Mapping[Cell, int], kept: Mapping[str, bool]) -> Iterator[Row]:
    """Ask for each promise that is to be kept."""
    week_at = {slot.first: slot.week for slot in slots}
    sums = owed.sums_of(room.goal, room.loop, room.other_minutes)
    for one in (one for key, held in kept.items() if held for one in sums[key]):
        there = sum(
            one.each.get(key, 0) * n for (key, day), n in room.counting.items() if one.week in (None, room.week(day))
        )
        cells = {(key, first): one.each.get(key, 0) for key, first in most if one.week in (None, week_at[first])}
        yield Row({cell: factor for cell, factor in cells.items() if factor}, one.least - there, np.inf)


def ask_scip(most: Mapping[Cell, int], rows: Sequence[Row]) -> Answer:
    """Ask SCIP."""
    solver = pywraplp.Solver.CreateSolver("SCIP")
    solver.SetSolverSpecificParametersAsString(f"limits/nodes = {SCIP_NODES}")
    solver.SetTimeLimit(int(1000 * MOST_SECONDS))
    y = {cell: solver.IntVar(0, n, "") for cell, n in most.items()}
    for row in rows:
        low, high = (float(np.clip(bound, -solver.infinity(), solver.infinity())) for bound in (row.low, row.high))
        constraint = solver.Constraint(low, high)
        for cell, factor in row.factors.items():
            constraint.SetCoefficient(y[cell], factor)
    status = solver.Solve()
    if status in (solver.OPTIMAL, solver.FEASIBLE):
        return Answer(np.array([column.solution_value() for column in y.values()]), proven=True)
    return Answer(None, status == solver.INFEASIBLE)


def ask_highs(most: Mapping[Cell, int], rows: Sequence[Row], costs: Mapping[Cell, int] | None = None) -> Answer:
    """Ask HiGHS; with costs, for the counts that cost least."""
    place = {cell: k for k, cell in enumerate(most)}
    parts = [(k, place[cell], factor) for k, row in enumerate(rows) for cell, factor in row.factors.items()]
    at, column, factors = (np.array(part) for part in zip(*parts, strict=True))
    table = coo_matrix((factors, (at, column)), shape=(len(rows), len(most))).tocsc()
    done = milp(
        np.array([(costs or {}).get(cell, 0) for cell in most], dtype=np.float64),
        integrality=np.ones(len(most)),
        bounds=Bounds(0, np.array(list(most.values()), dtype=np.float64)),
        constraints=LinearConstraint(table, [row.low for row in rows], [row.high for row in rows]),
        options={"node_limit": LEAST_NODES if costs else HIGHS_NODES, "time_limit": MOST_SECONDS, "mip_rel_gap": 0.0},
    )
    return Answer(done.x, proven=done.status in ((0,) if costs else (2,)))
