"""Is content read as written, and refused with words where it is out of form?"""

from __future__ import annotations

import pytest

from liveloop.base.errors import BadInput
from liveloop.coach.content import shipped_content
from liveloop.coach.writing import load_cases, load_frames, load_narrative_rubric, load_prompts, read_shelf
from liveloop.coach.writing.narrative import SECTIONS


def test_what_ships_is_whole():
    shelf = read_shelf()
    assert len(shelf.cases) >= 8 and len(shelf.prompts) >= 12
    assert {case.sort for case in shelf.cases.values()} == {"product", "platform", "design"}
    assert {case.frame for case in shelf.cases.values()} == set(shelf.frames)
    folders = {path.parent.name for path in shipped_content().glob("cases/*/case.toml")}
    assert folders == set(shelf.cases)
    for case in shelf.cases.values():
        assert len(case.reveals) >= 3 and len(case.pushbacks) >= 3 and len(case.samples) >= 3, case.slug
        assert sum(one.weight for one in case.criteria) == pytest.approx(1), case.slug
        assert any(sample.file.startswith("liar--") for sample in case.samples), case.slug
    for prompt in shelf.prompts.values():
        assert sum(one.weight for one in prompt.criteria) == pytest.approx(1), prompt.slug


def test_narratives_have_criteria_and_pushbacks_in_every_section():
    rubric = load_narrative_rubric()
    assert {one.section for one in rubric.criteria} == set(SECTIONS)
    assert {one.section for one in rubric.pushbacks} == set(SECTIONS)
    assert sum(one.weight for one in rubric.criteria) == pytest.approx(1)


def test_ones_own_comes_beside_what_ships(own):
    cases = load_cases(own.folder)
    case = cases["fewer-alarms"]
    assert case.title == "Fewer alarms" and case.criteria[1].needs == 1 and case.samples[0].text.startswith("I would")
    assert len(cases) == len(load_cases()) + 1
    assert load_frames(own.folder)["own-frame"].steps[1].title == "Say"
    assert load_prompts(own.folder)["own-mistake"].pushbacks[0].says == "And then?"


CASE = "cases/fewer-alarms/case.toml"
RUBRIC = "cases/fewer-alarms/rubric.toml"


@pytest.mark.parametrize(
    ("file", "before", "after", "wrong", "allowed"),
    [
        (CASE, "stats.clustering", "stats.clusters", "unknown skill 'stats.clusters'", "stats.clustering"),
        (CASE, "own-frame", "pentagons", "unknown frame 'pentagons'", "circles"),
        (CASE, "week = 5", "week = 7", "week is 7", "1 to 6"),
        (CASE, "minutes = 20", "minute = 20", "unknown field 'minute'", "minutes"),
        (CASE, "difficulty = 2", "", "case without difficulty", "difficulty"),
        (CASE, 'sort = "platform"', 'sort = "riddle"', "case.sort is 'riddle'", "design"),
        (CASE, "cas_00000000aa", "cas_1", "id is 'cas_1'", "ten hexadecimal"),
        (RUBRIC, "slice-analysis", "slicing", "unknown concept 'slicing'", "slice-analysis"),
        (RUBRIC, "not:t-test", "not:tea", "unknown concept 'not:tea'", "each may begin with not:"),
        (RUBRIC, "weight = 0.3", "weight = 0.0", "weight is 0.0", "above 0"),
        (RUBRIC, "weight = 0.3", "weight = nan", "weight is nan", "above 0"),
        (RUBRIC, "weight = 0.3", "needs = 3\nweight = 0.3", "needs is 3", "1 to 2"),
        (RUBRIC, 'id = "units"', 'id = "split"', "criterion 'split' stands twice", "once"),
        (RUBRIC, 'good = "Calm."', "", "criterion without good", "good"),
        ("cases/fewer-alarms/pushbacks.toml", '"units"', '"unit"', "unknown when 'unit'", "any, split, units"),
        ("cases/fewer-alarms/reveals.toml", '"threshold"', '"?!"', "nobody asks", "a word"),
        ("cases/fewer-alarms/samples.toml", "missing = []", 'missing = ["split"]', "stands twice", "once"),
        ("cases/fewer-alarms/samples.toml", "strong.md", "../prompt.md", "file is", "in samples"),
        ("cases/fewer-alarms/samples.toml", "strong.md", "gone.md", "cannot be read", "readable"),
        ("frames/own-frame.toml", 'id = "own-frame"', 'id = "other"', "id is 'other'", "own-frame"),
        ("frames/own-frame.toml", 'title = "Say"', 'title = "Look"', "stands twice", "once"),
        ("frames/own-frame.toml", "minutes = 5", "minutes = 0", "minutes is 0", "1 to 180"),
        ("prompts/own-mistake.toml", "behaviour.ownership", "behaviour.owning", "unknown skill", "behaviour.ownership"),
        ("prompts/own-mistake.toml", "own-mistake", "own-mistakes", "unknown concept", "own-mistake"),
        ("prompts/own-mistake.toml", "minutes = 5", "minutes = 5\nhours = 1", "unknown field 'hours'", "minutes"),
    ],
)
def test_what_is_out_of_form_is_refused(own, file, before, after, wrong, allowed):
    own.change(file, before, after)
    with pytest.raises(BadInput) as refusal:
        read_shelf(own.folder)
    assert wrong in refusal.value.wrong and allowed in refusal.value.allowed
    assert file.split("/")[-2] in refusal.value.where


def test_what_is_told_is_left_out_and_the_rest_is_there(own):
    own.change(CASE, "stats.clustering", "stats.clusters")
    told = []
    shelf = read_shelf(own.folder, tell=told.append)
    assert "fewer-alarms" not in shelf.cases and "own-mistake" in shelf.prompts
    assert [refusal.wrong for refusal in told] == ["unknown skill 'stats.clusters'"]


def test_a_slug_or_an_id_that_is_taken_is_refused(own):
    other = load_cases()["warnings-nobody-reads"]
    own.change(CASE, "cas_00000000aa", other.id)
    with pytest.raises(BadInput, match="used already by warnings-nobody-reads"):
        load_cases(own.folder)


def test_a_criterion_of_a_narrative_wants_its_section(own):
    own.write("narrative/rubric.toml", '[[criterion]]\nid = "mine"\ntext = "x"\ngood = "y"\nweight = 1.0\n')
    with pytest.raises(BadInput) as refusal:
        load_narrative_rubric(own.folder)
    assert "without section" in refusal.value.wrong and "Long-term impact" in refusal.value.allowed
    own.change("narrative/rubric.toml", "weight", 'section = "Ending"\nweight')
    with pytest.raises(BadInput, match="Ending"):
        load_narrative_rubric(own.folder)
    own.change("narrative/rubric.toml", "Ending", "Issue")
    assert load_narrative_rubric(own.folder).criteria[-1].section == "Issue"
    assert len(load_narrative_rubric(own.folder).pushbacks) == len(load_narrative_rubric().pushbacks)
