"""Which criteria of a rubric have evidence in a text, and where?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from liveloop.base.errors import BadInput
from liveloop.exam.prose.find import Mention, find
from liveloop.exam.prose.lexicon import Lexicon, shipped_lexicon
from liveloop.rubric import Looked

REJECTED = "not:"


@dataclass(frozen=True)
class Found:
    """Whether a criterion has its evidence in a text, and the mentions that are it."""

    criterion_id: str
    found: bool
    mentions: tuple[Mention, ...]


def look(text: str, criteria: Sequence[Looked], lexicon: Lexicon | None = None) -> tuple[Found, ...]:
    """Look for the evidence of each criterion; found means that it is there, not that it is good.

    Evidence is the id of a concept that the text must use, or `not:` and the id of one that it must reject. A criterion
    is found when `needs` different ones of its evidence are there. One without evidence is never found: it is for a
    person alone.

    Examples
    --------
    >>> evidence = ("clustered-errors", "not:t-test")
    >>> units = Looked("units", "Messages of a user depend on one another.", "", 1.0, evidence, needs=2)
    >>> [one.found for one in look("Not a t-test: I would cluster the errors by user.", [units])]
    [True]
    >>> [one.found for one in look("A t-test, and no clustered errors.", [units])]
    [False]
    """
    words = lexicon or shipped_lexicon()
    check_criteria(criteria, words)
    mentions = find(text, words)
    return tuple(_found(criterion, mentions) for criterion in criteria)


def check_criteria(criteria: Sequence[Looked], lexicon: Lexicon | None = None) -> None:
    """Refuse a criterion whose evidence nobody can find: an unknown concept, or more needed than there is."""
    known = (lexicon or shipped_lexicon()).wordings
    for criterion in criteria:
        for evidence in criterion.evidence:
            if evidence.removeprefix(REJECTED) not in known:
                allowed = f"{', '.join(known)}; each may begin with {REJECTED}"
                raise BadInput(f"unknown evidence {evidence!r}", where=f"criterion {criterion.id}", allowed=allowed)
        different = len(set(criterion.evidence))
        if not 1 <= criterion.needs <= max(1, different):
            raise BadInput(
                f"needs {criterion.needs} of {different} kinds of evidence",
                where=f"criterion {criterion.id}",
                allowed=f"1 to {max(1, different)}",
            )


def _found(criterion: Looked, mentions: tuple[Mention, ...]) -> Found:
    """Hold the mentions of a text against one criterion."""
    evidence = [one for one in mentions if _as_evidence(one) in criterion.evidence]
    kinds = {_as_evidence(one) for one in evidence}
    return Found(criterion.id, bool(kinds) and len(kinds) >= criterion.needs, tuple(evidence))


def _as_evidence(mention: Mention) -> str:
    """Write a mention as a rubric would."""
    return mention.concept if mention.stance == "used" else f"{REJECTED}{mention.concept}"
