"""What does every method ask of its arguments before it reads any data?"""

from __future__ import annotations

from collections.abc import Sequence

from liveloop.base.errors import BadInput


def refuse_level(level: float) -> None:
    """Refuse a level that is no share.

    Examples
    --------
    >>> refuse_level(95)
    Traceback (most recent call last):
    liveloop.base.errors.BadInput: level: level is 95. Allowed: a number between 0 and 1.
    """
    if not 0 < level < 1:
        raise BadInput(f"level is {level}", where="level", allowed="a number between 0 and 1")


def as_names(given: str | Sequence[str]) -> tuple[str, ...]:
    """Give names as a tuple, also where one was given alone.

    Examples
    --------
    >>> as_names("country"), as_names(["country", "age"])
    (('country',), ('country', 'age'))
    """
    return (given,) if isinstance(given, str) else tuple(given)
