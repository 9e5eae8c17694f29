"""Do two queries really differ on a world: run plainly, in any order of its rows, however its ties fall?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from liveloop.sqldiff.agree import agree
from liveloop.sqldiff.arrays import Rows, Worlds, stacked
from liveloop.sqldiff.database import NOT_RUN, Outcome
from liveloop.sqldiff.dice import Dice
from liveloop.sqldiff.meet import is_late
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.ties import by_world, loosened
from liveloop.sqldiff.wire import read_pieces

_SHUFFLES = 3
_ORDERS = 40  # ways in which ties fall where the order of rows counts
_FALLS = 4  # times that ties fall, in each order of the rows
# Runs in which ties fall, by the rows of the largest table: so many that hardly any order of them is missing.
_COPIES, _MOST_COPIES = {0: 1, 1: 1, 2: 40, 3: 200, 4: 600}, 1_500
_COPIES_SECONDS = 0.4


@dataclass(frozen=True)
class Ruling:
    """What was found on one world; `unsteady`: the attempt alone gives `expected` or `got`, as a tie falls."""

    kind: Literal["differs", "unsteady", "same"]
    expected: Outcome = NOT_RUN
    got: Outcome = NOT_RUN


SAME = Ruling("same")


@dataclass(frozen=True, eq=False)
class Judge:
    """Replays both queries plainly.

    Parameters
    ----------
    session, unoptimised
        Connections; the second plans each query as it is written.
    tolerance, ordered
        How results are compared.
    seconds
        For one query's replays on one world.
    """

    session: Session
    unoptimised: Session
    reference: str
    attempt: str
    tolerance: float = 1e-9
    ordered: bool = False
    seconds: float = 1.0

    def rule(self, one: Worlds) -> Ruling:
        """Rule on a world: the queries differ when no result that the one may give agrees with any of the other's."""
        most = largest(one)
        shuffles = 0 if most < 2 else 1 if most == 2 else _SHUFFLES
        orders = stacked([one, *(shuffled(one, number) for number in range(shuffles))])
        self.session.load(orders)
        expected = self._replayed(self.session, self.reference, orders.count)
        got = self._replayed(self.session, self.attempt, orders.count)
        if not _usable(expected) or not _apart(expected[:1], got[:1], self):
            return self._steady(expected, got) if _usable(expected) else SAME
        for number in range(_FALLS):
            for text, into in ((self.reference, expected), (self.attempt, got)):
                loose = loosened(text, number, ordered=self.ordered)
                if loose is not None:
                    into += self._replayed(self.session, loose, orders.count)
        self.unoptimised.load(one)
        expected += self._replayed(self.unoptimised, self.reference, 1)
        got += self._replayed(self.unoptimised, self.attempt, 1)
        if not _usable(expected):
            return SAME
        if _apart(expected, got, self) and not self._meet(one, expected, got):
            return Ruling("differs", expected[0], got[0])
        return self._steady(expected, got)

    def _steady(self, expected: Sequence[Outcome], got: Sequence[Outcome]) -> Ruling:
        """Say whether the attempt gives now this, now that, where the reference always gives the same."""
        if any(self.same(expected[0], other) is False for other in expected[1:]):
            return SAME
        other = next((one for one in got[1:] if not self.same(got[0], one)), None)
        return SAME if other is None else Ruling("unsteady", got[0], other)

    def _meet(self, one: Worlds, expected: list[Outcome], got: list[Outcome]) -> bool:
        """Say whether some result of the one may be one of the other, when ties fall in many ways."""
        sides = [{outcome.rows: outcome for outcome in some if outcome.error is None} for some in (expected, got)]
        for text, side in zip((self.reference, self.attempt), sides, strict=True):
            made = self._in_order(one, text) if self.ordered else self._fallen(one, text)
            side.update({outcome.rows: outcome for outcome in made if outcome.error is None})
        return any(self.same(mine, other) for mine in sides[0].values() for other in sides[1].values())

    def _fallen(self, one: Worlds, text: str) -> Iterator[Outcome]:
        """Let ties fall in each of many copies of a world, all run together."""
        copies = stacked([one] * _COPIES.get(largest(one), _MOST_COPIES))
        for number in range(2):
            loose = by_world(text, number)
            if loose is not None:
                self.session.load(copies)
                yield from read_pieces(self.session.screen(loose, seconds=_COPIES_SECONDS), copies.count)

    def _in_order(self, one: Worlds, text: str) -> Iterator[Outcome]:
        """Let ties fall in many ways, one after the other: rows of worlds that run together come in no order."""
        self.session.load(one)
        for number in range(_FALLS, _FALLS + _ORDERS):
            loose = loosened(text, number, ordered=True)
            if loose is not None:
                yield from self._replayed(self.session, loose, 1)

    def same(self, one: Outcome, other: Outcome) -> bool:
        """Compare two outcomes."""
        return agree(one, other, tolerance=self.tolerance, ordered=self.ordered)

    def _replayed(self, session: Session, text: str, count: int) -> list[Outcome]:
        return session.outcomes(text, seconds=self.seconds)[:count]


def _usable(outcomes: Sequence[Outcome]) -> bool:
    return bool(outcomes) and all(one.ran and one.error is None and not one.cut for one in outcomes)


def _apart(expected: Sequence[Outcome], got: Sequence[Outcome], judge: Judge) -> bool:
    if not got or any(not one.ran or one.cut or is_late(one.error) for one in got):
        return False
    return not any(judge.same(one, other) for one in expected for other in got)


def largest(one: Worlds) -> int:
    """Count the rows of a world's largest table."""
    return max((len(rows.world) for rows in one.rows.values()), default=0)


def shuffled(one: Worlds, number: int) -> Worlds:
    """Put the rows of each table of a world in another order."""
    chance = Dice(number)
    made = {}
    for name, rows in one.rows.items():
        order = np.arange(len(rows.world))[::-1] if number == 0 else chance.order(len(rows.world))
        made[name] = Rows(rows.world, rows.cells[order])
    return Worlds(one.schema, one.pools, made, 1)
