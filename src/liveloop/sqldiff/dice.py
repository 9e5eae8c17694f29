"""Where does chance come from when many worlds are drawn at once: throw after throw, the same for the same seed?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from liveloop.base.seeds import uniforms


class Dice:
    """Throws of a seed, one after the other; each is as long as it is asked for.

    Examples
    --------
    >>> first, again = Dice(3), Dice(3)
    >>> bool((first.shares(5) == again.shares(5)).all()), bool((first.shares(5) == again.shares(3)[:1]).all())
    (True, False)
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.throws = 0

    def shares(self, *shape: int) -> npt.NDArray[np.float64]:
        """Draw numbers from 0 up to 1."""
        self.throws += 1
        drawn = uniforms(self.seed, f"throw {self.throws}", np.arange(int(np.prod(shape))))
        return drawn.reshape(shape)

    def below(self, most: int | npt.NDArray[Any], count: int) -> npt.NDArray[np.int64]:
        """Draw whole numbers from 0 up to `most`, which may differ for each."""
        return (self.shares(count) * most).astype(np.int64)

    def picks(self, values: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
        """Pick from some values, each as likely."""
        picked: npt.NDArray[Any] = values[self.below(len(values), count)]
        return picked

    def order(self, count: int) -> npt.NDArray[np.int64]:
        """Put so many things in an order."""
        return np.argsort(self.shares(count), kind="stable")
