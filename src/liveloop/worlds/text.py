"""What does a message say?

A text is a core (what it is about) and a tail of whole clauses with exactly as many words as the length asks for. Both
are written once into a bank; a message is two look-ups and one join, for all messages at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import gcd

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.seeds import Ints, integers
from liveloop.worlds.people import LANGUAGES
from liveloop.worlds.vocabulary import CLAUSES, FRAMES, HARMS, NEW_SLANG, POLICIES, SLANG, SUBJECTS, TOPICS

LONGEST_TAIL = 192  # words
_TAILS = 8  # tails of each length
PLAIN, OLD_SLANG, FRESH_SLANG = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Wording:
    """For each message: its index into LANGUAGES and TOPICS, policy (-1: harmless), slang and wished length."""

    language: Ints
    topic: Ints
    policy: Ints
    slang: Ints
    tokens: Ints


@dataclass(frozen=True, eq=False)
class _Bank:
    cores: pa.Array
    core_words: Ints
    first_core: Ints  # by cell (language, what)
    cores_in: Ints
    tails: pa.Array  # by (language, length, variant)


def write(seed: int, messages: Ints, wording: Wording) -> tuple[pa.Array, Ints]:
    """Write each message; give the texts and their true numbers of words.

    Examples
    --------
    >>> one = np.array([0])
    >>> texts, words = write(7, one, Wording(one, one, one - 1, one, one + 12))
    >>> len(texts[0].as_py().split()) == int(words[0])
    True
    """
    bank = _bank()
    harmless = wording.policy < 0
    what = np.where(harmless, wording.topic, len(TOPICS) + wording.policy * 3 + wording.slang)
    cell = wording.language * _cells() + what
    core = bank.first_core[cell] + integers(seed, "core", messages, bank.cores_in[cell])
    tail = np.clip(wording.tokens - bank.core_words[core], 0, LONGEST_TAIL)
    variant = integers(seed, "tail", messages, _TAILS)
    place = (wording.language * (LONGEST_TAIL + 1) + tail) * _TAILS + variant
    texts = pc.binary_join_element_wise(bank.cores.take(pa.array(core)), bank.tails.take(pa.array(place)), "")
    return texts, bank.core_words[core] + tail


def _cells() -> int:
    return len(TOPICS) + 3 * len(POLICIES)


@lru_cache(maxsize=1)
def _bank() -> _Bank:
    cores: list[str] = []
    counts: list[int] = []
    tails: list[str] = []
    for language in LANGUAGES:
        for subjects in _subjects(language):
            found = [frame.format(subject) for frame, subject in product(FRAMES[language], subjects)]
            cores += found
            counts.append(len(found))
        tails += [
            text
            for same_length in zip(*(_tails(language, v) for v in range(_TAILS)), strict=True)
            for text in same_length
        ]
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    sizes = np.array([len(core.split()) for core in cores])
    return _Bank(pa.array(cores), sizes, first, np.array(counts), pa.array(tails))


def _subjects(language: str) -> list[tuple[str, ...]]:
    listed = list(SUBJECTS[language])
    for policy in range(len(POLICIES)):
        listed += [HARMS[language][policy], SLANG[policy], NEW_SLANG[policy]]
    return listed


def _tails(language: str, variant: int) -> list[str]:
    """Write the tails of every length: whole clauses, none again before all have been said."""
    by_words = CLAUSES[language]
    told = [(words, clause) for words, clauses in enumerate(by_words, start=1) for clause in clauses if words > 2]
    # A stride without a common divisor visits every clause; each variant has its own start and stride.
    strides = [k for k in range(1, len(told)) if gcd(k, len(told)) == 1]
    start, stride = variant * len(told) // _TAILS, strides[(3 * variant + 1) % len(strides)]
    tails, said, words, k = [], "", 0, start
    for length in range(LONGEST_TAIL + 1):
        while words + told[k % len(told)][0] <= length:
            words, said, k = words + told[k % len(told)][0], f"{said}, {told[k % len(told)][1]}", k + stride
        fitting = by_words[length - words - 1] if length > words else ()
        tails.append(f"{said}, {fitting[(variant + length) % len(fitting)]}" if fitting else said)
    return tails
