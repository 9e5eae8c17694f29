"""What is known of every concept and every cue, made ready to be found?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from liveloop.exam.prose.matcher import Matcher, bare
from liveloop.exam.prose.wording import Near, Wording, Words, load_words


@dataclass(frozen=True, slots=True)
class Pattern:
    """Slots of which `need` must be filled near one another for a concept; `musts` is a mask of those that have to."""

    concept: str
    slots: tuple[int, ...]
    musts: int
    need: int
    window: int
    across: bool


@dataclass(frozen=True)
class Lexicon:
    """The wordings and cues with the matcher that finds them.

    `silent` are words that say nothing by themselves. `named`, `spurned` and `unless` give the slots of each concept,
    `bits` for each slot the patterns it helps and its bit there, `cues` the slot of each kind of cue.
    """

    wordings: dict[str, Wording]
    matcher: Matcher
    named: dict[int, str]
    spurned: dict[int, str]
    unless: dict[str, int]
    patterns: tuple[Pattern, ...]
    bits: dict[int, tuple[tuple[int, int], ...]]
    cues: dict[str, int]
    silent: frozenset[str]


def make_lexicon(words: Words) -> Lexicon:
    """Compile words."""
    matcher = Matcher(words.sets)
    named: dict[int, str] = {}
    spurned: dict[int, str] = {}
    unless: dict[str, int] = {}
    patterns: list[Pattern] = []
    for concept, wording in words.wordings.items():
        if wording.names:  # owned by the concept, so that two may share a phrase
            named[matcher.slot(wording.names, owner=concept, technical=True)] = concept
        if wording.spurns:
            spurned[matcher.slot(wording.spurns, owner=f"not {concept}")] = concept
        if wording.unless:
            unless[concept] = matcher.slot(wording.unless)
        patterns += [_pattern(concept, near, matcher) for near in wording.near]
    cues = {kind: matcher.slot(phrases, owner=f"cue {kind}") for kind, phrases in words.cues.items()}
    bits: dict[int, list[tuple[int, int]]] = {}
    for number, pattern in enumerate(patterns):
        for place, slot in enumerate(pattern.slots):
            bits.setdefault(slot, []).append((number, 1 << place))
    by_slot = {slot: tuple(found) for slot, found in bits.items()}
    silent = bare(words.sets["silent"])
    return Lexicon(words.wordings, matcher, named, spurned, unless, tuple(patterns), by_slot, cues, silent)


def _pattern(concept: str, near: Near, matcher: Matcher) -> Pattern:
    """Compile one line of groups."""
    slots = tuple(matcher.slot(group.phrases) for group in near.groups)
    musts = sum(1 << place for place, group in enumerate(near.groups) if group.must)
    return Pattern(concept, slots, musts, near.need, near.window, near.across == "passage")


@cache
def shipped_lexicon() -> Lexicon:
    """Give the lexicon that the house ships, read once."""
    return make_lexicon(load_words())
