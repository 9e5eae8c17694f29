"""Which periods of a switchback saw which arms, and which coins decided that?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.frame import Frame, Groups
from liveloop.estimate.interference.assignment import Assignment

Blocks = str | int | None


@dataclass(frozen=True, eq=False)
class Schedule:
    """Cells: each unit in each period that has rows.

    Parameters
    ----------
    unit, period, coin
        Of each cell: codes; periods are numbered in their order over all units.
    treated
        The arm of each cell.
    weight
        The sum of weights of its rows.
    of_row
        The cell of each row of the table.
    design
        The coins: one for each block of each unit, or of all units together.
    place
        How many periods of its block the cell comes after the block's first one.
    table
        The cell of each unit in each period, -1 where there is none.
    """

    unit: Ints
    period: Ints
    coin: Ints
    treated: Flags
    weight: Floats
    of_row: Ints
    design: Assignment
    place: Ints
    table: Ints

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(self.unit)

    def mean(self, values: Floats, weights: Floats) -> Floats:
        """Average values of rows within each cell, [cell] or [cell, column]."""
        if values.ndim == 1:
            return np.asarray(np.bincount(self.of_row, values * weights, minlength=self.count) / self.weight)
        made = [self.mean(column, weights) for column in values.T]
        return np.column_stack(made) if made else np.empty((self.count, 0))

    def before(self, lag: int) -> Ints:
        """Give the cell of the same unit some periods earlier, -1 where there is none."""
        earlier = self.period - lag
        return np.where(earlier >= 0, self.table[self.unit, np.maximum(earlier, 0)], -1)

    def windows(self, order: int) -> tuple[Flags, Any]:
        """Give the coins of the last `order` + 1 periods of each cell: which cells have them all, and [cell, coin].

        The matrix has a row for each cell that has them all.
        """
        cells = np.column_stack([self.before(lag) for lag in range(order + 1)])
        known = (cells >= 0).all(axis=1)
        coins = self.coin[cells[known]]
        rows = np.repeat(np.arange(len(coins)), order + 1)
        made = sparse.csr_array((np.ones(coins.size), (rows, coins.ravel())), shape=(len(coins), self.design.count))
        made.sum_duplicates()
        made.data[:] = 1.0
        return np.asarray(known), made


def read_schedule(  # noqa: PLR0913 - what a switchback is described by
    frame: Frame,
    arms: Groups,
    weights: Floats,
    *,
    time: str,
    unit: str | None,
    blocks: Blocks,
    together: bool,
    design: str,
    probability: float,
) -> Schedule:
    """Read a switchback from rows of units in periods.

    Raises
    ------
    BadInput
        When a unit has both arms in one period, a block has both arms, or a period two blocks.
    """
    periods = frame.groups(time, "time")
    units = frame.groups(unit, "unit") if unit else Groups(np.zeros(frame.rows, np.int64), ("all",))
    keys, of_row = np.unique(units.codes * periods.count + periods.codes, return_inverse=True)
    unit_code, period_code = keys // periods.count, keys % periods.count
    weight = np.bincount(of_row, weights).astype(np.float64)
    treated = _one_of_each(
        of_row, arms.codes, len(keys), "periods of a unit have both arms" if unit else "periods have both arms", time
    )
    block = _block_codes(frame, blocks, of_row, period_code)
    number = int(block.max()) + 1
    coins = block if together else unit_code * number + block
    found, coin = np.unique(coins, return_inverse=True)
    coin = coin.astype(np.int64)
    fell = _one_of_each(coin, treated, len(found), "blocks have periods in both arms", str(blocks or time))
    chance = _chances(design, probability, fell)
    made = Assignment(coin, fell > 0, chance, design, np.zeros(len(found), np.int64))
    table = np.full((units.count, periods.count), -1)
    table[unit_code, period_code] = np.arange(len(keys))
    place = _places(unit_code, period_code, coin)
    return Schedule(unit_code, period_code, coin, treated > 0, weight, of_row.astype(np.int64), made, place, table)


def _block_codes(frame: Frame, blocks: Blocks, of_row: Ints, period: Ints) -> Ints:
    if blocks is None:
        return period.astype(np.int64)
    if isinstance(blocks, str):
        return _one_of_each(
            of_row, frame.groups(blocks, "block").codes, len(period), "periods have several blocks", blocks
        )
    if blocks < 1:
        raise BadInput(f"a block has {blocks} periods", where="blocks", allowed="1 or more, or a column")
    return np.asarray(period // blocks, np.int64)


def _one_of_each(codes: Ints, values: Any, count: int, wrong: str, where: str) -> Ints:  # noqa: ANN401 - codes or flags
    values = np.asarray(values, np.int64)
    made = np.zeros(count, np.int64)
    made[codes] = values
    split = len(np.unique(codes[made[codes] != values]))
    if split:
        raise BadInput(f"{split} of {count} {wrong}", where=where, allowed="one for each")
    return made


def _chances(design: str, probability: float, fell: Ints) -> Floats:
    if design == "complete":
        return np.full(len(fell), float(fell.mean()))
    if not 0 < probability < 1:
        raise BadInput(f"the chance of treatment is {probability}", where="probability",
                       allowed="a number above 0 and below 1")  # fmt: skip
    return np.full(len(fell), float(probability))


def _places(unit: Ints, period: Ints, coin: Ints) -> Ints:
    """Count how many periods have passed since the cell's unit came under its coin."""
    order = np.lexsort((period, unit))
    starts = np.r_[True, (np.diff(unit[order]) != 0) | (np.diff(coin[order]) != 0)]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    made = np.zeros(len(order), np.int64)
    made[order] = period[order] - period[order][first]
    return made


def switchback_blocks(periods: int, order: int) -> Ints:
    """Give the block of each period in the minimax design for a carry-over of `order` periods.

    The first and the last block are twice as long as the others, which last as long as the carry-over.

    Examples
    --------
    >>> switchback_blocks(12, 2).tolist()
    [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 3]

    Source: Bojinov, Simchi-Levi and Zhao (2023), doi:10.1287/mnsc.2022.4583.
    """
    length = max(1, order)
    whole = periods // length
    if order and whole < 4:
        raise BadInput(f"{periods} periods hold {whole} times a carry-over of {order}", where="periods",
                       allowed=f"{4 * order} periods or more")  # fmt: skip
    if order < 1:
        return np.arange(periods)
    return np.clip(np.arange(periods) // length - 1, 0, whole - 3)
