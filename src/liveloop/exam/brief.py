"""How are two values that differ written, short and yet so that the difference shows?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DIGITS = (4, 7, 17)


def apart(one: Any, other: Any, brief: Callable[[Any, int], str]) -> tuple[str, str]:  # noqa: ANN401 - of any type
    """Write two values, numbers with as few digits as show a difference.

    Examples
    --------
    >>> apart(1 / 3, 0.33, number), apart(0.123456, 0.123457, number)
    (('0.3333', '0.33'), ('0.123456', '0.123457'))
    """
    said = ("", "")
    for digits in DIGITS:
        said = brief(one, digits), brief(other, digits)
        if said[0] != said[1]:
            break
    return said


def number(value: float, digits: int = DIGITS[0]) -> str:
    """Write a number with so many digits, a whole one as a whole.

    Examples
    --------
    >>> number(120000.0), number(0.12345), number(float("nan"))
    ('120000', '0.1235', 'nan')
    """
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    return str(int(value)) if whole else f"{value:.{digits}g}"


def plural(count: int, noun: str) -> str:
    """Count a noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
