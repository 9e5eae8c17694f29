"""What of a text is counted: which words, which neighbours, and where do they stand?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from liveloop.exam.prose.forms import stem
from liveloop.exam.prose.matcher import Span
from liveloop.exam.prose.pages import Page, Sentence

PART = 5  # words of a part that is read by itself
LONGEST = 90  # words of two sentences that are read together
LONG = 6  # pairs of words from which a sentence counts as long


def stretches(page: Page) -> list[Span]:
    """Give what is read by itself: each sentence, each two neighbours, and the parts of a sentence between its marks.

    Examples
    --------
    >>> from liveloop.exam.prose.pages import lay_out
    >>> stretches(lay_out("Ship it now. Or wait, if the queue can bear it."))
    [(0, 3), (0, 11), (3, 11), (5, 11)]
    """
    found: set[Span] = set()
    for number, sentence in enumerate(page.sentences):
        found.add((sentence.first, sentence.last))
        following = page.sentences[number + 1 : number + 2]
        if following and following[0].last - sentence.first <= LONGEST:
            found.add((sentence.first, following[0].last))
        found.update(_parts(page, sentence))
    return sorted(found)


def _parts(page: Page, sentence: Sentence) -> Iterator[Span]:
    """Give the parts of a sentence between marks, and each two neighbours where there are three or more."""
    cuts = [sentence.first, *(at for at in range(sentence.first + 1, sentence.last) if page.gaps[at]), sentence.last]
    parts: list[Span] = []
    for first, last in pairwise(cuts):
        if parts and last - parts[-1][0] <= PART:
            parts[-1] = (parts[-1][0], last)
        else:
            parts.append((first, last))
    if len(parts) > 1:
        yield from (part for part in parts if part[1] - part[0] >= PART)
    if len(parts) > 2:
        yield from ((before[0], after[1]) for before, after in pairwise(parts))


def subjects(words: list[str], silent: frozenset[str]) -> set[str]:
    """Give the telling words and all pairs of neighbours, as stems: what a stretch is about.

    Examples
    --------
    >>> sorted(subjects(["the", "errors", "cluster"], frozenset({"the"})))
    ['cluster', 'error', 'error cluster', 'the error']
    """
    stems = [stem(word) for word in words]
    return {word for word in stems if word not in silent} | {" ".join(pair) for pair in pairwise(stems)}


def manners(page: Page, first: int, last: int) -> set[str]:
    """Give words, runs of two and three, and how each sentence begins and ends: how a stretch speaks."""
    words = page.words[first:last]
    found = {" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1)}
    for sentence in page.sentences:
        if first <= sentence.first < last:
            end = min(last, sentence.last)
            found |= {
                f"^{page.words[sentence.first]}",
                f"^{' '.join(page.words[sentence.first : min(end, sentence.first + 2)])}",
                f"${page.words[end - 1]}",
                f"${' '.join(page.words[max(sentence.first, end - 2) : end])}",
                f"#{min(LONG, (end - sentence.first) // 2)}",
            }
    return found
