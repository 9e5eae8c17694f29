"""How are all weights of the finder learned, and how well do they do on passages that they have not seen?

Every fourth author is left out in turn: what the others teach is tried on their passages. The judges, which have few
weights, are fitted to how the readings did there; the readings are then learned once more from everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from liveloop.exam.prose.candidates import candidates, in_order
from liveloop.exam.prose.evidence import (
    AHEAD,
    KINDS,
    Heard,
    Ruled,
    beginning,
    evened,
    hear,
    name_of,
    owned,
    rows,
    speaks_against,
    spoken,
    unseen,
)
from liveloop.exam.prose.features import manners, subjects
from liveloop.exam.prose.find import apart, context, find, rule
from liveloop.exam.prose.learn.examples import Line, Passage
from liveloop.exam.prose.learn.fit import FLOOR, PAIR, logistic, loudness, number, softmax
from liveloop.exam.prose.learned import NOTHING, Judge, Learned, Numbers
from liveloop.exam.prose.lexicon import Lexicon
from liveloop.exam.prose.pages import Page, lay_out

FOLDS = 4
KIN = 0.008  # of the passages, in which two concepts stand together, from which they do not compete
LEAN, STEPS = 30.0, 60  # how far the regression trusts its texts, and how long it is fitted
GRAIN = 1 / 16  # to which weights are rounded: the file stays small
MANNER = 10.0
PASSAGE_WORTH = 2  # lines that a passage counts for
USUAL, PRIOR = 0.75, 3.0  # how often a name means its concept when nothing is known of it, in how many texts
LONGEST, MOST = 70, 4  # words and concepts of a passage that teaches words
TOLD = 0.85  # mentions told for each that is there: one that is false misleads more than one that is missed
OWN = 40.0  # passages that a concept must have for its own bias to weigh as much as its kind's
MISLEADING = 0.3
ROUNDS = 4  # in which the stretch that shows a concept best is chosen again


@dataclass(frozen=True)
class Material:
    """Everything to learn from. `kinds` names the kind of each concept, in order; `rules` are the lexicon."""

    kinds: Mapping[str, str]
    lines: Sequence[Line]
    passages: Sequence[Passage]
    rules: Lexicon
    digest: str


@dataclass(frozen=True)
class Tried:
    """A passage that was not learned from, and what was heard in it."""

    passage: Passage
    page: Page
    ruled: list[Ruled]
    heard: Heard


def learn(material: Material, trusted: Sequence[str]) -> tuple[Learned, Counter[tuple[str, str]]]:
    """Learn all weights; say for each kind of concept how many pairs were hit, false and missed on unseen authors.

    Parameters
    ----------
    trusted
        Files of passages by which the rules were made: they teach words, and are not tried.
    """
    authors = sorted({one.file for one in material.passages} - set(trusted))
    folds = [leave_out(material, authors[fold::FOLDS]) for fold in range(FOLDS)]
    counts: Counter[tuple[str, str]] = Counter()
    for out, (learned, tried) in enumerate(folds):
        others = [fold for at, fold in enumerate(folds) if at != out]
        judged = replace(learned, **judges(others, material))
        for one in tried:
            told = {(mention.concept, mention.stance) for mention in find(one.passage.text, material.rules, judged)}
            counts.update(hold(told, one.passage, material.kinds))
    return replace(read(material), **judges(folds, material)), counts


def judges(folds: Sequence[tuple[Learned, list[Tried]]], material: Material) -> dict[str, Any]:
    """Fit the judges to what was tried."""
    found = judge_found([one for _, tried in folds for one in tried], material.kinds)
    rejected = judge_rejected([(replace(learned, found=found), tried) for learned, tried in folds], material)
    return {"found": found, "rejected": rejected}


def leave_out(material: Material, authors: Sequence[str]) -> tuple[Learned, list[Tried]]:
    """Learn from all but some authors, and try it on theirs."""
    learned = read(replace(material, passages=[one for one in material.passages if one.file not in authors]))
    left = (one for one in material.passages if one.file in authors)
    return learned, [attempt(one, learned, material.rules) for one in left]


def hold(told: Collection[tuple[str, str]], passage: Passage, kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Hold what was told of a passage against its labels: each pair by kind as hit, false or missed."""
    wanted = {(one, "used") for one in passage.uses} | {(one, "rejected") for one in passage.rejects}
    for what, pairs in (("hit", wanted & set(told)), ("false", set(told) - wanted), ("missed", wanted - set(told))):
        yield from ((kinds[concept], what) for concept, _ in pairs)


