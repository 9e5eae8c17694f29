"""Where do facts lie that arrive one by one, so that they are found as fast as those that were sorted at once?

Each entity has a stretch of slots, sorted as in a layout; a stretch that is full moves to the end and gets twice the
room. So the loop that reads training sets reads these too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from liveloop.base.seeds import Flags, Floats, Ints
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

    def keep(self, kept: Flags) -> Ints:
        """Let go of facts, slot by slot; give the new code of each entity, -1 for one of which nothing is left."""
        slots, counts = packed(kept, self.starts, self.lengths)
        room = np.zeros(64, np.int64)
        for name in ("happened", "known", "until", "places"):
            setattr(self, name, np.concatenate([getattr(self, name)[slots], room]))
        self.values = np.concatenate([self.values[:, slots], np.zeros((self.columns, len(room)))], axis=1)
        self.about = np.concatenate([self.about[:, slots], np.zeros((self.subjects, len(room)), np.int64)], axis=1)
        left = counts > 0
        self.lengths, self.rooms, self.used = counts[left], counts[left].copy(), len(slots)
        self.starts = np.cumsum(self.lengths) - self.lengths
        return renumbered(left)

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


def renumbered(left: Flags) -> Ints:
    """Give those that are left new codes from 0; the others, and what comes behind all, have none: -1."""
    return np.append(np.where(left, np.cumsum(left) - 1, -1), -1)


@compiled
def packed(kept: Flags, starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:  # pragma: no cover - compiled
    """Give the slots that are kept, entity by entity, and how many of each there are."""
    slots, counts, used = np.empty(kept.sum(), np.int64), np.zeros(len(starts), np.int64), 0
    for code in range(len(starts)):
        for slot in range(starts[code], starts[code] + lengths[code]):
            if kept[slot]:
                slots[used] = slot
                used += 1
                counts[code] += 1
    return slots, counts


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


@dataclass(frozen=True)
class Replaced:
    """A fact of which a newer version has come: where it lies (a code in each arena), and since when that was known."""

    happened: int
    place: int
    codes: tuple[int, ...]
    until: int


@dataclass(eq=False)
class Versions:
    """Which versions of each fact have come; most facts have one, which costs an entry in a dictionary.

    Parameters
    ----------
    ranked
        Whether versions have numbers; else what was known later is newer.
    arenas
        In how many arenas a fact lies.
    """

    ranked: bool
    arenas: int
    places: dict[Any, list[int] | int] = field(default_factory=dict)
    happened: Ints = field(default_factory=lambda: np.empty(64, np.int64))
    known: Ints = field(default_factory=lambda: np.empty(64, np.int64))
    numbers: Floats = field(default_factory=lambda: np.empty(64))
    count: int = 0

    def __post_init__(self) -> None:
        self.codes = np.empty((self.arenas, 64), np.int64)

    def add(
        self, identities: Sequence[Any], numbers: Floats | None, happened: Ints, known: Ints, codes: Sequence[Ints]
    ) -> tuple[Ints, list[Replaced]]:
        """Note versions as they come: since when each was replaced already, and which others they replace now."""
        first, self.count = self.count, self.count + len(known)
        while self.count > len(self.known):
            self._double()
        self.happened[first : self.count], self.known[first : self.count] = happened, known
        self.numbers[first : self.count] = 0.0 if numbers is None else numbers
        for row, one in enumerate(codes):
            self.codes[row, first : self.count] = one
        until = np.full(len(known), EVER)
        new = dict(zip(identities, range(first, self.count), strict=True))
        if len(new) == len(known) and self.places.keys().isdisjoint(new):
            self.places.update(new)
            return until, []
        replaced: list[Replaced] = []
        for row, identity in enumerate(identities):
            until[row] = self._newer(identity, first + row, replaced)
        return until, replaced

    def _newer(self, identity: Any, place: int, replaced: list[Replaced]) -> int:  # noqa: ANN401 - any key
        """Note one version: since when it was replaced; those that it replaces are added to a list."""
        before = self.places.setdefault(identity, place)
        if before == place:
            return EVER
        others = [before] if isinstance(before, int) else before
        newer, rank = EVER, self._rank(place)
        for other in others:
            if self._rank(other) > rank:
                newer = min(newer, int(self.known[other]))
            else:
                where = tuple(self.codes[:, other].tolist())
                replaced.append(Replaced(int(self.happened[other]), other, where, int(self.known[place])))
        self.places[identity] = [*others, place]
        return newer

    def _rank(self, place: int) -> tuple[float, ...]:
        known = int(self.known[place])
        return (float(self.numbers[place]), -known, -place) if self.ranked else (known, place)

    def _double(self) -> None:
        for name in ("happened", "known", "numbers"):
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.empty_like(old)]))
        self.codes = np.concatenate([self.codes, np.empty_like(self.codes)], axis=1)
