"""How are numbers and labels written, and an error's words?"""

from __future__ import annotations

import math
from collections.abc import Sequence

_SHOWN = 8


def short(number: float) -> str:
    """Write a number with four significant figures.

    Examples
    --------
    >>> short(0.000123456), short(1234567.0), short(2.0)
    ('0.0001235', '1,234,567', '2')
    """
    if not math.isfinite(number):
        return "∞" if number > 0 else "-∞"
    return f"{number:,.0f}" if abs(number) >= 10_000 else f"{number:.4g}"


def listed(labels: Sequence[object]) -> str:
    """Name some labels, the rest counted.

    Examples
    --------
    >>> listed(["a", "b"]), listed(range(10))
    ("'a', 'b'", '0, 1, 2, 3, 4, 5, 6, 7 and 2 more')
    """
    said = ", ".join(repr(one) for one in labels[:_SHOWN])
    return said if len(labels) <= _SHOWN else f"{said} and {len(labels) - _SHOWN} more"
