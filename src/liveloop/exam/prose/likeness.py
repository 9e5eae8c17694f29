"""Which concept does a sentence sound like, going by how people say it?

Every concept comes with sentences of our own (`words/said`). A word, or two neighbouring words, speaks for a concept as
far as it is commoner among the concept's sentences than among all others; a stretch of text sounds like the concept for
which its words speak most, provided that no other comes near. Sentences that are about nothing compete as well. There
is nothing to train and nothing stored but the sentences: the counts are taken when they are read. (Naive Bayes with a
floor, after Rennie et al. 2003, "Tackling the poor assumptions of naive Bayes text classifiers".)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from liveloop.exam.prose.forms import stem
from liveloop.exam.prose.pages import Page, Sentence, lay_out

NOTHING = "nothing"
ENOUGH = 6.0  # log odds in all
AHEAD = 5.0  # log odds before the next concept, in a whole sentence or two
AHEAD_IN_PART = 7.0  # the same in a part of a sentence
PART = 5  # words of a part that is read by itself
SPEAKING = 0.7  # log odds from which a word speaks for a concept
WORDS = 3  # that must speak
SHOWN = 8  # words that are shown as the reason
LONGEST = 90  # words of two sentences that are read together
FLOOR = -0.3  # what an absent word takes away at most: absence says little
PAIR = 0.5  # two neighbours are not independent of the two words
RARE = 0.5  # sentences in which a feature is taken to occur besides those where it does
HERE, ELSEWHERE = 2.0, 100.0  # sentences of average wording added to those of a concept, and to all others
UNKNOWN = -1
Feature = str | tuple[str, str]
Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Alike:
    """A stretch of text, words `first` to `last` (excluded): what it sounds like, which words say so, by how much."""

    concept: str
    first: int
    last: int
    words: tuple[int, ...]
    ahead: float


class Likeness:
    """The words of sentences, counted by concept; `silent` words do not count by themselves."""

    def __init__(self, said: Mapping[str, tuple[str, ...]], silent: frozenset[str]) -> None:
        self.concepts, self.silent = tuple(said), silent
        seen: dict[str, Counter[Feature]] = {concept: Counter() for concept in said}
        everywhere: Counter[Feature] = Counter()
        for concept, sentences in said.items():
            for sentence in sentences:
                features = set(self._features(lay_out(sentence).words))
                seen[concept].update(features)
                everywhere.update(features)
        self.places = {feature: place for place, feature in enumerate(everywhere)}
        counts = np.array([[seen[concept][feature] for concept in self.concepts] for feature in everywhere], np.float32)
        self.weights = _weights(counts.reshape(-1, len(self.concepts)), [len(sentences) for sentences in said.values()])
        self.weights *= np.array([[PAIR if isinstance(one, tuple) else 1.0] for one in everywhere], np.float32)

    def alike(self, page: Page) -> Iterator[Alike]:
        """Give for each sentence of a page, and each two neighbours, what it sounds like, where that is plain."""
        stems, silent = [stem(word) for word in page.words], self.silent
        words = [UNKNOWN if one in silent else self.places.get(one, UNKNOWN) for one in stems]
        pairs = [self.places.get(pair, UNKNOWN) for pair in pairwise(stems)]
        for number, sentence in enumerate(page.sentences):
            stretches = [(sentence.first, sentence.last, AHEAD)]
            following = page.sentences[number + 1 : number + 2]
            if following and following[0].last - sentence.first <= LONGEST:
                stretches.append((sentence.first, following[0].last, AHEAD))
            stretches += [(first, last, AHEAD_IN_PART) for first, last in _parts(page, sentence)]
            for first, last, least in stretches:
                known = {*words[first:last], *pairs[first : last - 1]} - {UNKNOWN}
                if len(known) >= WORDS:
                    yield from self._plainly(page, known, (first, last), least)

    def _features(self, words: list[str]) -> Iterator[Feature]:
        """Give the telling words of a text and all pairs of neighbours."""
        stems = [stem(word) for word in words]
        yield from (word for word in stems if word not in self.silent)
        yield from pairwise(stems)

    def _plainly(self, page: Page, known: set[int], stretch: tuple[int, int], least: float) -> Iterator[Alike]:
        """Give the concept that a stretch sounds like; nothing when it is not plain, or nothing."""
        first, last = stretch
        rows = self.weights[sorted(known)]
        scores = rows.sum(axis=0)
        best = int(scores.argmax())
        score = float(scores[best])
        scores[best] = -np.inf
        ahead = score - float(scores.max())
        speaking = int((rows[:, best] > SPEAKING).sum())
        if score >= ENOUGH and ahead >= least and speaking >= WORDS and self.concepts[best] != NOTHING:
            yield Alike(self.concepts[best], first, last, self._reasons(page, best, first, last), ahead)

    def _reasons(self, page: Page, concept: int, first: int, last: int) -> tuple[int, ...]:
        """Give the words of a stretch that speak loudest for a concept, in order."""
        loud: dict[str, tuple[float, int]] = {}
        for at in range(first, last):
            word = stem(page.words[at])
            place = self.places.get(word)
            if place is not None and self.weights[place, concept] > SPEAKING:
                loud.setdefault(word, (float(-self.weights[place, concept]), at))
        chosen = sorted(loud.values())[:SHOWN]
        return tuple(sorted(at for _, at in chosen)) or (first,)


def _weights(counts: Weights, sentences: list[int]) -> Weights:
    """Give the log odds of each feature for each concept, from how many sentences hold it."""
    mine = np.array(sentences, np.float32)
    total = counts.sum(axis=1, keepdims=True)
    usual = (total + RARE) / mine.sum()
    here = (counts + HERE * usual) / (mine + HERE)
    elsewhere = (total - counts + ELSEWHERE * usual) / (mine.sum() - mine + ELSEWHERE)
    odds: Weights = np.maximum(np.log(here / elsewhere), FLOOR).astype(np.float32)
    return odds


def _parts(page: Page, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Give the parts of a sentence between marks, and each two neighbours where there are three or more."""
    cuts = [sentence.first, *(at for at in range(sentence.first + 1, sentence.last) if page.gaps[at]), sentence.last]
    parts: list[tuple[int, int]] = []
    for first, last in pairwise(cuts):
        if parts and last - parts[-1][0] <= PART:
            parts[-1] = (parts[-1][0], last)
        else:
            parts.append((first, last))
    if len(parts) > 1:
        yield from (part for part in parts if part[1] - part[0] >= PART)
    if len(parts) > 2:
        yield from ((before[0], after[1]) for before, after in pairwise(parts))
