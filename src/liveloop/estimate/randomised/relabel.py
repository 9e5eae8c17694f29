"""How are labels given by chance again and again, and what does the plain analysis say of each set, from sums alone?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints, uniforms
from liveloop.estimate.frame import Groups
from liveloop.estimate.linear import ROWS
from liveloop.estimate.randomised.cells import Cells, Units, distinct

_FACTORS: dict[str, Callable[[Floats, float], Floats]] = {
    "HC0": lambda n, _: 1 / n**2,
    "HC1": lambda n, total: total / (total - 2) / n**2,
    "HC2": lambda n, _: 1 / (n * (n - 1)),
    "HC3": lambda n, _: 1 / (n - 1) ** 2,
}


def relabelled(layer: Ints, share: float, seed: int, draw: int) -> Ints:
    """Give each unit the label 0 or 1 by chance, a fixed share of each stratum; what is not whole falls by chance.

    Parameters
    ----------
    layer
        The stratum of each unit.

    Examples
    --------
    >>> label = relabelled(np.array([0, 0, 0, 0, 1, 1]), 0.5, seed=1, draw=0)
    >>> int(label[:4].sum()), int(label[4:].sum())
    (2, 1)
    """
    chance = uniforms(seed, f"label {draw}", range(len(layer)))
    order = np.lexsort((chance, layer))
    sizes = np.bincount(layer)
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    wanted = sizes * share
    whole = np.floor(wanted + 1e-9)
    whole = whole + (uniforms(seed, f"rest {draw}", range(len(sizes))) < wanted - whole - 1e-9)
    made = np.empty(len(layer), np.int64)
    made[order] = (np.arange(len(layer)) - starts) < np.repeat(whole, sizes)
    return made


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums over units, of which no covariate is known: all that the difference of the means by rows needs.

    Parameters
    ----------
    rows, total, squares
        Of each unit: its rows, its sum of the outcome less the mean of all, its sum of squares of it.
    """

    rows: Floats
    total: Floats
    squares: Floats

    def judged(self, label: Ints, correction: str) -> tuple[float, float, float]:
        """Give value, standard error and df."""
        count, total, squares = (np.asarray(np.bincount(label, one, minlength=2), np.float64)
                                 for one in (self.rows, self.total, self.squares))  # fmt: skip
        refuse_empty(count)
        means = total / count
        left = np.maximum(squares - count * means**2, 0.0)
        everything = float(count.sum())
        if correction == "iid":
            variance = float(left.sum() / (everything - 2) * (1 / count).sum())
        else:
            variance = float((left * _FACTORS[correction](count, everything)).sum())
        df = everything - 2
        if correction == "HC2":  # by Satterthwaite, with rows of one variance
            df = float((1 / count).sum() ** 2 / (1 / (count**2 * (count - 1))).sum())
        return float(means[1] - means[0]), variance**0.5, df


@dataclass(frozen=True, eq=False)
class ClusterSums:
    """Sums over clusters that lie within units.

    Parameters
    ----------
    rows, total, unit
        Of each cluster: its rows, its sum of the outcome less the mean of all, the unit that it is in.
    """

    rows: Floats
    total: Floats
    unit: Ints

    def judged(self, label: Ints, correction: str) -> tuple[float, float, float]:
        """Give value, standard error and df."""
        arm = label[self.unit]
        count, total = (np.bincount(arm, one, minlength=2) for one in (self.rows, self.total))
        refuse_empty(np.bincount(arm, minlength=2))
        means = np.asarray(total / count, np.float64)
        score = self.total - self.rows * means[arm]
        clusters = Units(arm, self.rows, score)
        made = Cells(means, np.asarray(count, np.float64), int(count.sum()), 0.0, clusters=clusters)
        apart = np.array([-1.0, 1.0])
        return float(means[1] - means[0]), made.error(apart, correction), made.freedom(apart, correction)


def summed(
    outcome: Floats, units: Groups | None, clusters: Groups | None, correction: str
) -> Sums | ClusterSums | None:
    """Sum what the plain analysis needs; None where sums of whole units are not enough for it.

    Examples
    --------
    >>> made = summed(np.array([1.0, 2.0, 3.0, 6.0]), Groups(np.array([0, 0, 1, 1]), (0, 1)), None, "HC2")
    >>> made.total.tolist(), made.squares.tolist()
    ([-3.0, 3.0], [5.0, 9.0])
    """
    if (correction in ROWS) is not (clusters is None):
        return None
    centred = outcome - outcome.mean()
    unit = np.arange(len(outcome)) if units is None else units.codes
    if clusters is None:
        rows, total, squares = (np.asarray(np.bincount(unit, one), np.float64)
                                for one in (np.ones(len(unit)), centred, centred**2))  # fmt: skip
        return Sums(rows, total, squares)
    pairs = distinct(clusters.codes * (int(unit.max()) + 1) + unit)
    if len(pairs) > clusters.count:
        return None
    code = clusters.codes
    rows, total = (np.asarray(np.bincount(code, one), np.float64) for one in (np.ones(len(code)), centred))
    return ClusterSums(rows, total, pairs % (int(unit.max()) + 1))


def refuse_empty(count: Floats | Ints) -> None:
    """Refuse labels that leave an arm with fewer than two of what is counted."""
    if (count < 2).any():
        raise BadInput("a set of labels leaves an arm with fewer than two units", where="share",
                       allowed="more units, or a share nearer to a half")  # fmt: skip
