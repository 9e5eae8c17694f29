"""Which exposure probabilities follow by counting coins, without a draw?

A unit has its own coin and a set of coins of its neighbours. Where all coins are alike, the chance that two units have
two given exposures depends on few numbers only: how many coins each has alone, how many they have in common, and how
their own coins lie in these sets. So there are few different pairs, and each is computed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse
from scipy.special import gammaln
from scipy.stats import binom

from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.interference.assignment import Assignment
from liveloop.estimate.interference.chances import CHUNK, Chances, Pairs, joined
from liveloop.estimate.interference.mapping import ExposureMap
from liveloop.estimate.interference.network import Network

MOST_BERNOULLI, MOST_COMPLETE = 1_000, 40  # coins of one unit; beyond it, drawing is faster
_ROOM = 1 << 11  # above the largest count, so that several fit into one number
_NEVER = 1e-15
_MOST_KEPT = 500_000  # pairs that are kept, not found again for each two exposures
_TRIED = 24  # assignments by which units that are no twins are told apart


@dataclass(frozen=True)
class Coins:
    """What all coins of a design have in common: a chance, or how many of all are treated (0 of 0 for a chance)."""

    chance: float
    number: int = 0
    total: int = 0


@dataclass(frozen=True)
class Meeting:
    """How the coins of two units lie: how many neighbours' coins each has alone and both have, without their own two.

    The flags say: both follow one coin; the first, the second has its own coin among its neighbours' ones; the first
    has that of the second, the second that of the first.
    """

    first: int
    second: int
    common: int
    same: int = 0
    holds_first: int = 0
    holds_second: int = 0
    first_has_second: int = 0
    second_has_first: int = 0

    @property
    def sizes(self) -> tuple[int, int]:
        """How many coins each has among its neighbours'."""
        apart = 1 - self.same
        return (
            self.first + self.common + self.holds_first + apart * self.first_has_second,
            self.second + self.common + self.holds_second + apart * self.second_has_first,
        )


