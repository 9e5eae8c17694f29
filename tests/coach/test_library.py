"""Does the shipped library keep its own promises, and is a reference that does not refused in words?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from liveloop.base.errors import BadInput
from liveloop.coach.library import cards_of, load_library, search
from liveloop.coach.loop import load_skills
from liveloop.exam.load import find

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "library.md"
SHIPPED = load_library()
PASTED = re.compile(r"—|\bwe (propose|show|introduce|find|demonstrate)\b|in this paper", re.IGNORECASE)
WANTED = {
    "constitutional-ai", "constitutional-classifiers", "xstest", "activation-engineering", "rome", "memit",
    "towards-monosemanticity", "blessings-of-multiple-causes", "multi-cause-counterexamples", "comment-on-blessings",
    "cuped", "lin-regression-adjustment", "graph-cluster-randomisation", "causal-inference-with-interference",
    "switchback-experiments", "always-valid-inference", "sample-ratio-mismatch", "selective-labels",
    "learning-to-defer-in-content-moderation", "learning-to-defer-to-an-expert", "proper-scoring-rules",
    "calibration-of-modern-networks", "hidden-technical-debt", "ml-test-score", "concept-drift-review",
    "did-multiple-periods", "synthetic-control",
}  # fmt: skip


@pytest.fixture
def written(tmp_path: Path):
    """Write the guide's example, changed, as a library of its own; give its folder."""

    def write(old: str = "", new: str = "", name: str = "simpsons-paradox") -> Path:
        text = re.search(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[1]
        assert text.count(old) == 1 or not old
        folder = tmp_path / "library"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.toml").write_text(text.replace(old, new) if old else text, encoding="utf-8")
        return tmp_path

    return write


def test_what_was_asked_for_is_there():
    assert {reference.slug for reference in SHIPPED} >= WANTED


@pytest.mark.parametrize("reference", SHIPPED, ids=lambda reference: reference.slug)
def test_a_shipped_reference_is_whole(reference):
    assert 120 <= len(reference.summary.split()) <= 220
    assert reference.claim.count(". ") == 0 and reference.claim.endswith(".")
    assert 2 <= len(reference.takes) <= 4 and all(take.startswith("When asked") for take in reference.takes)
    assert 2 <= len(reference.cards) <= 4
    assert all(len(card.back.split()) <= 35 for card in reference.cards)
    assert str(reference.year) in reference.citation
    assert not PASTED.search(" ".join((reference.claim, reference.summary, *reference.takes)))


@pytest.mark.parametrize("reference", SHIPPED, ids=lambda reference: reference.slug)
def test_a_citation_names_what_the_fields_say(reference):
    assert reference.arxiv in reference.citation
    assert reference.title.lower() in reference.citation.lower()
    for author in reference.authors:
        assert author == "others" or author.split()[-1] in reference.citation


def test_both_marks_are_in_use_and_what_was_seen_was_seen_somewhere():
    figures = [figure for reference in SHIPPED for figure in reference.figures]
    seen = [figure for figure in figures if figure.seen]
    assert len(figures) > len(seen) > len(figures) / 2
    assert all(re.match(r"abstract|figure|list of what was done", figure.source) for figure in seen)


def test_cards_have_ids_of_their_own_and_known_skills():
    cards = cards_of(SHIPPED)
    assert len({card.id for card in cards}) == len(cards) >= 2 * len(SHIPPED)
    assert {card.skill for card in cards} <= load_skills().keys()


def test_drills_of_the_library_are_there():
    assert {slug for reference in SHIPPED for slug in reference.drills} <= {folder.name for folder in find()}


def test_the_guides_example_is_a_reference(written):
    (reference,) = load_library(written())
    assert reference.slug == "simpsons-paradox"
    assert reference.cited_as == "Bickel et al. (1975)"
    assert [figure.seen for figure in reference.figures] == [False]
    assert cards_of([reference])[0].skill == "product.diagnosis"


@pytest.mark.parametrize(
    ("old", "new", "wrong", "allowed"),
    [
        (
            'skill = "product.diagnosis"',
            'skill = "product.diagnose"',
            "unknown skill 'product.diagnose'",
            "stats.cuped",
        ),
        ('["causal.confounding"', '["causal.confusing"', "unknown skill 'causal.confusing'", "causal.did"),
        ('"flag-rate-by-topic"', '"flag-rate"', "unknown drill 'flag-rate'", "flag-rate-by-topic"),
        ("year = 1975", 'year = 1975\ncases = ["no-such"]', "unknown case 'no-such'", "."),
        ("year = 1975", "year = 19750", "year is 19750", "1900 to 2100"),
        ("year = 1975", "", "reference without year", "venue"),
        ("year = 1975", "year = 1975\ncolour = 1", "unknown field 'colour'", "citation"),
        ("year = 1975", 'year = 1975\narxiv = "https://arxiv.org/abs/1"', "arxiv is 'https", "without an address"),
        ("year = 1975", 'year = 1975\ndoi = "doi:10.1/x"', "doi is 'doi", "without an address"),
        ("ref_5e1f000001", "5e1f000001", "id is '5e1f000001'", "ref_ and ten"),
        ("crd_5e1f000001", "crd_1", "card.id is 'crd_1'", "crd_ and ten"),
        ("seen = false", 'seen = "no"', "figure.seen is 'no'", "true when read in the source"),
        ("seen = false", "", "a figure without seen", "true when read in the source"),
        ("seen = false", "seen = false\npage = 3", "unknown field 'page'", "says, number, source, seen"),
        ('source = "text"', 'source = " "', "figure: source is empty", "some text"),
        ('front = "Every slice improved and the total fell. How?"\n', "", "card without front", "back"),
        ('"J. W. O\'Connell"]', '""]', "authors is", "none of them empty"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_is_allowed(written, old, new, wrong, allowed):
    with pytest.raises(BadInput) as refusal:
        load_library(written(old, new))
    assert wrong in refusal.value.wrong
    assert allowed in refusal.value.allowed or allowed in str(refusal.value)
    assert "simpsons-paradox.toml" in refusal.value.where


@pytest.mark.parametrize("kept", ["ref_5e1f000001", "crd_5e1f000001"])
def test_an_id_belongs_to_one_reference(written, kept):
    written()
    other = "crd_5e1f000001" if kept.startswith("ref") else "ref_5e1f000001"
    with pytest.raises(BadInput, match=f"'{kept}' is used already by another-one"):
        load_library(written(other, other[:-1] + "2", name="another-one"))


def test_a_reference_of_ones_own_cannot_take_a_shipped_slug(written):
    folder = written(name="cuped")
    with pytest.raises(BadInput, match="'cuped' is used already"):
        load_library(Path(GUIDE.parents[2] / "content"), folder)


def test_a_broken_file_is_told_and_the_others_are_there(written):
    written()
    folder = written("year = 1975", "year = ", name="torn")
    told = []
    assert [one.slug for one in load_library(folder, tell=told.append)] == ["simpsons-paradox"]
    assert "not valid TOML" in told[0].wrong and "torn.toml" in told[0].where


def test_a_case_beside_the_library_may_be_named(written, tmp_path):
    (tmp_path / "cases" / "mine").mkdir(parents=True)
    (tmp_path / "cases" / "mine" / "case.toml").write_text('title = "Mine"')
    (reference,) = load_library(written("year = 1975", 'year = 1975\ncases = ["mine"]'))
    assert reference.cases == ("mine",)


def test_search_wants_every_word_and_the_skill():
    assert {one.slug for one in search(SHIPPED, words="STEERING vectors")} >= {"reliability-of-steering-vectors"}
    assert search(SHIPPED, words="steering nosuchword") == ()
    assert "cuped" in {one.slug for one in search(SHIPPED, skill="stats.power")}
    assert "multi-cause-counterexamples" not in {one.slug for one in search(SHIPPED, skill="stats.power")}
    assert search(SHIPPED) == SHIPPED
