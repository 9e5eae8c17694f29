"""What does the interviewer tell when something is asked, and what do they leave to the candidate?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from liveloop.base.errors import BadInput, TooLong
from liveloop.coach.writing.case import Case, Reveal
from liveloop.coach.writing.words import alike, all_words, content_words, stem

LEFT_TO_YOU = "I leave that to you; say what you assume."
ENOUGH = 0.7  # of a phrase's weight must be in what was asked
NEARLY = 0.7  # what a word counts for when only a form or a slip of it was said
WORD_FOR_WORD = 0.4  # more for each word of a phrase that was said as it is written
LEAST = 0.5  # of what a word is worth that only one reveal has: "warning" alone asks for nothing in a case on warnings
MOST_AT_ONCE = 2  # two things asked in one breath are told both; a list of everything is not
LONGEST_CHARACTERS = 600


@dataclass(frozen=True)
class Revealed:
    """One exchange: what was asked, what the interviewer said, and whether it was something that they knew."""

    asked: str
    says: str
    known: bool


@dataclass(frozen=True)
class Phrase:
    """One phrase of a reveal: its words as written, and the stems of those that carry meaning."""

    reveal: Reveal
    words: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True)
class Heard:
    """How much of a phrase was heard, in weight and as a share, and in which words of what was asked."""

    reveal: Reveal
    weight: float
    share: float
    words: frozenset[str]


def reveal(case: Case, asked: str) -> Revealed:
    """Say what the interviewer says when this is asked.

    A phrase of a reveal is heard when enough of its words are there in any form and order; words that fewer reveals of
    the case share count more. What nobody wrote down is left to the candidate, as in the room.

    Raises
    ------
    BadInput
        When nothing is asked, or too much at once.

    Examples
    --------
    >>> from liveloop.coach.writing.case import load_cases
    >>> case = load_cases()["warnings-nobody-reads"]
    >>> reveal(case, "Was there ever a control group that saw no warnings?").says[:20]
    'Yes, there is one. F'
    >>> reveal(case, "What is the weather like?").says
    'I leave that to you; say what you assume.'
    """
    asked = " ".join(asked.split())
    if not all_words(asked):
        raise BadInput("nothing is asked", where="asked", allowed="a few words")
    if len(asked) > LONGEST_CHARACTERS:
        allowed = f"at most {LONGEST_CHARACTERS} characters, one thing at a time"
        raise TooLong(f"it is {len(asked)} characters long", where="asked", allowed=allowed)
    told = choose(listen(case.reveals, asked))
    if not told:
        return Revealed(asked, LEFT_TO_YOU, known=False)
    return Revealed(asked, "\n\n".join(one.says for one in told), known=True)


def listen(reveals: tuple[Reveal, ...], asked: str) -> list[Heard]:
    """Find the phrases that were heard, the weightiest first."""
    phrases, weights = weigh(reveals)
    said = all_words(asked)
    heard = [hear(phrase, said, weights) for phrase in phrases]
    least = LEAST * log(1 + len(reveals))
    found = [one for one in heard if one.share >= ENOUGH and one.weight >= least]
    return sorted(found, key=lambda one: (-one.weight, -one.share))


@lru_cache(maxsize=64)
def weigh(reveals: tuple[Reveal, ...]) -> tuple[tuple[Phrase, ...], dict[str, float]]:
    """Take the phrases of a case apart, and weigh each word by how few of its reveals use it."""
    phrases = tuple(Phrase(one, all_words(phrase), stems_of(phrase)) for one in reveals for phrase in one.asks)
    users: dict[str, set[Reveal]] = {}
    for phrase in phrases:
        for word in phrase.stems:
            users.setdefault(word, set()).add(phrase.reveal)
    return phrases, {word: log(1 + len(reveals) / len(there)) for word, there in users.items()}


def stems_of(phrase: str) -> tuple[str, ...]:
    """Take the words of a phrase that carry meaning, or all of them where none does ("by when")."""
    return content_words(phrase) or tuple(stem(word) for word in all_words(phrase))


def hear(phrase: Phrase, said: Sequence[str], weights: dict[str, float]) -> Heard:
    """Say how much of a phrase is in what was said."""
    stems = dict.fromkeys(stem(word) for word in said)
    there = {
        word: word if word in stems else next((one for one in stems if alike(word, one)), "") for word in phrase.stems
    }
    whole = sum(weights[word] for word in phrase.stems)
    share = sum(weights[word] for word, one in there.items() if one) / whole
    weight = sum(weights[word] * (1.0 if one == word else NEARLY) for word, one in there.items() if one)
    if f" {' '.join(phrase.words)} " in f" {' '.join(said)} ":
        weight += WORD_FOR_WORD * len(phrase.words)
    return Heard(phrase.reveal, weight, share, frozenset(one for one in there.values() if one))


def choose(heard: Sequence[Heard]) -> list[Reveal]:
    """Take the best, and a second one when other words asked for it."""
    told: list[Reveal] = []
    used: frozenset[str] = frozenset()
    for one in heard:
        if len(told) < MOST_AT_ONCE and one.reveal not in told and not one.words & used:
            told.append(one.reveal)
            used |= one.words
    return told
