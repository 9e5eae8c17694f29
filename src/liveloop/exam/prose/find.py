"""Where does a text use a concept, and where does it reject it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from liveloop.exam.prose.candidates import candidates
from liveloop.exam.prose.lexicon import Lexicon, shipped_lexicon
from liveloop.exam.prose.pages import lay_out
from liveloop.exam.prose.stance import Stance, judge


@dataclass(frozen=True)
class Mention:
    """A concept in a text, at `text[start:end]`, and whether the text uses it or rejects it."""

    concept: str
    stance: Stance
    start: int
    end: int


def find(text: str, lexicon: Lexicon | None = None) -> tuple[Mention, ...]:
    """Find the concepts of a text in order; a question alone is no use, and silence is no rejection.

    Deterministic, and linear in the length of the text. Nothing is said about quality: a concept that is used badly is
    used all the same.

    Examples
    --------
    >>> text = "I would not use a t-test here. I would cluster the standard errors by account."
    >>> for one in find(text):
    ...     print(one.concept, one.stance, repr(text[one.start : one.end]))
    t-test rejected 't-test'
    clustered-errors used 'cluster the standard'
    clustered-errors used 'errors by account'
    """
    words = lexicon or shipped_lexicon()
    page = lay_out(text)
    hits = words.matcher.scan(page)
    found = candidates(page, hits, words)
    if not found:
        return ()
    mentions = [
        Mention(one.concept, stance, page.starts[one.first], page.ends[one.last - 1])
        for one, stance in judge(page, hits, words, found)
    ]
    return tuple(sorted(_joined(mentions), key=_order))


def _joined(mentions: Iterable[Mention]) -> list[Mention]:
    """Join mentions of one concept and stance that overlap."""
    joined: list[Mention] = []
    last: dict[tuple[str, str], int] = {}
    for one in sorted(mentions, key=_order):
        place = last.get((one.concept, one.stance))
        if place is not None and joined[place].end >= one.start:
            before = joined[place]
            joined[place] = Mention(one.concept, one.stance, before.start, max(before.end, one.end))
            continue
        last[one.concept, one.stance] = len(joined)
        joined.append(one)
    return joined


def _order(mention: Mention) -> tuple[int, int, str, str]:
    """Put mentions in the order of the text."""
    return mention.start, mention.end, mention.concept, mention.stance
