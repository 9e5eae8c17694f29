"""Is what the finder learned of the examples as they stand, and does learning do what it says?"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from liveloop.base.errors import BadInput
from liveloop.coach.content import shipped_content
from liveloop.exam.prose import find, load_concepts
from liveloop.exam.prose.learn.examples import NOTHING, Line, Passage, digest, read_lines, read_passages
from liveloop.exam.prose.learn.fit import FLOOR, logistic, loudness, softmax
from liveloop.exam.prose.learn.train import Material, hold, learn
from liveloop.exam.prose.learned import load, save, shipped
from liveloop.exam.prose.lexicon import shipped_lexicon

KINDS = {concept.id: concept.kind for concept in load_concepts(shipped_content() / "concepts.toml")}


def test_the_weights_are_of_the_examples_as_they_stand():
    assert shipped().digest == digest(), "run python -m liveloop.exam.prose.learn content/concepts.toml"
    assert shipped().concepts == tuple(KINDS)


def test_every_concept_has_examples_of_use_and_of_rejection():
    lines = read_lines(KINDS)
    for concept, kind in KINDS.items():
        kinds = [line.kind for line in lines if line.concept == concept]
        assert kinds.count("used") >= 100, concept
        assert kinds.count("neither") >= 20, concept
        assert kind == "move" or kinds.count("rejected") >= 40, concept
    assert sum(line.concept == NOTHING for line in lines) >= 500
    assert len({one.file for one in read_passages(KINDS)}) >= 30


def test_weights_survive_their_file(tmp_path):
    save(shipped(), tmp_path / "again.npz")
    again = load(tmp_path / "again.npz")
    assert (abs(again.sounds - shipped().sounds)).max() < 1e-6 and (again.kin == shipped().kin).all()
    text = "I would not use a t-test here. I would cluster the standard errors by account."
    assert find(text, learned=again) == find(text)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("lines/no-such.toml", 'used = ["two words"]', "lines of 'no-such'"),
        ("lines/did.toml", 'used = ["word"]', "used has 'word'"),
        ("lines/did.toml", 'sung = ["two words"]', "sung"),
        ("passages/a.toml", '[[passage]]\ntext = "x"\nuses = ["no-such"]', "no-such"),
        ("passages/a.toml", '[[passage]]\ntext = "x"\nuses = ["did"]\nrejects = ["did"]', "did"),
    ],
)
def test_a_wrong_example_is_refused_where_it_stands(tmp_path, name, text, words):
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(BadInput, match=words) as refused:
        read_lines(KINDS, tmp_path), read_passages(KINDS, tmp_path / "passages")
    assert refused.value.where.startswith(str(path))


def test_a_word_is_as_loud_as_it_is_telling():
    counted = csr_matrix(np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 1, 1]] * 20, float))
    loud = loudness(counted, np.array([0, 0, 1, 1] * 20), ["mine", "everyone's", "the other's"], 2)
    assert loud[0, 0] > 0 > loud[0, 1] == FLOOR
    assert loud[2, 1] > 0 > loud[2, 0]
    assert abs(loud[1, 0]) < loud[0, 0]


def test_regressions_find_the_weights_that_made_the_data():
    dice = np.random.default_rng(1)
    features = dice.normal(size=(20_000, 3))
    truth = np.array([1.5, -0.5, 0.0])
    wanted = dice.random(20_000) < 1 / (1 + np.exp(-(features @ truth + 0.7)))
    weights, bias = logistic(features, wanted, 10.0)
    assert np.abs(weights - truth).max() < 0.08 and abs(bias - 0.7) < 0.08
    both, biases = softmax(csr_matrix(features), wanted.astype(int), 2, 10.0, 200)
    assert np.abs((both[:, 1] - both[:, 0]) - truth).max() < 0.08
    assert abs(biases[1] - biases[0] - 0.7) < 0.08


def test_what_is_learned_is_tried_on_authors_that_did_not_teach_it():
    concepts = {"cuped": "technique", "bootstrap": "technique", "novelty": "trade-off", "next-step": "move"}
    say = {"cuped": "the earlier spend as a covariate", "bootstrap": "resample the users with replacement"}
    say |= {"novelty": "curious clicks fade and regulars stay", "next-step": "on Monday Ana reruns it"}
    passages = [
        Passage(f"{who} took {words}{why}", *((), (one,)) if no else ((one,), ()), file=who)
        for who in ("Ana", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal")
        for one, words in say.items()
        for no, why in ((False, " and kept it."), (one != "next-step", ", but that was a mistake, so no."))
    ]
    lines = [Line(one, "used", f"{words}, please") for one, words in say.items()] * 3
    lines += [Line(NOTHING, "neither", "the coffee was cold again")] * 3
    learned, counts = learn(Material(concepts, lines, passages, shipped_lexicon(), "x"), [])
    assert learned.digest == "x"
    hits = sum(n for (_, what), n in counts.items() if what == "hit")
    assert hits > 0.8 * sum(counts.values())
    texts = [passage.text for passage in passages if passage.uses == ("cuped",)]
    told = [{(one.concept, one.stance) for one in find(text, learned=learned)} for text in texts]
    assert sum(("cuped", "used") in each for each in told) >= 0.8 * len(texts)


def test_pairs_are_held_against_labels():
    passage = Passage("x", ("did",), ("iv",))
    told = {("did", "used"), ("iv", "used")}
    assert sorted(hold(told, passage, KINDS)) == [("technique", "false"), ("technique", "hit"), ("technique", "missed")]
