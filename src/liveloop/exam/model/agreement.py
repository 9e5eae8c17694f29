"""How far does a model mark as people do, and how sure is that?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, integers

FEWEST_PAIRS, FEWEST_WRITINGS, ENOUGH_WRITINGS = 10, 5, 60
DRAWS, LEVEL = 2_000, 0.95
MOST_UNDEFINED = 0.05  # of the draws; an interval from fewer would leave out exactly the extreme ones


class Pair(NamedTuple):
    """Two marks for one criterion of one writing, each 0 to 1. Marks of one writing are not independent."""

    human: float
    model: float
    writing_id: str


@dataclass(frozen=True)
class Agreement:
    """How far two markers agree over `n` pairs.

    `kappa` is 1 when they always agree and 0 when they agree as two who mark at random with the same habits would; None
    when both gave one and the same mark throughout, so that there was nothing to agree on. `bias` is the model's mean
    mark less the people's. `interval` is for kappa, None when it cannot be told; of few writings it is too narrow.
    """

    n: int
    writings: int
    kappa: float | None
    mean_difference: float
    bias: float
    interval: tuple[float, float] | None

    @property
    def says(self) -> str:
        """Say it in a sentence."""
        kappa = "unknown (every mark is the same)" if self.kappa is None else f"{self.kappa:.2f}"
        between = ", no interval"
        if self.interval:
            few = " (of few writings, so too narrow)" if self.writings < ENOUGH_WRITINGS else ""
            between = f", 95% interval {self.interval[0]:.2f} to {self.interval[1]:.2f}{few}"
        side = "above" if self.bias > 0 else "below"
        return (
            f"Over {self.n} marks in {self.writings} writings: weighted kappa {kappa}{between}; mean difference "
            f"{self.mean_difference:.2f}, the model {abs(self.bias):.2f} {side} the people."
        )


@dataclass(frozen=True)
class TooFew:
    """There are too few pairs to tell whether a model marks as people do."""

    n: int

    @property
    def says(self) -> str:
        """Say it in a sentence."""
        return f"Too few to tell: {self.n} of at least {FEWEST_PAIRS} criteria marked by the model and by a person."


class Marked(Protocol):
    """A mark as the journal keeps it."""

    @property
    def writing_id(self) -> str:
        """The writing."""

    @property
    def criterion_id(self) -> str:
        """The criterion."""

    @property
    def by(self) -> str:
        """Who gave it: self, peer or model."""

    @property
    def mark(self) -> float:
        """The mark, 0 to 1."""


def agreement(pairs: Iterable[Pair], *, seed: int = 0, draws: int = DRAWS) -> Agreement | TooFew:
    """Measure how far a model agrees with people: kappa with quadratic weights, differences, an interval.

    With quadratic weights kappa is 1 - mean (x - y)^2 / mean over all i, j of (x_i - y_j)^2, which needs no categories:
    it takes any marks from 0 to 1, and equals the tabulated kappa for marks on a scale of equal steps. The interval is
    the percentile bootstrap that draws whole writings. In a thousand samples drawn with a known kappa of 0, 0.6 or 0.8,
    an interval of 60 independent marks held it in 91% to 95%, one of 20 in 80% to 91%.

    Raises
    ------
    BadInput
        For a mark outside 0 to 1.

    Examples
    --------
    >>> same = [Pair(mark / 4, mark / 4, f"w{mark}") for mark in (0, 1, 2, 3, 4)] * 2
    >>> agreement(same).kappa, agreement([pair._replace(model=1 - pair.model) for pair in same]).kappa
    (1.0, -1.0)
    >>> print(agreement(same[:9]).says)
    Too few to tell: 9 of at least 10 criteria marked by the model and by a person.

    Source: Cohen (1968), "Weighted kappa"; Fleiss and Cohen (1973), on its equality with the intraclass correlation.
    """
    given = list(pairs)
    for pair in given:
        if not (0 <= pair.human <= 1 and 0 <= pair.model <= 1):
            raise BadInput(f"the marks {pair.human:g} and {pair.model:g}", where=pair.writing_id, allowed="0 to 1")
    if len(given) < FEWEST_PAIRS:
        return TooFew(len(given))
    sums = sums_by_writing(given)
    whole = sums.sum(axis=0)
    kappa = float(kappas(whole[None, :])[0])
    return Agreement(
        n=len(given),
        writings=len(sums),
        kappa=None if np.isnan(kappa) else kappa,
        mean_difference=float(np.mean([abs(pair.model - pair.human) for pair in given])),
        bias=float((whole[2] - whole[1]) / whole[0]),
        interval=interval(sums, seed, draws) if len(sums) >= FEWEST_WRITINGS else None,
    )


def pair_marks(marks: Iterable[Marked], by: Literal["self", "peer"]) -> list[Pair]:
    """Pair the newest mark of the model with the newest of a person for each criterion of each writing.

    `marks` come oldest first, as the journal gives them.
    """
    newest: dict[str, dict[tuple[str, str], float]] = {"model": {}, by: {}}
    for mark in marks:
        if mark.by in newest:
            newest[mark.by][mark.writing_id, mark.criterion_id] = mark.mark
    people = newest[by]
    return [Pair(people[key], mark, key[0]) for key, mark in newest["model"].items() if key in people]


def sums_by_writing(pairs: Sequence[Pair]) -> Floats:
    """Add up what kappa needs, a row for each writing: n, x, y, x squared, y squared, (x - y) squared."""
    places = {writing_id: place for place, writing_id in enumerate(dict.fromkeys(pair.writing_id for pair in pairs))}
    sums = np.zeros((len(places), 6))
    for x, y, writing_id in pairs:
        sums[places[writing_id]] += (1.0, x, y, x * x, y * y, (x - y) ** 2)
    return sums


def kappas(sums: Floats) -> Floats:
    """Compute kappa for each row of sums; NaN inside this file only, where nothing varies."""
    n, x, y, xx, yy, apart = sums.T
    by_chance = (xx + yy) / n - 2 * (x / n) * (y / n)
    found = np.full(len(n), np.nan)
    varies = by_chance > 1e-12  # what rounding leaves of a difference of equals
    found[varies] = 1 - (apart / n)[varies] / by_chance[varies]
    return found


def interval(sums: Floats, seed: int, draws: int) -> tuple[float, float] | None:
    """Draw whole writings again and again, and take the middle of the kappas."""
    writings = len(sums)
    drawn = integers(seed, "agreement", np.arange(draws * writings), writings).reshape(draws, writings)
    counts = np.zeros((draws, writings))
    np.add.at(counts, (np.arange(draws)[:, None], drawn), 1.0)
    found = kappas(counts @ sums)
    known = found[~np.isnan(found)]
    if len(known) < (1 - MOST_UNDEFINED) * draws:
        return None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
