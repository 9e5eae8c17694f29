"""What does a line of the lexicon match?

A phrase is words with blanks between them:

- `stem`        any form of the word: `cluster` is also clusters, clustered, clustering;
- `pref*`       any word that begins so;
- `=exact`      this very word and no other form;
- `a|b|c`       one of these;
- `@set`        one of the words of a named set (also as `x|@set`);
- `word?`       may be left out;
- `~3`          up to three words of any kind may stand here;
- `roll+out`    rollout, roll-out, roll out;
- `in_the_loop` several words as one of the choices of a `|`;
- `<number>`    a number in figures or letters; `<percent>` a percentage; `<ing>` a word in -ing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from liveloop.exam.prose.forms import plain, stem

WIDEST_GAP = 12
SHORTEST_PREFIX = 3
CLASSES = ("<number>", "<percent>", "<ing>")
_WORD = re.compile(r"=?[a-z0-9][a-z0-9/%]*\*?")
_GAP = re.compile(r"~(\d+)")

Key = tuple[str, str]  # ("stem" | "prefix" | "exact" | "class", text)


@dataclass(frozen=True)
class Step:
    """One word of a phrase: how many words may stand before it, and which words it can be."""

    gap: int
    keys: frozenset[Key]


class BadPhrase(ValueError):
    """A phrase that cannot be read; the loader says where."""


def parse(phrase: str, sets: Mapping[str, tuple[str, ...]]) -> list[tuple[Step, ...]]:
    """Read a phrase; give every run of steps that it stands for.

    Examples
    --------
    >>> [len(steps) for steps in parse("staged? roll+out", {})]
    [1, 2, 2, 3]
    >>> parse("~2 test", {})
    Traceback (most recent call last):
    ...
    liveloop.exam.prose.phrases.BadPhrase: '~2 test' begins with a gap
    """
    parts = phrase.split()
    if not parts:
        raise BadPhrase("an empty phrase")
    if _GAP.fullmatch(parts[0]) or _GAP.fullmatch(parts[-1]):
        raise BadPhrase(f"{phrase!r} {'begins' if _GAP.fullmatch(parts[0]) else 'ends'} with a gap")
    choices = [list(_choices(part, phrase, sets)) for part in parts]
    runs = dict.fromkeys(tuple(_steps(chosen)) for chosen in product(*choices))
    if () in runs:
        raise BadPhrase(f"{phrase!r} can be left out altogether")
    return list(runs)


def _choices(part: str, phrase: str, sets: Mapping[str, tuple[str, ...]]) -> Iterator[int | tuple[frozenset[Key], ...]]:
    """Give what one part of a phrase can be: a gap, or some words in a row."""
    gap = _GAP.fullmatch(part)
    if gap:
        if not 1 <= int(gap[1]) <= WIDEST_GAP:
            raise BadPhrase(f"{part!r} in {phrase!r} is not a gap of 1 to {WIDEST_GAP} words")
        yield int(gap[1])
        return
    if part.endswith("?"):
        yield ()
        part = part.removesuffix("?")
    choices = part.split("|")
    single = [word.replace("+", "") for word in choices if "_" not in word]
    if single:
        yield (_keys("|".join(single), phrase, sets),)
    for word in choices:
        if "+" in word or "_" in word:
            yield tuple(_keys(piece, phrase, sets) for piece in word.replace("_", "+").split("+"))


def _steps(chosen: tuple[int | tuple[frozenset[Key], ...], ...]) -> Iterator[Step]:
    """Put gaps and words together."""
    gap = 0
    for part in chosen:
        if isinstance(part, int):
            gap += part
            continue
        for keys in part:
            yield Step(gap, keys)
            gap = 0


def _keys(part: str, phrase: str, sets: Mapping[str, tuple[str, ...]]) -> frozenset[Key]:
    """Read the alternatives of one word."""
    keys: set[Key] = set()
    for word in part.split("|"):
        if word.startswith("@"):
            if word[1:] not in sets:
                raise BadPhrase(f"no set {word!r} for {phrase!r}")
            for member in sets[word[1:]]:
                if " " in member or "|" in member:
                    raise BadPhrase(f"{word!r} in {phrase!r} holds {member!r}, which is not one word")
                keys |= _keys(member, phrase, sets)
        else:
            keys.add(key_of(word, phrase))
    return frozenset(keys)


def key_of(word: str, phrase: str) -> Key:
    """Read one word of a phrase."""
    if word in CLASSES:
        return "class", word
    if not _WORD.fullmatch(word):
        raise BadPhrase(f"{word!r} in {phrase!r} is not a word")
    if word.endswith("*"):
        prefix = word.removesuffix("*")
        if len(prefix) < SHORTEST_PREFIX or prefix.startswith("="):
            raise BadPhrase(f"{word!r} in {phrase!r} is too short to end in *")
        if plain(f"{prefix}e") != f"{prefix}e":
            raise BadPhrase(f"{word!r} in {phrase!r} is British: write {plain(f'{prefix}e')[:-2]}* ")
        return "prefix", prefix
    if word.startswith("="):
        return "exact", plain(word[1:])
    return "stem", stem(plain(word))
