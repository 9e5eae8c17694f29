"""Where in a text do the phrases of the lexicon stand?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from liveloop.exam.prose.forms import plain, stem
from liveloop.exam.prose.pages import Page
from liveloop.exam.prose.phrases import Key, Step, parse

KNOWN_WORDS = 50_000
SHORTEST_TYPO = 8  # letters; a slip in a shorter word may be another word
LONGEST_TYPO = 24

Span = tuple[int, int]  # words first to last (excluded)
Hits = dict[int, list[Span]]  # by slot, in order of their beginning


_Steps = tuple[tuple[int, frozenset[int]], ...]  # the gap before a word, and the ids of the keys that it may match


@dataclass
class _Phrase:
    """The steps of a phrase before and after its rarest word, nearest first, and the slots that it fills.

    `beside` is where a word must stand right beside the rarest one, and what it can be: most tries end there.
    """

    before: _Steps
    after: _Steps
    slots: list[int] = field(default_factory=list)

    @cached_property
    def beside(self) -> tuple[int, frozenset[int]]:
        """Give the offset of a neighbour and its keys; offset 0 when the phrase has gaps on both sides."""
        for offset, steps in ((1, self.after), (-1, self.before)):
            if steps and not steps[0][0]:
                return offset, steps[0][1]
        return 0, frozenset()


@dataclass(frozen=True, slots=True)
class _Known:
    """What one word of a text can be: the ids of the keys it matches, slots it fills alone, phrases it begins."""

    keys: frozenset[int]
    slots: tuple[int, ...]
    phrases: tuple[_Phrase, ...]


class Matcher:
    """Find many phrases in one walk over a text. Time is linear in the text: no step looks further than its gap."""

    def __init__(self, sets: dict[str, tuple[str, ...]]) -> None:
        self.sets = sets
        self.common = {"<number>", "<ing>", *bare(sets["common"])}
        self.numbers = bare(sets["numbers"])
        self.slots: dict[tuple[str, ...], int] = {}
        self.keys: dict[Key, int] = {}
        self.technical: set[Key] = set()
        self.rarest: dict[frozenset[int], dict[tuple[_Steps, _Steps], _Phrase]] = {}
        self.known = lru_cache(maxsize=KNOWN_WORDS)(self._known)

    def slot(self, phrases: Iterable[str], *, owner: str = "", technical: bool = False) -> int:
        """Give the number under which the hits of some phrases are kept.

        Groups with the same phrases share it unless they have owners; `technical` words are known with a slip, too.
        """
        group = (owner, *phrases)
        if group in self.slots:
            return self.slots[group]
        slot = self.slots[group] = len(self.slots)
        for phrase in group[1:]:
            for steps in parse(phrase, self.sets):
                self._add(steps, slot)
                if technical:
                    self.technical |= {key for step in steps for key in step.keys}
        return slot

    def scan(self, page: Page) -> Hits:
        """Find every phrase in a text."""
        hits: Hits = {}
        known = [self.known(word) for word in page.words]
        for at, one in enumerate(known):
            for slot in one.slots:
                hits.setdefault(slot, []).append((at, at + 1))
            for phrase in one.phrases:
                offset, wanted = phrase.beside
                if offset and not (0 <= at + offset < len(known) and not wanted.isdisjoint(known[at + offset].keys)):
                    continue
                span = _span(phrase, at, page, known)
                if span:
                    for slot in phrase.slots:
                        hits.setdefault(slot, []).append(span)
        for spans in hits.values():
            spans.sort()
        return hits

    def _add(self, steps: tuple[Step, ...], slot: int) -> None:
        """Add one run of steps."""
        wanted = [frozenset(self._id(key) for key in step.keys) for step in steps]
        rarest = min(range(len(steps)), key=lambda place: self._frequency(steps[place]))
        before = tuple((steps[place + 1].gap, wanted[place]) for place in reversed(range(rarest)))
        after = tuple((steps[place].gap, wanted[place]) for place in range(rarest + 1, len(steps)))
        phrases = self.rarest.setdefault(wanted[rarest], {})
        phrase = phrases.setdefault((before, after), _Phrase(before, after))
        if slot not in phrase.slots:
            phrase.slots.append(slot)

    def _frequency(self, step: Step) -> int:
        """Guess how often a word of a text can be a step."""
        return len(step.keys) + 1000 * sum(text in self.common for _, text in step.keys)

    def _id(self, key: Key) -> int:
        return self.keys.setdefault(key, len(self.keys))

    def _known(self, word: str) -> _Known:
        """Look a word up; a long word that nothing matches is looked up with one slip mended."""
        found = list(self._matching(word))
        if not found and SHORTEST_TYPO <= len(word) <= LONGEST_TYPO:
            found = sorted(self._mended(word))
        keys = frozenset(found)
        phrases = [
            phrase
            for first in dict.fromkeys(first for key in found for first in self._firsts.get(key, ()))
            for phrase in self.rarest[first].values()
        ]
        single = [phrase for phrase in phrases if not phrase.before and not phrase.after]
        alone = dict.fromkeys(slot for phrase in single for slot in phrase.slots)
        return _Known(keys, tuple(alone), tuple(phrase for phrase in phrases if phrase.before or phrase.after))

    def _matching(self, word: str) -> Iterator[int]:
        """Give the ids of the keys that a word matches."""
        tried: list[Key] = [("stem", stem(word)), ("exact", word)]
        tried += [("prefix", word[:length]) for length in self._prefix_lengths]
        if word[0].isdigit() or word[0] in "£$€" or word in self.numbers:
            tried.append(("class", "<number>"))
        if word.endswith(("%", "pp", "ppt", "pts")) and word[0].isdigit():
            tried.append(("class", "<percent>"))
        if word.endswith("ing") and len(word) > 5:
            tried.append(("class", "<ing>"))
        for key in tried:
            if key in self.keys:
                yield self.keys[key]

    def _mended(self, word: str) -> set[int]:
        """Give the ids of technical words that differ from a word by one letter (added, lost, changed or swapped)."""
        whole = stem(word)
        found = {
            known for left in _shorter(whole) for known, text in self._slips.get(left, ()) if _one_slip(text, whole)
        }
        for length in range(SHORTEST_TYPO - 1, min(len(word), 14) + 1):
            start = word[:length]
            for left in _shorter(start):
                found |= {known for known, text in self._prefix_slips.get(left, ()) if _one_slip(text, start)}
        return found

    @cached_property
    def _firsts(self) -> dict[int, list[frozenset[int]]]:
        """Say which first words of phrases a key can be."""
        firsts: dict[int, list[frozenset[int]]] = {}
        for first in self.rarest:
            for key in first:
                firsts.setdefault(key, []).append(first)
        return firsts

    @cached_property
    def _prefix_lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(text) for kind, text in self.keys if kind == "prefix"}))

    @cached_property
    def _slips(self) -> dict[str, list[tuple[int, str]]]:
        return self._indexed("stem")

    @cached_property
    def _prefix_slips(self) -> dict[str, list[tuple[int, str]]]:
        return self._indexed("prefix")

    def _indexed(self, kind: str) -> dict[str, list[tuple[int, str]]]:
        """List technical words by what is left of them without one letter."""
        index: dict[str, list[tuple[int, str]]] = {}
        for key in self.technical:
            if key[0] == kind and len(key[1]) >= SHORTEST_TYPO - 1:
                for left in _shorter(key[1]):
                    index.setdefault(left, []).append((self.keys[key], key[1]))
        return index


def _span(phrase: _Phrase, at: int, page: Page, known: list[_Known]) -> Span | None:
    """Give the words of a phrase whose rarest word stands at a place; None when the others do not stand around it."""
    sentence = page.sentences[page.within[at]]
    ends = {at + 1}
    for gap, wanted in phrase.after:
        ends = {
            place + 1
            for end in ends
            for place in range(end, min(end + gap + 1, sentence.last))
            if not wanted.isdisjoint(known[place].keys) and (gap or not page.gaps[place])
        }
        if not ends:
            return None
    begins = {at}
    for gap, wanted in phrase.before:
        begins = {
            place
            for begin in begins
            for place in range(begin - 1, max(begin - gap - 2, sentence.first - 1), -1)
            if not wanted.isdisjoint(known[place].keys) and (gap or not page.gaps[begin])
        }
        if not begins:
            return None
    return max(begins), min(ends)


def _shorter(word: str) -> set[str]:
    """Give a word and what is left of it without one letter; the first letter stays."""
    return {word} | {word[:place] + word[place + 1 :] for place in range(1, len(word))}


def _one_slip(known: str, seen: str) -> bool:
    """Say whether two words differ by one letter at most, two neighbours swapped included."""
    if known == seen:
        return True
    short, long = sorted((known, seen), key=len)
    at = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if len(short) < len(long):
        return len(long) - len(short) == 1 and short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]


def nearest(spans: list[Span], around: Span, taken: list[Span], limits: Span) -> Span | None:
    """Give the span nearest to another, inside some limits and apart from those taken already."""
    at = bisect_left(spans, (around[0], 0))
    best, least = None, limits[1] - limits[0] + 1
    for span in spans[max(0, at - 4) : at + 4]:
        if span[0] < limits[0] or span[1] > limits[1]:
            continue
        if any(span[0] < other[1] and other[0] < span[1] for other in taken):
            continue
        extent = max(around[1], span[1]) - min(around[0], span[0])
        if extent < least:
            best, least = span, extent
    return best


def bare(members: Iterable[str]) -> frozenset[str]:
    """Give the words of a set of exact words."""
    return frozenset(plain(member.removeprefix("=")) for member in members)
