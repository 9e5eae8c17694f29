"""Are twins across a split found, and are texts that are only of one kind no twins?"""

import csv
import random
from pathlib import Path

import pytest

from liveloop.features.twins import shared_groups, twins, words_of

PUBLIC = Path(__file__).parents[3] / "shared" / "data"


def sentence(dice):
    return " ".join(f"word{dice.randrange(300)}" for _ in range(6))


def test_one_changed_word_is_a_twin_and_another_text_is_none():
    dice = random.Random(1)
    train = [sentence(dice) for _ in range(400)]
    changed = []
    for text in train[:100]:
        words = text.split()
        words[dice.randrange(6)] = "nothing"
        changed.append(" ".join(words).upper())
    found = twins(train, changed)
    assert sum(twin.train == twin.test for twin in found) >= 95
    others = twins(train, [sentence(dice) for _ in range(400)])
    assert len(others) <= 4


def test_short_texts_are_twins_when_they_are_equal():
    found = twins(["ok", "thank you", "no thank you"], ["OK", "thank me", "no", "no, thank you"])
    assert [(twin.test, twin.train) for twin in found] == [(0, 0), (3, 2)]
    assert twins([], ["a"]) == [] == twins(["a"], [])


def test_copies_of_the_commonest_text_are_twins():
    often = "we are sorry for the delay"
    found = twins(
        [f"text number {place}" for place in range(50)] + [often] * 300,
        [often] * 100 + ["we are so sorry for the delay"],
    )
    assert [(twin.train, twin.alike) for twin in found[:100]] == [(50, 1.0)] * 100
    assert [(twin.test, twin.train) for twin in found[100:]] == [(100, 50)]


def test_texts_without_a_word_have_no_twins():
    assert twins(["", " ", "\ufe0f", "a word"], ["", "\t", "\u200d"]) == []


def test_words_are_what_is_read():
    assert words_of("We're  £££ ‍👩🏽‍🦱!") == ["we", "'", "re", "£", "👩", "🦱", "!"]


def test_groups_on_both_sides():
    made = shared_groups([1, 2, 3, None], [3, 3, 4, None, 1])
    assert (made.groups, made.rows, made.of, made.examples) == (2, 3, 5, (3, 1))


@pytest.mark.skipif(not (PUBLIC / "hatemoji").is_dir(), reason="no public data beside the checkout")
def test_matched_pairs_that_people_wrote_are_found():
    rows = []
    for part in ("train", "test"):
        with (PUBLIC / "hatemoji" / f"build_{part}.csv").open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    random.Random(1).shuffle(rows)
    train, test = rows[1000:], rows[:1000]
    place = {row["entry_id"]: number for number, row in enumerate(train)}
    matched = {number for number, row in enumerate(test) if row["matched_id"] in place}
    found = {twin.test for twin in twins([row["text"] for row in train], [row["text"] for row in test])}
    assert len(found & matched) / len(matched) > 0.9


@pytest.mark.skipif(not (PUBLIC / "edos").is_dir(), reason="no public data beside the checkout")
def test_texts_that_people_wrote_apart_are_hardly_ever_twins():
    with (PUBLIC / "edos" / "edos_labelled_aggregated.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    random.Random(1).shuffle(texts)
    assert len(twins(texts[1000:], texts[:1000])) / 1000 < 0.02
