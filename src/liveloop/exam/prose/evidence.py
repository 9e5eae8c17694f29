"""What speaks for a concept in a stretch of text, and what for its rejection?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from liveloop.exam.prose.candidates import Candidate
from liveloop.exam.prose.features import manners, stretches, subjects
from liveloop.exam.prose.forms import stem
from liveloop.exam.prose.learned import Learned, Numbers
from liveloop.exam.prose.matcher import Span
from liveloop.exam.prose.pages import Page

KINDS = 28  # of evidence for a concept in a stretch
AHEAD = 1  # the place of how far a concept is ahead of the others
BLOCK = 400  # stretches
LEAST = -9.0  # log odds; what is less likely is all the same
SURE, SURE_BARE = 1.4, 2.8  # log odds from which a name is trusted, where something is said of it and where not
FAR = -15.0  # how far behind the loudest a concept is taken to be at most
TELLING = 0.7  # how much louder a word speaks for a concept than for others, to be shown as a reason
SHOWN = 8  # words that are shown as the reason
UNKNOWN = -1


@dataclass(frozen=True)
class Ruled:
    """A concept that the rules see in a text, and what they make of it: used, rejected, neither, or barely named."""

    one: Candidate
    verdict: str


@dataclass(frozen=True)
class Heard:
    """The evidence in each stretch: `kinds[stretch, concept, kind]`.

    `plain[stretch, concept]` says where a name stands that means its concept, and the rules make something of it.
    """

    spans: list[Span]
    kinds: Numbers
    plain: npt.NDArray[np.bool_]


def hear(page: Page, ruled: Sequence[Ruled], learned: Learned, silent: frozenset[str]) -> Iterator[Heard]:
    """Gather the evidence for every concept in every stretch of a page, so many stretches at once."""
    spans = stretches(page)
    for first in range(0, len(spans), BLOCK):
        block = spans[first : first + BLOCK]
        reach = block[0][0], max(last for _, last in block)
        yield _hear(page, block, beginning(ruled, reach), learned, silent)


def beginning(ruled: Sequence[Ruled], span: Span) -> Sequence[Ruled]:
    """Give what begins in a stretch; what is ruled is in order."""
    low, high = (bisect_left(ruled, word, key=lambda one: one.one.first) for word in span)
    return ruled[low:high]


def _hear(page: Page, spans: list[Span], ruled: Sequence[Ruled], learned: Learned, silent: frozenset[str]) -> Heard:
    """Gather the evidence for every concept in some stretches."""
    known = _known(page, spans, learned, silent)
    counted = rows(known, [1.0] * len(known), len(learned.subjects))
    sounds = np.asarray((counted @ learned.sounds).todense()) + (counted @ learned.floor)[:, None]
    odds = log_odds(np.asarray((evened(known, len(learned.subjects)) @ learned.leans).todense()) + learned.lean_bias)
    named, worded, neither, bare, trust = _seen(page, spans, ruled, learned)
    ahead, beside = _against_others(sounds, learned)
    own, loudest = sounds[:, :-1], sounds.max(axis=1)
    crowded = (named.sum(axis=1, keepdims=True) - named > 0).astype(float)
    alike = np.ones_like(own)
    kinds = [
        alike,
        ahead,
        odds[:, :-1],
        own,
        np.log1p([len(ids) for ids in known])[:, None] * alike,
        worded,
        worded * ahead,
        crowded,
        crowded * ahead,
        neither,
        bare,
        beside,
        (loudest - sounds[:, -1])[:, None] * alike,
        trust,
    ]
    apart = [*(kind * (1 - named) for kind in kinds), *(kind * named for kind in kinds)]  # a name weighs all else anew
    return Heard(spans, np.stack(apart, axis=2), (trust >= np.where(bare > 0, SURE_BARE, SURE)) & (neither == 0))


def rows(known: Sequence[Sequence[int]], values: Sequence[float], width: int) -> csr_matrix:
    """Lay sets of features out as a sparse matrix, one row each, with one value for all of a row."""
    starts = np.concatenate([[0], np.cumsum([len(ids) for ids in known])]).astype(np.int64)
    places = np.array([place for ids in known for place in ids], np.int64)
    data = np.repeat(np.asarray(values, np.float64), np.diff(starts))
    return csr_matrix((data, places, starts), shape=(len(known), width))


def evened(known: Sequence[Sequence[int]], width: int) -> csr_matrix:
    """Lay sets of features out so that a long text weighs as much as a short one: each row has length one."""
    return rows(known, [len(ids) ** -0.5 if ids else 0.0 for ids in known], width)


def log_odds(scores: Numbers) -> Numbers:
    """Turn the scores of a softmax into log odds, none below `LEAST`."""
    chances = scores - scores.max(axis=1, keepdims=True)
    chances = np.maximum(chances - np.log(np.exp(chances).sum(axis=1, keepdims=True)), LEAST)
    odds: Numbers = chances - np.log1p(-np.exp(np.minimum(chances, -1e-4)))
    return odds


def unseen(concept: str, page: Page, span: Span, learned: Learned, silent: frozenset[str]) -> Candidate:
    """Make a candidate of the words that speak for a concept where the rules do not see it."""
    parts = reasons(concept, page, span, learned, silent)
    return Candidate(concept, parts[0][0], parts[-1][1], parts, named=False)


def reasons(concept: str, page: Page, span: Span, learned: Learned, silent: frozenset[str]) -> tuple[Span, ...]:
    """Give the words of a stretch that speak loudest for a concept, in order; its first word when none does."""
    column = learned.concepts.index(concept)
    loud: dict[str, tuple[float, int]] = {}
    for at in range(*span):
        word = stem(page.words[at])
        place = learned.subjects.get(word)
        if place is not None and word not in silent:
            speaks = float(learned.sounds[place, column]) + float(learned.floor[place])
            if speaks > TELLING:
                loud.setdefault(word, (-speaks, at))
    chosen = sorted(at for _, at in sorted(loud.values())[:SHOWN]) or [span[0]]
    return tuple((at, at + 1) for at in chosen)


def speaks_against(concept: str, page: Page, span: Span, learned: Learned, silent: frozenset[str]) -> float:
    """Say how far a stretch sounds like the rejection of a concept, in log odds."""
    said = manners(page, *span) | owned(concept, subjects(page.words[slice(*span)], silent))
    places = [learned.manners[feature] for feature in said if feature in learned.manners]
    loud = float(learned.against[places].sum()) / max(1, len(places)) ** 0.5
    return float(loud + learned.against_bias)


def owned(concept: str, features: set[str]) -> set[str]:
    """Mark features as those of one concept: "constant" speaks against the delta method alone."""
    return {f"{concept}: {feature}" for feature in features}


def spoken(ruled: Sequence[Ruled], concept: str, span: Span, against: float) -> Numbers:
    """Gather the evidence for a rejection: how the stretch sounds, and what the rules say there."""
    there = beginning(ruled, span)
    mine = {one.verdict for one in there if one.one.concept == concept}
    used, bare, rejected, neither = (float(verdict in mine) for verdict in ("used", "bare", "rejected", "neither"))
    other = float(any(one.verdict == "rejected" and one.one.concept != concept for one in there))
    return np.array([against, used, bare, rejected, neither, other, against * rejected, against * used])


def _known(page: Page, spans: Sequence[Span], learned: Learned, silent: frozenset[str]) -> list[list[int]]:
    """Give for each stretch the places of its features that were learned."""
    stems = [stem(word) for word in page.words]
    words = [UNKNOWN if word in silent else learned.subjects.get(word, UNKNOWN) for word in stems]
    pairs = [learned.subjects.get(" ".join(pair), UNKNOWN) for pair in pairwise(stems)]
    return [sorted({*words[first:last], *pairs[first : last - 1]} - {UNKNOWN}) for first, last in spans]


def name_of(one: Candidate, page: Page) -> str:
    """Write a concept with the words that name it, as stems: how far it can be trusted is learned."""
    return f"{one.concept}: {' '.join(stem(word) for word in page.words[one.first : one.last])}"


def _seen(
    page: Page, spans: Sequence[Span], ruled: Sequence[Ruled], learned: Learned
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """Say where the rules see a concept: by name, by words near one another, neither used nor rejected, barely named.

    Last, how far the name that stands there can be trusted.
    """
    column = {concept: at for at, concept in enumerate(learned.concepts)}
    named, worded, neither, bare, trust = (np.zeros((len(spans), len(column))) for _ in range(5))
    starts = [first for first, _ in spans]
    longest = max(last - first for first, last in spans)
    for one in ruled:
        at = column[one.one.concept]
        low, high = bisect_left(starts, one.one.first - longest), bisect_left(starts, one.one.first + 1)
        for row in range(low, high):
            if one.one.last <= spans[row][1]:
                (named if one.one.named else worded)[row, at] = 1
                neither[row, at] = max(neither[row, at], one.verdict == "neither")
                bare[row, at] = max(bare[row, at], one.verdict == "bare")
                if one.one.named:
                    known = learned.trust.get(name_of(one.one, page), learned.trust.get(one.one.concept, 0.0))
                    trust[row, at] = max(trust[row, at], known, key=abs)
    return named, worded, neither, bare, trust


def _against_others(sounds: Numbers, learned: Learned) -> tuple[Numbers, Numbers]:
    """Say how far each concept is ahead of the loudest that competes with it, and how loud one of its kin is."""
    ahead, beside = np.zeros_like(sounds[:, :-1]), np.full_like(sounds[:, :-1], FAR)
    behind = np.maximum(sounds - sounds.max(axis=1, keepdims=True), FAR)
    for column in range(len(learned.concepts)):
        kin = learned.kin[column]
        rivals = ~kin
        rivals[column] = False
        ahead[:, column] = sounds[:, column] - sounds[:, rivals].max(axis=1)
        if kin.any():
            beside[:, column] = behind[:, kin].max(axis=1)
    return ahead, beside