def read(material: Material) -> Learned:
    """Learn the three readings from lines and passages; the judges are still without weights."""
    concepts = tuple(material.kinds)
    silent = material.rules.silent
    taught = [(subjects(lay_out(text).words, silent), column) for text, column in _taught(material, concepts)]
    counted = [features for features, _ in taught]
    columns = np.array([column for _, column in taught])
    numbers = number(counted)
    known = _places(counted, numbers)
    ones = rows(known, [1.0] * len(known), len(numbers))
    floor = np.array([FLOOR * (PAIR if " " in name else 1.0) for name in numbers])
    sounds = loudness(ones, columns, list(numbers), len(concepts) + 1) - floor[:, None]
    leans, bias = softmax(evened(known, len(numbers)), columns, len(concepts) + 1, LEAN, STEPS)
    kinds_of_speech, against, against_bias = read_manner(material)
    blank = Judge(np.zeros(KINDS), 0.0)
    return Learned(
        concepts=concepts,
        subjects=numbers,
        manners=kinds_of_speech,
        sounds=csr_matrix(coarse(sounds)),
        floor=floor,
        leans=csr_matrix(coarse(leans)),
        lean_bias=bias,
        kin=kin(material, concepts),
        trust=trust_names(material),
        found=(blank,) * len(concepts),
        against=against,
        against_bias=against_bias,
        rejected=blank,
        digest=material.digest,
    )


def coarse(weights: Numbers) -> Numbers:
    """Round weights, the smallest to nothing."""
    rounded: Numbers = np.round(weights / GRAIN) * GRAIN
    return rounded


