"""What is the smallest part of something that still shows it?

Up to a dozen pieces every part is tried in one batch, so the result is a smallest one; beyond, delta debugging whose
tries are batches (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", TSE 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import combinations
from typing import TypeVar

Piece = TypeVar("Piece", bound=Hashable)
Still = Callable[[Sequence[frozenset[Piece]]], Sequence[bool]]
FEW = 11
MOST_TRIES = 700


def smallest(
    pieces: Sequence[Piece], still: Still[Piece], close: Callable[[frozenset[Piece]], frozenset[Piece]]
) -> frozenset[Piece]:
    """Find a small part of `pieces` for which `still` holds; `close` drops what cannot stay without the rest.

    `still` is asked about many parts at once. The whole is taken to hold.

    Examples
    --------
    >>> smallest("abcdefgh", lambda parts: [{"b", "g"} <= part for part in parts], lambda part: part) == {"b", "g"}
    True
    """
    part = frozenset(pieces)
    while len(part) > FEW:
        smaller = _cut(_in_order(pieces, part), still, close)
        if smaller is None or len(smaller) >= len(part):
            return part
        part = smaller
    return _exhaust(_in_order(pieces, part), still, close)


def _in_order(pieces: Sequence[Piece], part: frozenset[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece in part]


def _cut(
    pieces: list[Piece], still: Still[Piece], close: Callable[[frozenset[Piece]], frozenset[Piece]]
) -> frozenset[Piece] | None:
    """Try halves, quarters, ... down to single pieces, each alone and each left out, in one batch."""
    tries: dict[frozenset[Piece], None] = {}
    chunks = 2
    while chunks < 2 * len(pieces) and len(tries) < MOST_TRIES:
        size = max(1, len(pieces) // chunks)
        for at in range(0, len(pieces), size):
            chunk = frozenset(pieces[at : at + size])
            tries.setdefault(close(chunk))
            tries.setdefault(close(frozenset(pieces) - chunk))
        chunks *= 2
    options = [part for part in tries if part and len(part) < len(pieces)][:MOST_TRIES]
    held = [part for part, holds in zip(options, still(options), strict=True) if holds]
    return min(held, key=len, default=None)


def _exhaust(
    pieces: list[Piece], still: Still[Piece], close: Callable[[frozenset[Piece]], frozenset[Piece]]
) -> frozenset[Piece]:
    whole = frozenset(pieces)
    tries: dict[frozenset[Piece], None] = {}
    for size in range(len(pieces)):
        for some in combinations(pieces, size):
            part = frozenset(some)
            if close(part) == part:
                tries.setdefault(part)
        if len(tries) > MOST_TRIES:
            break
    if len(tries) > MOST_TRIES:
        held = whole
        while (smaller := _cut(_in_order(pieces, held), still, close)) is not None and len(smaller) < len(held):
            held = smaller
        return held
    options = list(tries)
    held_parts = [part for part, holds in zip(options, still(options), strict=True) if holds]
    return min(held_parts, key=len, default=whole)
