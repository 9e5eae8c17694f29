"""Is what a text uses told from what it rejects, is it found where it stands, and does that hold for other authors?"""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path

import pytest

from liveloop.base.errors import BadInput
from liveloop.coach.content import shipped_content
from liveloop.exam.prose import Looked, check_criteria, find, load_concepts, look

ROOT = Path(__file__).parents[3]
CONCEPTS = load_concepts(shipped_content() / "concepts.toml")


def stances(text: str) -> dict[str, str]:
    return {mention.concept: mention.stance for mention in find(text)}


@pytest.mark.parametrize(
    ("text", "concept", "stance"),
    [
        ("I would not use a t-test here.", "t-test", "rejected"),
        ("A t-test on the raw means is the first thing I would run.", "t-test", "used"),
        ("Rather than a t-test I would cluster the standard errors by account.", "clustered-errors", "used"),
        ("Rather than a t-test I would cluster the standard errors by account.", "t-test", "rejected"),
        ("I would not skip the A/A test.", "aa-test", "used"),
        ("We bootstrap users, not sessions.", "bootstrap", "used"),
        ("First I would check the sample ratio, then read the results.", "srm-check", "used"),
    ],
)
def test_use_is_told_from_rejection(text, concept, stance):
    assert stances(text).get(concept) == stance


@pytest.mark.parametrize(
    "text", ["We trained it on a cluster of GPUs.", "The shadow of the outage hung over the team.", "", "   \n\n"]
)
def test_other_senses_of_the_words_are_left_alone(text):
    assert {"clustered-errors", "shadow-mode"} & set(stances(text)) == set()


def test_mentions_stand_where_they_are_said():
    text = "Naïve users – 40 % of them. I would run an A/A test, and cluster the errors by account."
    mentions = find(text)
    assert [mention.start for mention in mentions] == sorted(mention.start for mention in mentions)
    assert all(0 <= mention.start < mention.end <= len(text) for mention in mentions)
    there = {mention.concept: text[mention.start : mention.end] for mention in mentions}
    assert "A/A" in there["aa-test"] and "cluster" in there["clustered-errors"]


def test_a_criterion_is_found_by_its_evidence_alone():
    units = Looked("units", "", "", 1.0, ("clustered-errors", "not:t-test"), needs=2)
    assert look("Not a t-test: I would cluster the errors by user.", [units])[0].found
    assert not look("A t-test with clustered errors.", [units])[0].found
    with pytest.raises(BadInput, match="unknown evidence"):
        check_criteria([Looked("x", "", "", 1.0, ("no-such",))])
    with pytest.raises(BadInput, match="needs 3 of 1"):
        check_criteria([Looked("x", "", "", 1.0, ("t-test",), needs=3)])


@pytest.mark.parametrize("text", ["not " * 50_000, "a " * 100_000, "(" * 200_000, "t-test " * 25_000])
def test_a_hostile_text_takes_bounded_time(text):
    find("warm")
    began = time.process_time()
    find(text)
    assert time.process_time() - began < 20  # some two seconds on an idle core; a catastrophe takes minutes


def test_it_finds_as_much_as_it_did():
    spec = importlib.util.spec_from_file_location("prose_bench", ROOT / "bench" / "prose.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    kinds = {concept.id: concept.kind for concept in CONCEPTS}
    passages = bench.read_passages(kinds, bench.PASSAGES)
    assert {one.file.partition("-")[0] for one in passages} == {name for name, _ in bench.SETS}
    counts = bench.measure(passages, kinds)[0]
    floors = {"technique": (0.82, 0.82), "trade-off": (0.8, 0.78), "move": (0.7, 0.45)}
    for kind, (precision, recall) in floors.items():
        hit, false, missed = (counts[kind, what] for what in ("hit", "false", "missed"))
        assert hit / (hit + false) >= precision, kind
        assert hit / (hit + missed) >= recall, kind
        assert hit + missed >= 150
