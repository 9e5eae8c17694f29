"""Which concepts are named in a text, whatever is said of them?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from liveloop.exam.prose.lexicon import Lexicon, Pattern
from liveloop.exam.prose.matcher import Hits, Span, nearest
from liveloop.exam.prose.pages import Page

MOST_ANCHORS = 40  # tried in one place; what repeats itself more often says nothing new


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept at words `first` to `last` (excluded); `parts` are the words that make it, without those between.

    It may be `named`, and it may be `spurned` by the very words.
    """

    concept: str
    first: int
    last: int
    parts: tuple[Span, ...]
    named: bool
    spurned: bool = False

    @property
    def order(self) -> tuple[int, int, str]:
        """Say where it stands among others."""
        return self.first, self.last, self.concept


def candidates(page: Page, hits: Hits, lexicon: Lexicon) -> list[Candidate]:
    """Find every concept by name, then by words near one another; sorted by where they begin."""
    found = [
        Candidate(concept, *span, (span,), named=True)
        for slot, concept in lexicon.named.items()
        for span in hits.get(slot, ())
    ]
    kept = [one for one in found if not _excluded(one, hits, lexicon)]
    names = {(one.concept, page.within[one.first]) for one in kept}
    places: dict[str, list[int]] = {}
    for one in sorted(kept, key=lambda one: one.first):
        places.setdefault(one.concept, []).append(one.first)
    for one in dict.fromkeys(_by_nearness(page, hits, lexicon)):
        if _excluded(one, hits, lexicon) or _named_beside(one, names, page):
            continue
        if not any(_holds(one, places.get(rival, [])) for rival in lexicon.wordings[one.concept].rivals):
            kept.append(one)
    kept += [
        Candidate(concept, *span, (span,), named=True, spurned=True)
        for slot, concept in lexicon.spurned.items()
        for span in hits.get(slot, ())
    ]
    return in_order(kept)


def in_order(found: Iterable[Candidate]) -> list[Candidate]:
    """Put candidates in the order of the text."""
    return sorted(found, key=lambda one: one.order)


def _named_beside(one: Candidate, names: set[tuple[str, int]], page: Page) -> bool:
    """Say whether a sentence of a candidate names its concept anyway."""
    return any((one.concept, page.within[first]) in names for first, _ in one.parts)


def _holds(one: Candidate, places: list[int]) -> bool:
    """Say whether one of some words lies within a candidate."""
    at = bisect_left(places, one.first)
    return at < len(places) and places[at] < one.last


def _by_nearness(page: Page, hits: Hits, lexicon: Lexicon) -> Iterator[Candidate]:
    """Find what is worded by words near one another, where enough of a pattern's groups occur."""
    masks = _masks(page, hits, lexicon)
    for number, by_sentence in masks.items():
        pattern = lexicon.patterns[number]
        for sentence, mask in by_sentence.items():
            around = mask
            if pattern.across:
                around |= by_sentence.get(sentence - 1, 0) | by_sentence.get(sentence + 1, 0)
            if around & pattern.musts == pattern.musts and around.bit_count() >= pattern.need:
                yield from _near(pattern, page, hits, sentence)


def _masks(page: Page, hits: Hits, lexicon: Lexicon) -> dict[int, dict[int, int]]:
    """Give for each pattern and sentence the groups that occur, as bits."""
    masks: dict[int, dict[int, int]] = {}
    for slot, spans in hits.items():
        places = lexicon.bits.get(slot)
        if places:
            sentences = {page.within[first] for first, _ in spans}
            for number, bit in places:
                by_sentence = masks.setdefault(number, {})
                for sentence in sentences:
                    by_sentence[sentence] = by_sentence.get(sentence, 0) | bit
    return masks


def _near(pattern: Pattern, page: Page, hits: Hits, sentence: int) -> Iterator[Candidate]:
    """Find a pattern around each hit of a group in a sentence: the nearest hits of the others, as many as it needs."""
    limits = _limits(pattern, page, sentence)
    groups = [hits.get(slot, []) for slot in pattern.slots]
    for place in _anchors(pattern):
        others = [
            (spans, bool(pattern.musts >> other & 1)) for other, spans in enumerate(groups) if other != place and spans
        ]
        others.sort(key=lambda group: not group[1])
        here = page.sentences[sentence]
        spans = groups[place]
        low, high = bisect_left(spans, (here.first, 0)), bisect_left(spans, (here.last, 0))
        for anchor in spans[low : min(high, low + MOST_ANCHORS)]:
            parts = _around(anchor, others, pattern, limits)
            if len(parts) >= pattern.need:
                last = max(end for _, end in parts)
                yield Candidate(pattern.concept, min(parts)[0], last, tuple(sorted(parts)), named=False)


def _anchors(pattern: Pattern) -> list[int]:
    """Give the groups to begin with: one that must be there, else so many that one of them is bound to."""
    for place in range(len(pattern.slots)):
        if pattern.musts >> place & 1:
            return [place]
    return list(range(len(pattern.slots) - pattern.need + 1))


def _around(anchor: Span, others: list[tuple[list[Span], bool]], pattern: Pattern, limits: Span) -> list[Span]:
    """Give a hit and the nearest of each other group that has one in reach; nothing when one that must be is not."""
    taken, extent = [anchor], anchor
    for spans, must in others:
        reach = max(limits[0], extent[1] - pattern.window), min(limits[1], extent[0] + pattern.window)
        span = nearest(spans, extent, taken, reach)
        if span is not None:
            taken.append(span)
            extent = min(extent[0], span[0]), max(extent[1], span[1])
        elif must:
            return []
    return taken


def _limits(pattern: Pattern, page: Page, number: int) -> Span:
    """Give the first and last word that a pattern may use around a sentence."""
    here = page.sentences[number]
    if not pattern.across:
        return here.first, here.last
    before = page.sentences[max(0, number - 1)]
    after = page.sentences[min(len(page.sentences) - 1, number + 1)]
    return before.first, after.last


def _excluded(one: Candidate, hits: Hits, lexicon: Lexicon) -> bool:
    """Say whether a candidate overlaps a phrase that only looks like its concept."""
    spans = hits.get(lexicon.unless.get(one.concept, -1), [])
    at = bisect_left(spans, (one.first, 0))
    near = spans[max(0, at - 6) : at + 6]
    return any(start < part[1] and part[0] < end for start, end in near for part in one.parts)
