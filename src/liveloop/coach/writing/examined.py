"""Which criteria have their evidence in a written text, and in which words of which section?

Found means that the evidence is there, missing that it is not. Neither is a grade: whether what was found is any good
is for a person to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from liveloop.coach.writing.narrative import NarrativeLooked
from liveloop.exam.prose import look
from liveloop.rubric import Looked

GAP = "\n\n"  # between two sections: no sentence runs over it


@dataclass(frozen=True)
class Span:
    """Words of a section, from `start` up to `end`, that are evidence of a criterion."""

    section: str
    start: int
    end: int


@dataclass(frozen=True)
class FoundCriterion:
    """A criterion, whether its evidence was found, and where."""

    criterion: Looked
    found: bool
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Piece:
    """A piece of a section, and the criteria that it is evidence of; none when it is only text."""

    text: str
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examined:
    """What was looked for in a text and what came of it, in the order of the rubric."""

    criteria: tuple[FoundCriterion, ...]

    @property
    def share(self) -> float:
        """Say which share of the rubric's weight was found: how much was touched on, not how well."""
        whole = sum(one.criterion.weight for one in self.criteria)
        return sum(one.criterion.weight for one in self.criteria if one.found) / whole if whole else 0.0

    @property
    def found(self) -> frozenset[str]:
        """Give the ids of the criteria that were found."""
        return frozenset(one.criterion.id for one in self.criteria if one.found)

    def pieces(self, section: str, text: str) -> tuple[Piece, ...]:
        """Cut a section into pieces where evidence begins and ends."""
        spans = [
            (span.start, span.end, one.criterion.id)
            for one in self.criteria
            for span in one.spans
            if span.section == section
        ]
        cuts = sorted({0, len(text), *(place for start, end, _ in spans for place in (start, end))})
        return tuple(
            Piece(
                text[start:end],
                tuple(dict.fromkeys(key for first, last, key in spans if first <= start and end <= last)),
            )
            for start, end in pairwise(cuts)
        )


def examine(passages: Mapping[str, str], criteria: Sequence[Looked]) -> Examined:
    """Look through the sections of a text, each criterion in all of them or, of a narrative, in its own.

    Examples
    --------
    >>> split = Looked("split", "Breaks it down.", "By country.", 1.0, ("slice-analysis",))
    >>> text = "I would break the rate down by country first."
    >>> examined = examine({"Page": text}, [split])
    >>> examined.share, [piece.text[:5] for piece in examined.pieces("Page", text) if piece.criteria]
    (1.0, ['break'])
    """
    return examine_once(tuple(passages.items()), tuple(criteria))


@lru_cache(maxsize=256)
def examine_once(parts: tuple[tuple[str, str], ...], criteria: tuple[Looked, ...]) -> Examined:
    """Look through some sections; a version does not change, and its page and every list want the same."""
    passages = dict(parts)
    seen: dict[str, FoundCriterion] = {}
    everywhere = [one for one in criteria if not isinstance(one, NarrativeLooked)]
    if everywhere:
        seen |= {found.criterion.id: found for found in look_through(passages, everywhere)}
    by_section: dict[str, list[Looked]] = {}
    for one in criteria:
        if isinstance(one, NarrativeLooked):
            by_section.setdefault(one.section, []).append(one)
    for section, own in by_section.items():
        passage = {section: passages.get(section, "")}
        seen |= {found.criterion.id: found for found in look_through(passage, own)}
    return Examined(tuple(seen[one.id] for one in criteria))


def look_through(passages: Mapping[str, str], criteria: Sequence[Looked]) -> Iterator[FoundCriterion]:
    """Look for criteria in some sections read one after the other."""
    text = GAP.join(passages.values())
    for criterion, found in zip(criteria, look(text, criteria), strict=True):
        spans = tuple(span for one in found.mentions for span in place(one.start, one.end, passages))
        yield FoundCriterion(criterion, found.found, spans)


def place(start: int, end: int, passages: Mapping[str, str]) -> Iterator[Span]:
    """Find the section that a stretch of the joined text lies in."""
    begins = 0
    for name, text in passages.items():
        first, last = max(start - begins, 0), min(end - begins, len(text))
        if first < last:
            yield Span(name, first, last)
        begins += len(text) + len(GAP)
