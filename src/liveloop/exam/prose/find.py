"""Where does a text use a concept, and where does it reject it?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from liveloop.exam.prose.candidates import Candidate, candidates, in_order
from liveloop.exam.prose.evidence import Ruled, beginning, hear, speaks_against, spoken, unseen
from liveloop.exam.prose.learned import Learned, Numbers, shipped
from liveloop.exam.prose.lexicon import Lexicon, shipped_lexicon
from liveloop.exam.prose.matcher import Hits, Span
from liveloop.exam.prose.pages import Page, lay_out
from liveloop.exam.prose.stance import Stance, judge

PLAIN = 0.1  # log odds of a technique that is plainly named, whatever its words sound like
FEW, LOUD = 10, 5.0  # what the rules make of a name weighs half a log odds in ten words, and less in more
PASSAGE = 4  # sentences between two mentions that are still one train of thought


@dataclass(frozen=True)
class Mention:
    """A concept in a text, at `text[start:end]`, and whether the text uses it or rejects it."""

    concept: str
    stance: Stance
    start: int
    end: int


@dataclass(frozen=True)
class Train:
    """Stretches that speak of one concept and lie near one another, in order."""

    concept: str
    spans: tuple[Span, ...]


def find(text: str, lexicon: Lexicon | None = None, learned: Learned | None = None) -> tuple[Mention, ...]:
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
    words, weights = lexicon or shipped_lexicon(), learned or shipped()
    page = lay_out(text)
    hits = words.matcher.scan(page)
    found = candidates(page, hits, words)
    ruled = rule(page, hits, words, found)
    tools = np.array([words.wordings[concept].manner == "tool" for concept in weights.concepts])
    spans: list[Span] = []
    clear: list[Numbers] = []
    for heard in hear(page, ruled, weights, words.silent):
        odds = np.stack([weigh(heard.kinds[:, at]) for at, weigh in enumerate(weights.found)], axis=1)
        spans += heard.spans
        clear.append(np.where(heard.plain & tools, np.maximum(odds, PLAIN), odds))
    trains = follow(page, spans, np.concatenate(clear), weights) if clear else []
    more = [
        unseen(train.concept, page, span, weights, words.silent)
        for train in trains
        for span in train.spans
        if not _within(ruled, train.concept, span)
    ]
    if more:
        ruled = rule(page, hits, words, in_order([*found, *more]))
    told = {train.concept for train in trains}
    mentions = [one for train in trains for one in _mentions(page, ruled, train, words, weights, told)]
    return tuple(sorted(_joined(mentions), key=_order))


def rule(page: Page, hits: Hits, lexicon: Lexicon, found: list[Candidate]) -> list[Ruled]:
    """Say what the rules make of each candidate."""
    verdicts = {
        one.one: "bare" if one.stance == "used" and not one.said else one.stance
        for one in judge(page, hits, lexicon, found)
    }
    seen = [Ruled(one, verdicts.pop(one, "neither")) for one in found]
    seen += [Ruled(one, verdict) for one, verdict in verdicts.items()]
    return sorted(seen, key=lambda ruled: ruled.one.order)


def follow(page: Page, spans: Sequence[Span], odds: Numbers, learned: Learned) -> list[Train]:
    """Gather the stretches in which a concept is found into trains of thought."""
    trains: list[Train] = []
    for column, concept in enumerate(learned.concepts):
        trains += [Train(concept, tuple(near)) for near in _near(page, apart(spans, odds[:, column]))]
    return sorted(trains, key=lambda train: (train.spans[0], train.concept))


def apart(spans: Sequence[Span], odds: Numbers) -> list[Span]:
    """Give the stretches that are likelier than not to speak of a concept; of two that overlap, the likelier."""
    taken: list[Span] = []
    for at in np.argsort(-odds, kind="stable"):
        if odds[at] <= 0:
            break
        place = bisect_left(taken, spans[at])
        before, after = taken[max(0, place - 1) : place], taken[place : place + 1]
        if all(last <= spans[at][0] for _, last in before) and all(spans[at][1] <= first for first, _ in after):
            taken.insert(place, spans[at])
    return taken


def _near(page: Page, spans: Sequence[Span]) -> list[list[Span]]:
    """Put stretches together that lie near one another; they are in order."""
    trains: list[list[Span]] = []
    for span in spans:
        if trains and page.within[span[0]] - page.within[trains[-1][-1][1] - 1] <= PASSAGE:
            trains[-1].append(span)
        else:
            trains.append([span])
    return trains


def context(page: Page, spans: Sequence[Span]) -> Span:
    """Give the sentences of some stretches, and the one on either side: what is said of a thing stands there."""
    first, last = page.within[min(spans)[0]], page.within[max(span[1] for span in spans) - 1]
    return page.sentences[max(0, first - 1)].first, page.sentences[min(len(page.sentences) - 1, last + 1)].last


def _within(ruled: Sequence[Ruled], concept: str, span: Span) -> list[Ruled]:
    """Give what the rules see of a concept in a stretch."""
    return [one for one in beginning(ruled, span) if one.one.last <= span[1] and one.one.concept == concept]


def _mentions(
    page: Page, ruled: Sequence[Ruled], train: Train, lexicon: Lexicon, learned: Learned, told: Collection[str]
) -> Iterable[Mention]:
    """Give the mentions of a train of thought, which speaks with one voice."""
    around = context(page, train.spans)
    against = speaks_against(train.concept, page, around, learned, lexicon.silent)
    evidence = spoken(ruled, train.concept, around, against)
    odds = float(learned.rejected(evidence)) + LOUD / max(FEW, around[1] - around[0]) * _ruling(ruled, train)
    rejected = lexicon.wordings[train.concept].rejectable and odds > 0
    stance: Stance = "rejected" if rejected else "used"
    for span in train.spans:
        for one in _within(ruled, train.concept, span):
            yield Mention(train.concept, stance, page.starts[one.one.first], page.ends[one.one.last - 1])
    if stance == "used":
        for implied in set(lexicon.wordings[train.concept].implies) - set(told):
            first, last = train.spans[0]
            yield Mention(implied, "used", page.starts[first], page.ends[last - 1])


def _ruling(ruled: Sequence[Ruled], train: Train) -> int:
    """Say what the rules make of a concept where its name stands: 1 for rejected, -1 for used, 0 when they differ."""
    seen = (one for span in train.spans for one in _within(ruled, train.concept, span))
    said = {one.verdict for one in seen if one.one.named}
    return {frozenset({"rejected"}): 1, frozenset({"used"}): -1, frozenset({"bare"}): -1}.get(frozenset(said), 0)


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
