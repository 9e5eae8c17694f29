"""Which exposure did each unit have, how likely was it, and for whom can exposures be compared?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.interference.assignment import Assignment
from liveloop.estimate.interference.chances import Chances, DrawnChances
from liveloop.estimate.interference.counted import CountedChances, countable
from liveloop.estimate.interference.mapping import ExposureMap
from liveloop.estimate.interference.network import Network
from liveloop.estimate.words import listed

IMPOSSIBLE = ("refuse", "leave out")
MOST_LISTED = 5_000  # assignments; up to here every one is looked at, beyond it some are drawn
LEAST_DRAWS = 100
_SMALL = 50  # coins of a stratum; in larger ones the correlation of two is below 2 %
_MOST_NEAR = 50_000_000
_CELLS = 4_000_000  # units times assignments that are looked at together: bounds memory
Exposure = str | Callable[[Flags, Network | None], Any]


@dataclass(frozen=True, eq=False)
class Exposed:
    """What an exposure came out as, and how likely it was."""

    codes: Ints
    labels: tuple[str, ...]
    chances: Chances
    contrasts: Mapping[str, tuple[int, int]]


def exposed_by(
    rule: ExposureMap | Callable[[Flags, Network | None], Any],
    drawn: Assignment,
    network: Network | None,
    *,
    draws: int,
    seed: int,
) -> Exposed:
    """Apply an exposure map, or a user's function, to what was assigned and to what could have been.

    Raises
    ------
    BadInput
        When a map finds no network, or a function gives something else than one exposure for each unit.
    """
    if draws < LEAST_DRAWS:
        raise BadInput(f"draws is {draws}", where="draws", allowed=f"{LEAST_DRAWS} or more")
    if not isinstance(rule, ExposureMap):
        return _by_function(rule, drawn, network, draws, seed)
    if network is None:
        raise BadInput("nobody touches anybody", where="edges", allowed="edges, or a column of groups")
    if rule.counts and network.weighted:
        raise BadInput("neighbours are counted, and edges have weights", where="edge_weight",
                       allowed="no weights, or exposure='share'")  # fmt: skip
    return _by_rule(rule, drawn, network, draws, seed)


def _by_rule(rule: ExposureMap, drawn: Assignment, network: Network, draws: int, seed: int) -> Exposed:
    arms = drawn.treated[drawn.coins]
    codes = rule.rule(arms, network.treated(arms), network.sizes)
    reach = countable(network, drawn, rule)
    if reach is not None:
        return Exposed(codes, rule.labels, CountedChances(reach, drawn, rule), rule.contrasts)
    coins, weights = _assignments(drawn, draws, seed)
    there = np.empty((len(coins), network.count), np.int16)
    for at in range(0, len(coins), step := max(1, _CELLS // network.count)):
        others = coins[at : at + step][:, drawn.coins]
        there[at : at + step] = rule.rule(others, network.treated(others), network.sizes)
    near = None if weights is not None else near_units(network, drawn)
    return Exposed(codes, rule.labels, DrawnChances(there, len(rule.labels), weights, near), rule.contrasts)


def near_units(network: Network, drawn: Assignment) -> Any:  # noqa: ANN401 - a sparse matrix
    """Say which units' exposures can depend on one another, [unit, unit]; None where that is not known, or too many.

    Units do that share a coin, of their own or of neighbours, or have coins of one small stratum; in a large stratum
    two coins are as good as independent.
    """
    if drawn.kind == "given":
        return None
    rows = np.arange(network.count)
    own = sparse.csr_array((np.ones(len(rows)), (rows, drawn.coins)), shape=(network.count, drawn.count))
    closed = network.onto(drawn.coins, drawn.count).touches + own
    sizes = np.bincount(drawn.strata)[drawn.strata]
    small = np.flatnonzero((sizes > 1) & (sizes <= _SMALL)) if drawn.kind == "complete" else np.empty(0, np.int64)
    layers = sparse.csr_array((np.ones(len(small)), (small, drawn.strata[small])),
                              shape=(drawn.count, int(drawn.strata.max()) + 1))  # fmt: skip
    closed = sparse.csr_array(sparse.hstack([closed, closed @ layers]))
    if float((np.asarray(closed.astype(bool).sum(axis=0), np.float64) ** 2).sum()) > _MOST_NEAR:
        return None
    return sparse.csr_array(closed @ closed.T)


def _by_function(
    exposure: Callable[[Flags, Network | None], Any], drawn: Assignment, network: Network | None, draws: int, seed: int
) -> Exposed:
    coins, weights = _assignments(drawn, draws, seed)
    every = np.vstack([drawn.treated, coins])[:, drawn.coins]
    given = np.asarray(exposure(every, network))
    if given.shape != every.shape:
        raise BadInput(f"the exposure function gave an array of shape {given.shape}", where="exposure",
                       allowed=f"one exposure for each assignment and unit, {every.shape}")  # fmt: skip
    found, codes = np.unique(given, return_inverse=True)
    codes = codes.reshape(every.shape)
    labels = tuple(str(label) for label in found.tolist())
    contrasts = {f"{labels[at]} - {labels[0]}": (at, 0) for at in range(1, len(labels))}
    return Exposed(codes[0], labels, DrawnChances(codes[1:], len(labels), weights), contrasts)


def _assignments(drawn: Assignment, draws: int, seed: int) -> tuple[Flags, Floats | None]:
    every = drawn.every(MOST_LISTED)
    if every is not None:
        return every
    return drawn.draws(seed, draws), None


def chosen_contrasts(
    asked: Sequence[str] | Mapping[str, tuple[str, str]] | None, made: Exposed
) -> Mapping[str, tuple[int, int]]:
    """Give the contrasts that are asked for, by name: the codes of two exposures."""
    if asked is None:
        return made.contrasts
    if isinstance(asked, Mapping):
        unknown = [one for pair in asked.values() for one in pair if one not in made.labels]
        if unknown:
            raise BadInput(f"no exposure {unknown[0]!r}", where="contrasts", allowed=listed(made.labels))
        return {name: (made.labels.index(one), made.labels.index(two)) for name, (one, two) in asked.items()}
    unknown = [name for name in asked if name not in made.contrasts]
    if unknown or not asked:
        raise BadInput(f"no contrast {unknown[0]!r}" if unknown else "no contrast is asked for", where="contrasts",
                       allowed=listed(tuple(made.contrasts)))  # fmt: skip
    return {name: made.contrasts[name] for name in asked}


def possible_units(made: Exposed, chosen: Mapping[str, tuple[int, int]], impossible: str) -> Flags:
    """Say which units can have every exposure that is compared; refuse the others unless they are to be left out."""
    compared = sorted({code for pair in chosen.values() for code in pair})
    inside = np.asarray((made.chances.single[:, compared] > 0).all(axis=1))
    outside = int((~inside).sum())
    if outside and (impossible == "refuse" or not inside.any()):
        worst = max(compared, key=lambda code: int((made.chances.single[:, code] == 0).sum()))
        raise BadInput(
            f"{outside} of {len(inside)} units can never have an exposure that is compared, most of them "
            f"{made.labels[worst]!r}, {made.chances.how}", where="exposure",
            allowed="impossible='leave out' to estimate for the others, fewer contrasts, or more draws",
        )  # fmt: skip
    for code in compared:
        if not (inside & (made.codes == code)).any():
            raise BadInput(f"no unit has the exposure {made.labels[code]!r}", where="exposure",
                           allowed="exposures that some unit had; choose contrasts or another map")  # fmt: skip
    return inside
