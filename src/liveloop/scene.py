"""In which worlds, whose truth is known, must an estimator hold?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveloop.finding import Dimension


@dataclass(frozen=True, eq=False)
class Replicates:
    """Many draws of one scene.

    Parameters
    ----------
    columns
        What an estimator sees: [replicate, row] each, or [row] where a column is the same in all replicates.
    truth
        The effect in each: [replicate]. Let it differ from draw to draw, or who returns a constant may be right.
    """

    columns: Mapping[str, NDArray[Any]]
    truth: NDArray[np.float64]

    @property
    def rows(self) -> int:
        """How many rows a draw has."""
        return int(next(iter(self.columns.values())).shape[-1])

    def part(self, start: int, stop: int) -> Replicates:
        """Give some of the draws."""
        some = {name: column if column.ndim == 1 else column[start:stop] for name, column in self.columns.items()}
        return Replicates(some, self.truth[start:stop])

    def one(self, number: int) -> dict[str, NDArray[Any]]:
        """Give one draw."""
        return {name: column if column.ndim == 1 else column[number] for name, column in self.columns.items()}


@dataclass(frozen=True)
class Scene:
    """A world in which an estimator is run again and again.

    Parameters
    ----------
    code
        Of the probe that asks for it.
    asks
        The probe's question.
    says
        What is so in it: completes the sentence "it breaks when ...".
    principle
        What to remember, in a sentence.
    dimension, skill
        Of a finding.
    sizes
        How large it is drawn, the first; then smaller ones, on which the smallest that shows the same is looked for.
    draw
        From a stream of chance, a number of replicates and a size.
    """

    code: str
    asks: str
    says: str
    principle: str
    dimension: Dimension
    skill: str
    sizes: tuple[int, ...]
    draw: Callable[[np.random.Generator, int, int], Replicates]
