"""In which worlds is a method at home, and how often does its interval hold the truth there?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from liveloop.estimate.result import Estimate

Data = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Regime:
    """A world whose truth is known, and a method that is at home in it.

    Parameters
    ----------
    name
        One word or a few, such as "clustered, unequal".
    says
        What is so in this world, in a sentence.
    draw
        From a seed: the columns, and the true effect.
    estimate
        The method, applied to the columns.
    at_least
        Whether the interval promises at least its level, not about its level: few clusters, sequential methods.
    """

    name: str
    says: str
    draw: Callable[[int], tuple[Data, float]]
    estimate: Callable[[Data], Estimate]
    at_least: bool = False


@dataclass(frozen=True)
class Coverage:
    """How a method did over many draws.

    Parameters
    ----------
    share, low, high
        Share of intervals that hold the truth, with its own 95 % interval (Clopper-Pearson).
    bias, spread
        Mean and standard deviation of value minus truth.
    promised
        Mean standard error; `spread` is what it should be. None where the method has none.
    excluded
        Share of intervals that do not hold 0: false alarms where the truth is 0, else power.
    """

    name: str
    draws: int
    share: float
    low: float
    high: float
    bias: float
    spread: float
    promised: float | None
    excluded: float

    def holds(self, *, at_least: bool, least: float = 0.93, most: float = 0.97) -> bool:
        """Say whether the share lies where it is allowed to, its own sampling error counted.

        At least the nominal level means that the data do not speak against a share of 0.95 or more.
        """
        return self.high >= 0.95 if at_least else least <= self.share <= most

    def __str__(self) -> str:
        said = "" if self.promised is None else f", mean standard error {self.promised:.4g}"
        between = f"{100 * self.low:.1f} to {100 * self.high:.1f}"
        return (
            f"{self.name}: covers {100 * self.share:.1f} % ({between}) of {self.draws}, bias {self.bias:+.4g}, "
            f"spread {self.spread:.4g}{said}, excludes 0 in {100 * self.excluded:.1f} %"
        )


def coverage(regime: Regime, seeds: Sequence[int]) -> Coverage:
    """Draw the world once for each seed, apply the method, count how often its interval holds the truth.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> from liveloop.estimate.result import normal_estimate
    >>> at_home = Regime(
    ...     "mean of 30", "independent normal rows",
    ...     lambda seed: ({"y": 2 + normals(seed, "y", range(30))}, 2.0),
    ...     lambda data: normal_estimate("mean", data["y"].mean(), data["y"].std(ddof=1) / 30**0.5, df=29),
    ... )
    >>> bool(coverage(at_home, range(300)).low < 0.95 < coverage(at_home, range(300)).high)
    True
    """
    held, errors, promised, excluded = 0, [], [], 0
    for seed in seeds:
        data, truth = regime.draw(seed)
        made = regime.estimate(data)
        held += made.low <= truth <= made.high
        excluded += made.excludes_zero
        errors.append(made.value - truth)
        if made.standard_error is not None:
            promised.append(made.standard_error)
    return summed(regime.name, held, excluded, np.asarray(errors), promised)


def summed(name: str, held: int, excluded: int, errors: NDArray[Any], promised: Sequence[float]) -> Coverage:
    """Sum draws up."""
    draws = len(errors)
    low, high = share_between(held, draws)
    return Coverage(
        name, draws, held / draws, low, high, float(errors.mean()), float(errors.std(ddof=1)),
        float(np.mean(promised)) if len(promised) == draws else None, excluded / draws,
    )  # fmt: skip


def share_between(held: int, draws: int, level: float = 0.95) -> tuple[float, float]:
    """Give the exact interval of a share (Clopper and Pearson 1934).

    Examples
    --------
    >>> [round(end, 3) for end in share_between(0, 100)]
    [0.0, 0.036]
    """
    rest = (1 - level) / 2
    low = 0.0 if held == 0 else float(betaincinv(held, draws - held + 1, rest))
    high = 1.0 if held == draws else float(betaincinv(held + 1, draws - held, 1 - rest))
    return low, high
