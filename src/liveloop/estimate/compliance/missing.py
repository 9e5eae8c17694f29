"""Which outcomes are there and which are missing, where missing ones are the point?"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.frame import Frame


def read_partly(frame: Frame, name: str, observed: str | None = None) -> tuple[Floats, Flags]:
    """Give an outcome, 0 where it is missing, and where it is there.

    Parameters
    ----------
    observed
        A column of 0 and 1 that says where it is there; None where missing values say so.

    Raises
    ------
    BadInput
        When the column is not there, holds no numbers, or is missing where it is said to be observed.

    Examples
    --------
    >>> from liveloop.estimate.frame import read_frame
    >>> read_partly(read_frame({"y": [1.0, float("nan"), 3.0]}), "y")[1].tolist()
    [True, False, True]
    """
    if not frame.has(name) or not frame.rows:
        return frame.numbers(name, "outcome"), np.ones(0, bool)  # says what is not there
    column = frame.table.column(name)
    kinds = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_null)
    if not any(kind(column.type) for kind in kinds):
        raise BadInput(f"outcome {name!r} holds {column.type}", where=name, allowed="numbers, or missing")
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    there = ~np.isnan(values)
    endless = int(np.isinf(values).sum())
    if endless:
        raise BadInput(f"outcome {name!r} is infinite in {endless} of {frame.rows} rows", where=name,
                       allowed="numbers, or missing")  # fmt: skip
    if observed is not None:
        said = _flags(frame, observed)
        lost = int((said & ~there).sum())
        if lost:
            raise BadInput(f"outcome {name!r} is missing in {lost} rows in which {observed!r} says it is there",
                           where=name, allowed="a number in each of them")  # fmt: skip
        there = said
    if not there.any():
        raise BadInput(f"outcome {name!r} is missing in all {frame.rows} rows", where=name, allowed="some numbers")
    return np.where(there, values, 0.0), there


def _flags(frame: Frame, name: str) -> Flags:
    flags = frame.numbers(name, "observed")
    bad = int((~np.isin(flags, (0.0, 1.0))).sum())
    if bad:
        raise BadInput(f"observed {name!r} is neither 0 nor 1 in {bad} of {frame.rows} rows", where=name,
                       allowed="0 and 1")  # fmt: skip
    return np.asarray(flags == 1.0)
