"""What changes in the world, and from when on?

Each drift is a step at a known onset. `level` gives its strength at any moment, so that every part of the world that
drifts asks the same function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints

KINDS = ("topic", "length", "language", "slang")
DAY = 86_400_000_000


@dataclass(frozen=True)
class Drift:
    """One step change: of topic, length, language or slang, from a day on.

    `strength` is the share of messages that move to the new topic or language, or of harmful messages that use the new
    slang; for length, the growth of tokens (0.5: half as long again).

    Examples
    --------
    >>> Drift("slang", 20.0, 0.6).onset_day
    20.0
    >>> Drift("mood", 20.0, 0.6)
    Traceback (most recent call last):
    ...
    liveloop.base.errors.BadInput: world: drift kind 'mood' is unknown. Allowed: topic, length, language, slang.
    """

    kind: str
    onset_day: float
    strength: float = 0.3

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadInput(f"drift kind {self.kind!r} is unknown", where="world", allowed=", ".join(KINDS))
        if not 0 <= self.onset_day <= 100_000:
            raise BadInput(f"drift onset_day = {self.onset_day!r}", where="world", allowed="a day from 0 on")
        if not 0 <= self.strength <= 1:
            raise BadInput(f"drift strength = {self.strength!r}", where="world", allowed="0 to 1")


def level(drifts: Sequence[Drift], kind: str, at: Ints, start: int) -> Floats:
    """Give the strength of one kind of drift at each moment; several add up, to at most 1.

    Examples
    --------
    >>> level([Drift("topic", 1.0, 0.25)], "topic", np.array([0, 2 * DAY]), 0).tolist()
    [0.0, 0.25]
    """
    strength = np.zeros(len(at))
    for drift in drifts:
        if drift.kind == kind:
            strength += np.where(at >= start + drift.onset_day * DAY, drift.strength, 0.0)
    return np.minimum(strength, 1.0)
