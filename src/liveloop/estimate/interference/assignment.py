"""By which chance did each unit come into its arm, and which other assignments could have been?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints, seed_of, stream
from liveloop.estimate.frame import Frame, Groups
from liveloop.estimate.words import listed

DESIGNS = ("bernoulli", "complete")
Design = str | Callable[[int], Any]


@dataclass(frozen=True, eq=False)
class Assignment:
    """A design: coins that were thrown, and the coin that each unit follows.

    Parameters
    ----------
    coins
        The coin of each unit: its own, or that of its cluster.
    treated
        How each coin fell.
    chance
        The probability that a coin falls on treated.
    kind
        "bernoulli": independently; "complete": as many as fell so, in each stratum; "given": by `function`.
    strata
        The stratum of each coin.
    function
        From a seed: the arm of each unit, 0 or 1, in the order of the rows.

    Examples
    --------
    >>> design = Assignment(np.array([0, 0, 1, 2]), np.array([True, False, False]), np.full(3, 1 / 3), "complete",
    ...                     np.zeros(3, np.int64))
    >>> made, chances = design.every(100)
    >>> made[:, design.coins].astype(int).tolist(), chances.round(3).tolist()
    ([[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], [0.333, 0.333, 0.333])
    """

    coins: Ints
    treated: Flags
    chance: Floats
    kind: str
    strata: Ints
    function: Callable[[int], Any] | None = None

    @property
    def count(self) -> int:
        """How many coins there are."""
        return len(self.treated)

    @property
    def simple(self) -> bool:
        """Whether all coins are alike: one chance, one stratum, no function."""
        return self.kind != "given" and not np.ptp(self.chance) and not np.ptp(self.strata)

    def draws(self, seed: int, count: int) -> Flags:
        """Draw other assignments of the same design, [draw, coin].

        Raises
        ------
        BadInput
            When the user's function gives something else than one arm of 0 or 1 for each unit.
        """
        if self.kind == "given":
            return np.array([self._given(seed_of(seed, f"assignment {at}")) for at in range(count)])
        keys = stream(seed, "assignments").random((count, self.count))
        if self.kind == "bernoulli":
            return np.asarray(keys < self.chance)
        made = np.zeros((count, self.count), bool)
        for members, number in self._strata():
            if number:
                chosen = np.argpartition(keys[:, members], number - 1, axis=1)[:, :number]
                np.put_along_axis(made, members[chosen], values=True, axis=1)
        return made

    def every(self, most: int) -> tuple[Flags, Floats] | None:
        """List every assignment that the design can give, with its probability; None where there are over `most`."""
        if self.kind == "given":
            return None
        if self.kind == "bernoulli":
            if self.count > 30 or 2**self.count > most:
                return None
            made = (np.arange(2**self.count)[:, None] >> np.arange(self.count)) & 1 > 0
            return made, np.where(made, self.chance, 1 - self.chance).prod(axis=1)
        strata = list(self._strata())
        total = prod(comb(len(members), number) for members, number in strata)
        if total > most:
            return None
        listed_all = product(*(combinations(members.tolist(), number) for members, number in strata))
        made = np.zeros((total, self.count), bool)
        for at, chosen in enumerate(listed_all):
            made[at, [one for part in chosen for one in part]] = True
        return made, np.full(total, 1 / total)

    def covariance(self) -> tuple[Floats, Floats]:
        """Give the variance of each coin, and the covariance of two coins of its stratum."""
        spread = self.chance * (1 - self.chance)
        if self.kind == "bernoulli":
            return spread, np.zeros(self.count)
        sizes = np.bincount(self.strata)[self.strata]
        return spread, np.where(sizes > 1, -spread / np.maximum(sizes - 1, 1), 0.0)

    def _strata(self) -> list[tuple[Ints, int]]:
        order = np.argsort(self.strata, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(self.strata[order])) + 1)
        return [(members, int(self.treated[members].sum())) for members in parts]

    def _given(self, seed: int) -> Flags:
        assert self.function is not None
        made: NDArray[Any] = np.asarray(self.function(seed))
        if made.shape != (self.count,) or not np.isin(made, (0, 1)).all():
            raise BadInput(f"the design function gave an array of shape {made.shape}", where="design",
                           allowed=f"{self.count} arms, each 0 or 1, in the order of the rows")  # fmt: skip
        return made.astype(bool)


def assignment_of(
    frame: Frame,
    arms: Groups,
    *,
    design: Design = "bernoulli",
    probability: float | str = 0.5,
    clusters: str | None = None,
    strata: str | None = None,
) -> Assignment:
    """Read a design: which units were thrown together, and by which chance.

    Parameters
    ----------
    design
        "bernoulli", "complete", or a function of a seed that gives the arm of each row anew.
    probability
        The chance of treatment, or the column that holds it; complete randomisation takes the share that was treated.
    clusters
        The column whose values were randomised; None for each row.
    strata
        The column within whose values they were; complete randomisation only.

    Raises
    ------
    BadInput
        When clusters are split across arms, strata across clusters, or a chance is not between 0 and 1.
    """
    if callable(design):
        rows = np.arange(frame.rows)
        return Assignment(rows, arms.codes == 1, np.full(frame.rows, 0.5), "given", np.zeros_like(rows), design)
    if design not in DESIGNS:
        raise BadInput(f"no design {design!r}", where="design", allowed=f"{listed(DESIGNS)}, or a function of a seed")
    groups = frame.groups(clusters, "cluster") if clusters else None
    coins = np.arange(frame.rows) if groups is None else groups.codes
    count = frame.rows if groups is None else groups.count
    treated = _shared(coins, count, arms.codes.astype(np.float64), "arms", clusters) > 0
    if design == "complete":
        layers = frame.groups(strata, "stratum").codes if strata else np.zeros(frame.rows, np.int64)
        layer = _shared(coins, count, layers.astype(np.float64), "strata", strata).astype(np.int64)
        share = np.bincount(layer, treated) / np.bincount(layer)
        return Assignment(coins, treated, share[layer], design, layer)
    if strata:
        raise BadInput("independent coins have no strata", where="strata", allowed="design='complete'")
    chance = _chance(frame, coins, count, probability)
    return Assignment(coins, treated, chance, design, np.zeros(count, np.int64))


def _chance(frame: Frame, coins: Ints, count: int, probability: float | str) -> Floats:
    if isinstance(probability, str):
        chance = _shared(coins, count, frame.numbers(probability, "probability"), "probabilities", probability)
    else:
        chance = np.full(count, float(probability))
    bad = int(((chance <= 0) | (chance >= 1)).sum())
    if bad:
        raise BadInput(f"the chance of treatment is not between 0 and 1 for {bad} of {count}", where="probability",
                       allowed="numbers above 0 and below 1")  # fmt: skip
    return chance


def _shared(coins: Ints, count: int, values: Floats, what: str, where: str | None) -> Floats:
    """Give the one value that all units of a coin share."""
    made = np.zeros(count)
    made[coins] = values
    split = len(np.unique(coins[made[coins] != values]))
    if split:
        raise BadInput(f"{split} of {count} clusters have rows in more than one of the {what}",
                       where=where or "clusters", allowed="clusters that were randomised whole")  # fmt: skip
    return made