def _taught(material: Material, concepts: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Give every text with the column that it belongs to; a passage once for each of its concepts."""
    column = {concept: at for at, concept in enumerate((*concepts, NOTHING))}
    for line in material.lines:
        yield line.text, column[NOTHING if line.kind == "neither" else line.concept]
    for passage in teaching(material.passages):
        for concept in sorted(passage.there) or [NOTHING]:
            yield passage.text, column[concept]


def teaching(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Give the passages that teach words: in a long one, which words belong to which concept is not known."""
    yield from (one for one in passages if len(one.text.split()) <= LONGEST and len(one.there) <= MOST)


def read_manner(material: Material) -> tuple[dict[str, int], Numbers, float]:
    """Learn how use and rejection are spoken, of the concepts that can be rejected."""
    said: list[tuple[set[str], bool]] = []
    for concept, text, rejected, worth in _spoken(material):
        page = lay_out(text)
        if page.words:
            features = manners(page, 0, len(page.words)) | owned(concept, subjects(page.words, material.rules.silent))
            said += [(features, rejected)] * worth
    counted = [features for features, _ in said]
    wanted = np.array([rejected for _, rejected in said])
    numbers = number(counted)
    weights, _ = logistic(evened(_places(counted, numbers), len(numbers)), wanted, MANNER)
    names = [name for name, weight in zip(numbers, coarse(weights), strict=True) if weight]
    kept = {name: place for place, name in enumerate(names)}  # fitted again to what is kept: so it is counted in use
    weights, bias = logistic(evened(_places(counted, kept), len(kept)), wanted, MANNER)
    return kept, coarse(weights), bias


def _places(counted: Sequence[set[str]], numbers: Mapping[str, int]) -> list[list[int]]:
    """Give the places of the features of each text, those that have one."""
    return [sorted(numbers[feature] for feature in features if feature in numbers) for features in counted]


def _spoken(material: Material) -> Iterator[tuple[str, str, bool, int]]:
    """Give each text that uses or rejects a concept: the concept, the text, whether it rejects, what it counts for."""
    for line in material.lines:
        if line.kind in ("used", "rejected") and material.rules.wordings[line.concept].rejectable:
            yield line.concept, line.text, line.kind == "rejected", 1
    for passage in teaching(material.passages):
        for concept in sorted(passage.there):
            if material.rules.wordings[concept].rejectable:
                yield concept, passage.text, concept in passage.rejects, PASSAGE_WORTH


def kin(material: Material, concepts: tuple[str, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Say which concepts stand together in so many passages that one does not speak against the other."""
    column = {concept: at for at, concept in enumerate(concepts)}
    times = np.zeros((len(concepts), len(concepts) + 1))
    for passage in material.passages:
        for one, other in permutations(sorted(passage.there), 2):
            times[column[one], column[other]] += 1
    together: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = times >= max(2, KIN * len(material.passages))
    return together


def trust_names(material: Material) -> dict[str, float]:
    """Learn how far each name can be trusted to mean its concept, a rare one as far as its concept's other names.

    Counted where the rules do not say anyway that it is neither used nor rejected.
    """
    seen: dict[str, list[float]] = {}
    for passage in material.passages:  # lines are chosen to mislead
        page = lay_out(passage.text)
        for one in set(ruled_in(page, material.rules)):
            if one.one.named and one.verdict != "neither":
                for key in (one.one.concept, name_of(one.one, page)):
                    seen.setdefault(key, [0.0, 0.0])[one.one.concept in passage.there] += worth(passage)
    trust: dict[str, float] = {}
    for key, (absent, present) in sorted(seen.items(), key=lambda item: ":" in item[0]):
        usual = 1 / (1 + np.exp(-trust[key.partition(":")[0]])) if ":" in key else USUAL
        trust[key] = float(np.log((present + PRIOR * usual) / (absent + PRIOR * (1 - usual))))
    return trust


def worth(passage: Passage) -> float:
    """Say what a passage counts for where names are judged: most of those without a label were made to mislead."""
    return 1.0 if passage.there else MISLEADING


def ruled_in(page: Page, rules: Lexicon) -> list[Ruled]:
    """Say what the rules see in a page."""
    hits = rules.matcher.scan(page)
    return rule(page, hits, rules, candidates(page, hits, rules))


def attempt(passage: Passage, learned: Learned, rules: Lexicon) -> Tried:
    """Gather the evidence in a passage."""
    page = lay_out(passage.text)
    ruled = ruled_in(page, rules)
    blocks = list(hear(page, ruled, learned, rules.silent))
    heard = blocks[0] if blocks else Heard([], np.zeros((0, len(learned.concepts), KINDS)), np.zeros((0, 0), bool))
    return Tried(passage, page, ruled, heard)


def judge_found(tried: Sequence[Tried], kinds: Mapping[str, str]) -> tuple[Judge, ...]:
    """Fit a judge for each kind of concept, and a bias for each concept: nearly as many found as are there."""
    judges: dict[str, Judge] = {}
    for kind in sorted(set(kinds.values())):
        columns = [at for at, concept in enumerate(kinds) if kinds[concept] == kind]
        names = [concept for concept in kinds if kinds[concept] == kind]
        heard = [one for one in tried if one.heard.spans]
        there = np.array([[name in one.passage.there for name in names] for one in heard])
        evidence = [one.heard.kinds[:, columns] for one in heard]
        judge = Judge(np.eye(KINDS)[AHEAD] + np.eye(KINDS)[KINDS // 2 + AHEAD], 0.0)
        for _ in range(ROUNDS):
            best = np.concatenate([_best(judge, one) for one in evidence])
            judge = weigh_apart(best, there.ravel(), np.repeat([worth(one.passage) for one in heard], len(names)))
        judge = level(judge, np.concatenate([_best(judge, one) for one in evidence]), there.ravel())
        odds = np.array([judge(_best(judge, one)) for one in evidence])
        for at, name in enumerate(names):
            many = there[:, at].sum()
            own = even(odds[:, at], there[:, at], TOLD) if many else 0.0
            judges[name] = replace(judge, bias=-own * many / (many + OWN))
    return tuple(judges[concept] for concept in kinds)


def level(judge: Judge, evidence: Numbers, there: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Judge:
    """Set the bias of either half: as many told as are there where a name stands, nearly as many where none does."""
    weights, odds = judge.weights.copy(), judge(evidence)
    for start, told in ((0, TOLD), (KINDS // 2, 1.0)):
        mine = evidence[:, start] > 0
        if there[mine].any():
            weights[start] -= even(odds[mine], there[mine], told)
    return replace(judge, weights=weights)


def weigh_apart(evidence: Numbers, there: np.ndarray[tuple[int], np.dtype[np.bool_]], worths: Numbers) -> Judge:
    """Fit one judge to what is named and one to what is not; the first kind of evidence in each half is their bias."""
    weights = np.zeros(KINDS)
    for half in (slice(0, KINDS // 2), slice(KINDS // 2, KINDS)):
        mine = evidence[:, half.start] > 0
        if there[mine].any() and not there[mine].all():
            judge = weigh(evidence[mine, half][:, 1:], there[mine], worths[mine])
            weights[half] = [judge.bias, *judge.weights]
    return Judge(weights, 0.0)


def weigh(evidence: Numbers, there: np.ndarray[tuple[int], np.dtype[np.bool_]], worths: Numbers | float = 1.0) -> Judge:
    """Fit a judge to rows of evidence, each kind by its spread; what never varies weighs little."""
    spread = evidence.std(axis=0)
    scale = np.where(spread > 0, spread, np.maximum(abs(evidence).max(axis=0), 1.0))
    weights, bias = logistic(evidence / scale, there, worths)
    return Judge(weights / scale, bias)


def _best(judge: Judge, evidence: Numbers) -> Numbers:
    """Give for each concept the evidence of the stretch that shows it best."""
    chosen: Numbers = evidence[judge(evidence).argmax(axis=0), np.arange(evidence.shape[1])]
    return chosen


def even(odds: Numbers, there: np.ndarray[tuple[int], np.dtype[np.bool_]], told: float) -> float:
    """Give the log odds above which so many are found for each that is there; at 1, as many are false as missed.

    Examples
    --------
    >>> even(np.array([3.0, 1.0, 2.0, 0.0]), np.array([True, False, False, False]), 1.0)
    2.5
    """
    falling = np.sort(odds)[::-1]
    many = max(1, round(told * there.sum()))
    return float((falling[many - 1] + falling[min(many, len(falling) - 1)]) / 2)


def judge_rejected(folds: Sequence[tuple[Learned, list[Tried]]], material: Material) -> Judge:
    """Fit the judge of rejection to the concepts that the tried passages have."""
    evidence: list[Numbers] = []
    against: list[bool] = []
    for learned, tried in folds:
        for one in tried:
            for concept in sorted(one.passage.there):
                if material.rules.wordings[concept].rejectable and one.heard.spans:
                    evidence.append(_spoken_of(concept, one, learned, material.rules))
                    against.append(concept in one.passage.rejects)
    return weigh(np.array(evidence), np.array(against))


def _spoken_of(concept: str, one: Tried, learned: Learned, rules: Lexicon) -> Numbers:
    """Gather what speaks for the rejection of a concept where it is found, or else where it shows best."""
    odds = learned.found[learned.concepts.index(concept)](one.heard.kinds[:, learned.concepts.index(concept)])
    spans = apart(one.heard.spans, odds) or [one.heard.spans[int(odds.argmax())]]
    ruled = one.ruled
    if not any(other.one.concept == concept for span in spans for other in beginning(ruled, span)):
        missed = [unseen(concept, one.page, span, learned, rules.silent) for span in spans]
        every = [*(other.one for other in ruled), *missed]
        ruled = rule(one.page, rules.matcher.scan(one.page), rules, in_order(every))
    around = context(one.page, spans)
    return spoken(ruled, concept, around, speaks_against(concept, one.page, around, learned, rules.silent))