class CountedChances(Chances):
    """Exposure probabilities by counting.

    Parameters
    ----------
    reach
        The coins of the neighbours of each unit, [unit, coin], each of weight 1.

    Examples
    --------
    Two units that touch each other: either is exposed if the other is treated.

    >>> from liveloop.estimate.interference.mapping import exposure_map
    >>> coins = np.arange(2); touches = Network(sparse.csr_array(np.array([[0.0, 1.0], [1.0, 0.0]])))
    >>> design = Assignment(coins, np.array([True, False]), np.full(2, 0.3), "bernoulli", np.zeros(2, np.int64))
    >>> made = CountedChances(touches, design, exposure_map("any", own=False))
    >>> made.single.round(2).tolist(), sorted(next(made.pairs(1, 1, np.array([0]))).chance.round(2).tolist())
    ([[0.7, 0.3], [0.7, 0.3]], [0.09, 0.3])
    """

    def __init__(self, reach: Network, design: Assignment, rule: ExposureMap) -> None:
        self.rule, self.how = rule, "exact"
        self._reach, self._design = reach, design
        self.count = reach.count
        self._all_depend = design.kind == "complete"
        number, total = (int(design.treated.sum()), design.count) if self._all_depend else (0, 0)
        self._coins = Coins(float(design.chance[0]), number, total)
        rows = np.arange(self.count)
        own = sparse.csr_array((np.ones(self.count), (rows, design.coins)), shape=reach.touches.shape)
        self._holds_own = np.asarray(own.multiply(reach.touches).sum(axis=1)).ravel().astype(np.int64)
        self._sizes = reach.neighbours
        self._kind = np.unique(self._sizes * 2 + self._holds_own, return_inverse=True)[1].astype(np.int64)
        self._kinds = int(self._kind.max()) + 1
        # one product of these tells all of a pair: what both have, and how own coins lie, each in its own digits
        self._left = reach.touches + float(_ROOM**2) * own
        self._right = sparse.csr_array((reach.touches + float(_ROOM) * own).T)
        self.single = self._singles()
        self._few = self._part(rows) if self._pairs_at_most() <= _MOST_KEPT else None
        self._starts = np.searchsorted(self._few[0], np.arange(self.count + 1)) if self._few else np.empty(0, np.int64)

    def pairs(self, level: int, other: int, rows: Ints) -> Iterator[Pairs]:  # noqa: D102
        for first, second, tables, which in self._parts(rows):
            chance = tables[which, level, other]
            same = first == second
            chance[same] = self.single[first[same], level] if level == other else 0.0
            yield Pairs(first, second, chance)

    def twins(self) -> Ints:  # noqa: D102
        alike = self._alike()
        doubtful = np.flatnonzero(np.bincount(alike)[alike] > 1)
        links: list[tuple[Ints, Ints]] = [(np.empty(0, np.int64), np.empty(0, np.int64))]
        for first, second, tables, which in self._parts(doubtful):
            always = np.trace(tables, axis1=1, axis2=2)[which] > 1 - 1e-12
            links.append((first[always], second[always]))
        return joined(self.count, np.concatenate([one for one, _ in links]), np.concatenate([two for _, two in links]))

    def _alike(self) -> Ints:
        """Number units such that those with different exposures in some assignments differ: no twins are among them."""
        coins = self._design.draws(0, _TRIED)
        codes = self.rule.rule(coins[:, self._design.coins], self._reach.treated(coins), self._reach.sizes)
        key = np.zeros(self.count, np.int64)
        for row in codes:
            key = np.unique(key * len(self.rule.labels) + row, return_inverse=True)[1]
        return key

    def _parts(self, rows: Ints) -> Iterator[tuple[Ints, Ints, Floats, Ints]]:
        """Give pairs of units with the tables of their joint chances, and which table is whose."""
        if self._few is not None:
            first, second, tables, which = self._few
            kept = self._places(rows)
            yield first[kept], second[kept], tables, which[kept]
            return
        for at in range(0, len(rows), CHUNK):
            yield self._part(rows[at : at + CHUNK])

    def _places(self, rows: Ints) -> Ints:
        """Give where the pairs of some units lie among those that are kept, which are sorted by their first unit."""
        lengths = self._starts[rows + 1] - self._starts[rows]
        before = np.cumsum(lengths) - lengths
        return np.asarray(np.repeat(self._starts[rows] - before, lengths) + np.arange(int(lengths.sum())), np.int64)

    def _part(self, chunk: Ints) -> tuple[Ints, Ints, Floats, Ints]:
        product = (self._left[chunk] @ self._right).tocoo()
        row, second = product.row.astype(np.int64), product.col.astype(np.int64)
        digits, width = self._digits(chunk[row], second, np.rint(product.data).astype(np.int64))
        found, which = np.unique(_packed(digits, width), return_inverse=True)
        tables = [joint_table(meeting, self.rule, self._coins) for meeting in _meetings(found, width)]
        if not self._all_depend:
            return chunk[row], second, np.array(tables), which
        # whatever one coin shows tells something of every other: those that share none differ by their sizes only
        apart = self._apart()
        every = len(tables) + self._kind[chunk][:, None] * self._kinds + self._kind
        every[row, second] = which
        rows, columns = np.repeat(chunk, self.count), np.tile(np.arange(self.count), len(chunk))
        return rows, columns, np.concatenate([np.array(tables), apart]), every.ravel()

    def _apart(self) -> Floats:
        """Give the tables of two units that share no coin, by the kind of each."""
        first = [int(np.flatnonzero(self._kind == kind)[0]) for kind in range(self._kinds)]
        kinds = [(int(self._sizes[at] - self._holds_own[at]), int(self._holds_own[at])) for at in first]
        meetings = [Meeting(one[0], two[0], 0, 0, one[1], two[1]) for one in kinds for two in kinds]
        return np.array([joint_table(meeting, self.rule, self._coins) for meeting in meetings])

    def _pairs_at_most(self) -> float:
        if self._all_depend:
            return float(self.count) ** 2
        each = np.asarray(self._left.astype(bool).sum(axis=0), np.float64)
        return float(each @ each)

    def _digits(self, first: Ints, second: Ints, packed: Ints) -> tuple[list[Ints], list[int]]:
        """Read what a pair has, as the fields of a `Meeting`."""
        common, packed = packed % _ROOM, packed // _ROOM
        first_has_second, packed = packed % _ROOM, packed // _ROOM
        second_has_first, same = packed % _ROOM, packed // _ROOM
        holds_first, holds_second = self._holds_own[first], self._holds_own[second]
        apart = 1 - same
        common = common - holds_first * second_has_first - apart * first_has_second * holds_second
        only_first = self._sizes[first] - holds_first - apart * first_has_second - common
        only_second = self._sizes[second] - holds_second - apart * second_has_first - common
        digits = [only_first, only_second, common, same, holds_first, holds_second, first_has_second, second_has_first]
        return digits, [_ROOM] * 3 + [2] * 5

    def _singles(self) -> Floats:
        found, which = np.unique(self._sizes * 2 + self._holds_own, return_inverse=True)
        tables = [single_table(int(key) >> 1, int(key) & 1, self.rule, self._coins) for key in found]
        return np.array(tables)[which]


def _packed(digits: list[Ints], width: list[int]) -> Ints:
    made = np.zeros(len(digits[0]), np.int64)
    for digit, room in zip(digits, width, strict=True):
        made = made * room + digit
    return made


