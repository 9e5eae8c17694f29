"""Where do facts lie that arrive one by one, so that they are found as fast as those that were sorted at once?

Each entity has a stretch of slots, sorted as in a layout; a stretch that is full moves to the end and gets twice the
room. So the loop that reads training sets reads these too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from liveloop.base.seeds import Floats, Ints
from liveloop.features.scan import EVER, after, compiled

FIRST_ROOM = 4


@dataclass(frozen=True, eq=False)
class Arrived:
    """Facts as they arrive, [fact] each; values and what they are about are [column, fact]."""

    happened: Ints
    known: Ints
    until: Ints
    places: Ints
    values: Floats
    about: Ints


@dataclass(eq=False)
class Arena:
    """The facts of one source about the entities of one column, as they arrive.

    Parameters
    ----------
    columns, subjects
        How many columns of values there are, and of what facts are about.
    """

    columns: int
    subjects: int
    happened: Ints = field(default_factory=lambda: np.empty(64, np.int64))
    known: Ints = field(default_factory=lambda: np.empty(64, np.int64))
    until: Ints = field(default_factory=lambda: np.empty(64, np.int64))
    places: Ints = field(default_factory=lambda: np.empty(64, np.int64))
    starts: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    lengths: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    rooms: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    used: int = 0

    def __post_init__(self) -> None:
        self.values: Floats = np.empty((self.columns, 64))
        self.about: Ints = np.empty((self.subjects, 64), np.int64)

    def hold(self, entities: int) -> None:
        """Make room for more entities."""
        more = entities - len(self.starts)
        if more > 0:
            grow = max(more, len(self.starts))
            for name in ("starts", "lengths", "rooms"):
                setattr(self, name, np.concatenate([getattr(self, name), np.zeros(grow, np.int64)]))

    def add(self, codes: Ints, come: Arrived) -> None:
        """Put facts in their places, in the order in which they came; those of the code -1 are about none."""
        done = 0
        while done < len(codes):
            done, self.used = put(
                codes, come.happened, come.known, come.until, come.places, come.values, come.about, done, self.happened,
                self.known, self.until, self.places, self.values, self.about, self.starts, self.lengths, self.rooms,
                self.used,
            )  # fmt: skip
            if done < len(codes):
                self._double()

    def _double(self) -> None:
        for name in ("happened", "known", "until", "places"):
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.empty_like(old)]))
        self.values = np.concatenate([self.values, np.empty_like(self.values)], axis=1)
        self.about = np.concatenate([self.about, np.empty_like(self.about)], axis=1)

    def replace(self, code: int, happened: int, place: int, until: int) -> None:
        """Note since when a newer version of a fact was known."""
        start, length = int(self.starts[code]), int(self.lengths[code])
        replace_at(self.happened, self.until, self.places, start, length, happened, place, until)


@compiled
def put(  # noqa: PLR0913 - compiled
    codes: Ints, happened: Ints, known: Ints, until: Ints, places: Ints, values: Floats, about: Ints, first: int,
    to_happened: Ints, to_known: Ints, to_until: Ints, to_places: Ints, to_values: Floats, to_about: Ints,
    starts: Ints, lengths: Ints, rooms: Ints, used: int,
) -> tuple[int, int]:  # fmt: skip  # pragma: no cover - compiled
    """Insert facts until all are in or the arena is full; give how many are in, and how much of it is used."""
    for i in range(first, len(codes)):
        code = codes[i]
        if code < 0:
            continue
        if lengths[code] == rooms[code]:
            room = max(FIRST_ROOM, 2 * rooms[code])
            if used + room > len(to_happened):
                return i, used
            start = starts[code]
            for j in range(lengths[code]):
                _move(to_happened, to_known, to_until, to_places, to_values, to_about, start + j, used + j)
            starts[code], rooms[code] = used, room
            used += room
        at = starts[code] + lengths[code]
        while at > starts[code] and (
            to_happened[at - 1] > happened[i] or (to_happened[at - 1] == happened[i] and to_known[at - 1] > known[i])
        ):
            _move(to_happened, to_known, to_until, to_places, to_values, to_about, at - 1, at)
            at -= 1
        to_happened[at], to_known[at], to_until[at], to_places[at] = happened[i], known[i], until[i], places[i]
        for column in range(len(values)):
            to_values[column, at] = values[column, i]
        for column in range(len(about)):
            to_about[column, at] = about[column, i]
        lengths[code] += 1
    return len(codes), used


@compiled
def _move(  # noqa: PLR0913 - compiled
    happened: Ints, known: Ints, until: Ints, places: Ints, values: Floats, about: Ints, one: int, other: int
) -> None:  # pragma: no cover - compiled
    happened[other], known[other], until[other], places[other] = happened[one], known[one], until[one], places[one]
    for column in range(len(values)):
        values[column, other] = values[column, one]
    for column in range(len(about)):
        about[column, other] = about[column, one]


@compiled
def replace_at(  # noqa: PLR0913 - compiled
    happened: Ints, until: Ints, places: Ints, start: int, length: int, when: int, place: int, newer: int
) -> None:  # pragma: no cover - compiled
    """Set since when a newer version of one fact was known, where that is sooner than what stands there."""
    at = after(happened, start, start + length, when) - 1
    while at >= start and happened[at] == when:
        if places[at] == place:
            until[at] = min(until[at], newer)
            return
        at -= 1


Slot = tuple[int, int, int, tuple[int, ...]]  # place in the log, happened, known, code in each arena


@dataclass
class Versions:
    """Which versions of each fact have come, and where they lie."""

    ranked: bool  # by a version of their own; else what was known later is newer
    known: dict[Any, list[tuple[Any, Slot]]] = field(default_factory=dict)

    def add(self, fact: Any, version: float, slot: Slot) -> tuple[int, list[Slot]]:  # noqa: ANN401 - any key
        """Note a version: give since when it was replaced already, and which others it replaces now."""
        place, _, known, _ = slot
        rank = (version, -known, -place) if self.ranked else (known, place)
        others = self.known.setdefault(fact, [])
        newer = min((one[2] for other, one in others if other > rank), default=EVER)
        older = [one for other, one in others if other < rank]
        others.append((rank, slot))
        return newer, older
