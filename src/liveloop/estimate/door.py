"""What does every method ask of its arguments before it reads any data?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

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


def one_of(given: object, where: str, allowed: Collection[str]) -> None:
    """Refuse an option that is none of those allowed.

    Examples
    --------
    >>> one_of("lin", "adjust", ("none", "lin"))
    >>> one_of("most", "covariates_per", ("cluster", "row"))
    Traceback (most recent call last):
    liveloop.base.errors.BadInput: covariates_per: no covariates per 'most'. Allowed: cluster, row.
    """
    if given not in allowed:
        raise BadInput(f"no {where.replace('_', ' ')} {given!r}", where=where, allowed=", ".join(allowed))
