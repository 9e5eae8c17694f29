"""How is an integer program written down and put to HiGHS?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

Status = Literal["found", "none", "unknown"]


class Program:
    """Columns (variables from 0 to a bound) and rows (sums of columns between two bounds)."""

    def __init__(self) -> None:
        self.uppers: list[float] = []
        self.whole: list[int] = []
        self.parts: list[tuple[int, int, float]] = []
        self.lows: list[float] = []
        self.highs: list[float] = []

    def column(self, upper: float, *, whole: bool = True) -> int:
        """Add a column; give its place."""
        self.uppers.append(upper)
        self.whole.append(int(whole))
        return len(self.uppers) - 1

    def row(self, terms: Iterable[tuple[int, float]], low: float = -np.inf, high: float = np.inf) -> None:
        """Add a row."""
        place = len(self.lows)
        self.parts += [(place, column, factor) for column, factor in terms if factor]
        self.lows.append(low)
        self.highs.append(high)

    def solve(self, seconds: float, cost: Iterable[tuple[int, float]] = ()) -> tuple[Status, np.ndarray]:
        """Find columns that fit every row, of the least cost; "none" says that none do."""
        if not self.uppers:
            fits = all(low <= 0 <= high for low, high in zip(self.lows, self.highs, strict=True))
            return ("found" if fits else "none"), np.zeros(0)
        each = np.zeros(len(self.uppers))
        for column, factor in cost:
            each[column] += factor
        rows, columns, factors = zip(*self.parts, strict=True) if self.parts else ((), (), ())
        table = coo_matrix((factors, (rows, columns)), shape=(len(self.lows), len(self.uppers))).tocsc()
        done = milp(
            each,
            integrality=np.array(self.whole),
            bounds=Bounds(0, np.array(self.uppers)),
            constraints=LinearConstraint(table, np.array(self.lows), np.array(self.highs)) if self.lows else (),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if done.status == 2:
            return "none", np.zeros(0)
        if done.status == 0:
            return "found", done.x
        return "unknown", np.zeros(0) if done.x is None else done.x
