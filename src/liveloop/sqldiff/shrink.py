"""What is the smallest part of something that still shows it?

Up to a dozen pieces every part is tried in one batch, so the result is a smallest one; beyond, delta debugging whose
tries are batches (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", TSE 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Sequence
from itertools import combinations
from typing import TypeVar

Piece = TypeVar("Piece", bound=Hashable)
Parts = list[frozenset[Piece]]
Search = Generator[Parts[Piece], Sequence[bool], frozenset[Piece]]
FEW = 10
MOST_TRIES = 600
MOST_ROUNDS = 5
MOST_PIECES = 5_000  # in all parts of one batch together: finer cuts can wait until less is left


def searching(
    pieces: Sequence[Piece],
    *,
    groups: Iterable[frozenset[Piece]] = (),
    few: int = FEW,
    fits: Callable[[frozenset[Piece]], bool],
) -> Search[Piece]:
    """Search for a small part that holds: yield the parts to try, get back which hold, return the part.

    `groups` are sets of pieces that belong together (all rows of one person): they are tried alone and in pairs first.
    `fits` says whether a part can be tried at all.

    Examples
    --------
    >>> search = searching("abcdefgh", fits=lambda part: True)
    >>> parts = next(search)
    >>> try:
    ...     while True:
    ...         parts = search.send([{"b", "g"} <= part for part in parts])
    ... except StopIteration as end:
    ...     print(sorted(end.value))
    ['b', 'g']
    """
    part = frozenset(pieces)
    if len(part) > few:
        part = yield from _by_groups(part, list(groups), fits)
    rounds, spare = 0, frozenset[Piece]()
    while len(part) > few and rounds < MOST_ROUNDS:
        smaller, spare = yield from _cut([piece for piece in pieces if piece in part], spare, fits)
        if not smaller or len(smaller) >= len(part):
            break
        part, rounds = smaller, rounds + 1
    if len(part) > few + 2:
        return part
    return (yield from _exhaust([piece for piece in pieces if piece in part], fits))


def _held(parts: Parts[Piece], whole: frozenset[Piece]) -> Search[Piece]:
    if not parts:
        return whole
    holds = yield parts
    return min((part for part, held in zip(parts, holds, strict=True) if held), key=len, default=whole)


def _by_groups(
    whole: frozenset[Piece], groups: list[frozenset[Piece]], fits: Callable[[frozenset[Piece]], bool]
) -> Search[Piece]:
    loose = whole - frozenset(piece for group in groups for piece in group)
    some = [group & whole for group in groups if group & whole]
    if len(some) < 2:
        return whole
    tries = [group | loose for group in some]
    tries += [one | other | loose for one, other in combinations(some[:18], 2)]
    parts = [part for part in dict.fromkeys(tries) if len(part) < len(whole) and fits(part)]
    return (yield from _held(parts[:MOST_TRIES], whole))


def _cut(
    pieces: list[Piece], spare: frozenset[Piece], fits: Callable[[frozenset[Piece]], bool]
) -> Generator[Parts[Piece], Sequence[bool], tuple[frozenset[Piece], frozenset[Piece]]]:
    """Try halves, quarters, ... down to single pieces, each alone and each left out, in one batch.

    `spare` are pieces that could be left out before, each at a time: now several are left out together. Gives the
    smallest part that holds, and the pieces of it that could be left out this time.
    """
    whole = frozenset(pieces)
    loose = [piece for piece in pieces if piece in spare]
    tries: dict[frozenset[Piece], None] = {}
    for share in (4, 3, 2, 1):
        tries.setdefault(whole - frozenset(loose[: len(loose) * share // 4]))
        tries.setdefault(whole - frozenset(loose[len(loose) - len(loose) * share // 4 :]))
    chunks = 2
    while chunks < 2 * len(pieces) and chunks * len(pieces) * 2 < MOST_PIECES and len(tries) < MOST_TRIES // 4:
        size = max(1, len(pieces) // chunks)
        for at in range(0, len(pieces), size):
            chunk = frozenset(pieces[at : at + size])
            tries.setdefault(chunk)
            tries.setdefault(whole - chunk)
        chunks *= 2
    parts = [part for part in tries if part and len(part) < len(whole) and fits(part)]
    if not parts:
        return whole, frozenset()
    held = [part for part, holds in zip(parts, (yield parts), strict=True) if holds]
    best = min(held, key=len, default=whole)
    return best, best & frozenset(piece for part in held for piece in whole - part)


def _exhaust(pieces: list[Piece], fits: Callable[[frozenset[Piece]], bool]) -> Search[Piece]:
    """Try every part, the smaller ones first when there are too many."""
    tries: Parts[Piece] = []
    for size in range(len(pieces)):
        tries += [part for part in map(frozenset, combinations(pieces, size)) if fits(part)]
        if len(tries) > MOST_TRIES:
            break
    return (yield from _held(tries[:MOST_TRIES], frozenset(pieces)))
