"""What does the interviewer push on, after what was found and what was not?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from liveloop.coach.writing.reading import ANY
from liveloop.drill import Pushback

LEAST_REHEARSED = 3
P = TypeVar("P", bound=Pushback)


def push(pushbacks: Sequence[P], found: Collection[str], *, least: int = 0) -> tuple[P, ...]:
    """Order the pushbacks: what is missing first, then what fits any text; what was found is not pushed on.

    With `least`, what was found is pushed on too where there are fewer.

    Examples
    --------
    >>> some = [Pushback("any", "Sure?", ""), Pushback("metric", "Of what?", ""), Pushback("goal", "What for?", "")]
    >>> [one.says for one in push(some, {"goal"})]
    ['Of what?', 'Sure?']
    >>> [one.says for one in push(some, {"goal"}, least=3)]
    ['Of what?', 'Sure?', 'What for?']
    """
    missing = [one for one in pushbacks if one.when != ANY and one.when not in found]
    always = [one for one in pushbacks if one.when == ANY]
    rest = [one for one in pushbacks if one.when in found]
    ordered = [*missing, *always]
    return (*ordered, *rest[: max(0, least - len(ordered))])