def _meetings(keys: Ints, width: list[int]) -> Iterator[Meeting]:
    columns = []
    for room in reversed(width):
        columns.append(keys % room)
        keys = keys // room
    for row in zip(*(column.tolist() for column in reversed(columns)), strict=True):
        yield Meeting(*row)


@lru_cache(maxsize=200_000)
def joint_table(meeting: Meeting, rule: ExposureMap, coins: Coins) -> Floats:
    """Give the chance that two units have two exposures, [level of the first, level of the second]."""
    levels = len(rule.labels)
    made = np.zeros((levels, levels))
    for own, other in ((0, 0), (1, 1)) if meeting.same else ((0, 0), (0, 1), (1, 0), (1, 1)):
        apart = 1 - meeting.same
        size_first, size_second = meeting.sizes
        c = np.arange(meeting.common + 1)
        base_first = meeting.holds_first * own + apart * meeting.first_has_second * other
        base_second = meeting.holds_second * other + apart * meeting.second_has_first * own
        mine = rule.rule(own, np.arange(meeting.first + 1)[:, None] + c + base_first, size_first)
        theirs = rule.rule(other, np.arange(meeting.second + 1)[:, None] + c + base_second, size_second)
        fixed = (own,) if meeting.same else (own, other)
        if coins.total:
            chance = _hypergeometric(fixed, (meeting.first, meeting.second, meeting.common), coins)
            np.add.at(made, tuple(np.broadcast_arrays(mine[:, None], theirs[None])), chance)
        else:
            first, second = (_by_level(codes, levels, coins.chance) for codes in (mine, theirs))
            shared = binom.pmf(c, meeting.common, coins.chance) * _fixed(fixed, coins.chance)
            made += (first * shared) @ second.T
    made[made < _NEVER] = 0.0
    return made


@lru_cache(maxsize=20_000)
def single_table(size: int, holds_own: int, rule: ExposureMap, coins: Coins) -> Floats:
    """Give the chance of each exposure of a unit with so many coins among its neighbours'."""
    made = np.zeros(len(rule.labels))
    others = size - holds_own
    for own in (0, 1):
        codes = np.broadcast_to(rule.rule(own, np.arange(others + 1) + holds_own * own, size), (others + 1,))
        if coins.total:
            chance = _hypergeometric((own,), (others, 0, 0), coins)[:, 0, 0]
        else:
            chance = binom.pmf(np.arange(others + 1), others, coins.chance) * _fixed((own,), coins.chance)
        np.add.at(made, codes, chance)
    made[made < _NEVER] = 0.0
    return made


def _by_level(codes: Ints, levels: int, chance: float) -> Floats:
    """Sum the chances of a unit's own number of treated over each exposure, [level, number in common]."""
    weights = binom.pmf(np.arange(len(codes)), len(codes) - 1, chance)
    return np.array([weights @ (codes == level) for level in range(levels)])


def _fixed(fixed: tuple[int, ...], chance: float) -> float:
    treated = sum(fixed)
    return float(chance**treated * (1 - chance) ** (len(fixed) - treated))


def _hypergeometric(fixed: tuple[int, ...], sizes: tuple[int, int, int], coins: Coins) -> Floats:
    """Give the chance that fixed coins fall so and that so many of three sets are treated, [x, y, c]."""
    x, y, c = np.ogrid[: sizes[0] + 1, : sizes[1] + 1, : sizes[2] + 1]
    rest = coins.total - len(fixed) - sum(sizes)
    if rest < 0:  # no two units lie so
        return np.zeros((sizes[0] + 1, sizes[1] + 1, sizes[2] + 1))
    left = coins.number - sum(fixed) - (x + y + c)
    log = _choose(sizes[0], x) + _choose(sizes[1], y) + _choose(sizes[2], c) + _choose(rest, left)
    return np.asarray(np.exp(log - _choose(coins.total, np.asarray(coins.number))))


def _choose(size: int, taken: Ints) -> Floats:
    """Give the logarithm of a binomial coefficient, minus infinity where it is 0."""
    inside = (taken >= 0) & (taken <= size)
    kept = np.where(inside, taken, 0)
    return np.where(inside, gammaln(size + 1) - gammaln(kept + 1) - gammaln(size - kept + 1), -np.inf)


def countable(network: Network, design: Assignment, rule: ExposureMap) -> Network | None:
    """Give the coins of each unit's neighbours where counting is enough; None where it is not."""
    if not design.simple:
        return None
    if not rule.presence and (network.weighted or network.repeated(design.coins)):
        return None
    reach = network.onto(design.coins, design.count)
    most = MOST_COMPLETE if design.kind == "complete" else MOST_BERNOULLI
    return reach if int(reach.neighbours.max()) <= most else None
