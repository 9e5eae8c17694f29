"""Which rows of one part of a split have a twin in the other: the same group, or almost the same text?

A model that has seen a twin is tested on what it remembers; where the twin has the other label, it is worse than
chance.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

LEAST = 0.6  # share of words that twins have in common, in the same order
COMMON = 200  # pairs of words that stand in more texts than this tell nothing
TRIED = 12  # texts that share most pairs of words are looked at
FEWEST = 3  # words below which a text is too short to be a twin by anything but equality
PHRASE, OFTEN = 20, 5  # letters below which a text that is written more often in training is a phrase, and no twin
_WORD = re.compile(r"\w+|([^\w\s])\1*")  # a sign that is repeated is one
_MODIFIERS = {"\ufe0f", "\u200d", *map(chr, range(0x1F3FB, 0x1F400))}


@dataclass(frozen=True)
class Twin:
    """A row of the test part, its twin in the training part, and how much of their words they share, 0 to 1."""

    test: int
    train: int
    alike: float


@dataclass(frozen=True)
class SharedGroups:
    """Groups, such as users, that are in both parts.

    Parameters
    ----------
    groups
        How many are in both.
    rows
        How many rows of the test part they have.
    of
        How many rows the test part has.
    examples
        A few of them.
    """

    groups: int
    rows: int
    of: int
    examples: tuple[Hashable, ...]


def shared_groups(train: Sequence[Hashable], test: Sequence[Hashable]) -> SharedGroups:
    """Find the groups that are on both sides of a split; rows without a group are in none.

    Examples
    --------
    >>> shared_groups(["ann", "bob", None], ["bob", "bob", "eve", None])
    SharedGroups(groups=1, rows=2, of=4, examples=('bob',))
    """
    seen = {one for one in train if one is not None}
    counts = Counter(one for one in test if one is not None and one in seen)
    return SharedGroups(len(counts), sum(counts.values()), len(test), tuple(one for one, _ in counts.most_common(5)))


def twins(train: Sequence[str], test: Sequence[str], *, least: float = LEAST) -> list[Twin]:
    """Find for each text of the test part its nearest in the training part, where they are nearly the same.

    A text without a word has no twin, and neither has a short one that is common.

    Parameters
    ----------
    least
        From which share of words in common, in the same order, two texts are twins.

    Examples
    --------
    >>> twins(["You are all so very kind", "Nice day"], ["you are all so very mean", "A day out", "nice  DAY!"])
    [Twin(test=0, train=0, alike=0.83), Twin(test=2, train=1, alike=0.8)]
    """
    first: dict[tuple[str, ...], int] = {}  # a text that is written often counts once, at its first row
    times: Counter[tuple[str, ...]] = Counter()
    for row, text in enumerate(train):
        first.setdefault(some := tuple(words_of(text)), row)
        times[some] += 1
    first.pop((), None)
    words = {row: some for some, row in first.items()}
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, some in words.items():
        for pair in set(pairs_of(some)):
            places[pair].append(row)
    found = []
    for row, text in enumerate(test):
        mine = tuple(words_of(text))
        if mine in first and len(text) < PHRASE and times[mine] > max(OFTEN, OFTEN / 2_000 * len(train)):
            continue  # what many say, as "thank you"
        if mine in first:
            found.append(Twin(row, first[mine], 1.0))
            continue
        shared: Counter[int] = Counter()
        for pair in set(pairs_of(mine)):
            rows = places.get(pair, ())
            if len(rows) <= COMMON:
                shared.update(rows)
        best = max(((alike(mine, words[other]), -other) for other, _ in shared.most_common(TRIED)), default=(0.0, 0))
        if best[0] >= least and min(len(mine), len(words[-best[1]])) >= FEWEST - 1:
            found.append(Twin(row, -best[1], round(best[0], 2)))
    return found


def words_of(text: str) -> list[str]:
    """Give the words of a text, without case, spaces and what only colours an emoji.

    Examples
    --------
    >>> words_of("So NICE 👋🏿!!!")
    ['so', 'nice', '👋', '!']
    """
    plain = "".join(one for one in unicodedata.normalize("NFKC", text) if one not in _MODIFIERS)
    return [found[0][:1] if found[1] else found[0] for found in _WORD.finditer(plain.casefold())]


def pairs_of(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Give neighbours, and words two apart: one changed word leaves some of them."""
    near = list(pairwise(words))
    apart = [(one, "", other) for one, other in zip(words, words[2:], strict=False)]
    return [*near, *apart] or [tuple(words)]


def alike(one: Sequence[str], other: Sequence[str]) -> float:
    """Give the share of words that two texts have in common, in the same order."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
