"""Is found what is there, shown where it is, and does help fade with what was found?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from liveloop.base.errors import BadInput
from liveloop.coach.journal import WritingMark
from liveloop.coach.writing import aids_for, examine, load_cases, load_narrative_rubric, push, score_of, scorer
from liveloop.coach.writing.body import Body, Exchange, Subject, write
from liveloop.coach.writing.marks import give
from liveloop.coach.writing.narrative import NarrativeLooked
from liveloop.coach.writing.scaffold import sections_for
from liveloop.coach.writing.shelf import read_shelf
from liveloop.rubric import Looked

SPLIT = "I would break the rate down by country."
CLUSTER = "I would cluster the standard errors by user."


@pytest.fixture
def case(own):
    return load_cases(own.folder)["fewer-alarms"]


def test_evidence_is_found_in_its_section_and_cut_out_of_the_text(case):
    passages = {"Look": f"🙂 {SPLIT} I would not run a t-test.", "Say": f"Nothing. {CLUSTER}"}
    examined = examine(passages, case.criteria)
    assert examined.found == {"split", "units"} and examined.share == pytest.approx(0.9)
    for name, text in passages.items():
        pieces = examined.pieces(name, text)
        assert "".join(piece.text for piece in pieces) == text
        assert any(piece.criteria for piece in pieces)
    for name, key, sentence in (("Look", "split", SPLIT), ("Say", "units", CLUSTER)):
        marked = [piece.text for piece in examined.pieces(name, passages[name]) if key in piece.criteria]
        assert marked and all(text in sentence for text in marked)
    assert {span.section for span in examined.criteria[1].spans} == {"Look", "Say"}


def test_nothing_is_found_in_nothing(case):
    assert examine({}, case.criteria).found == frozenset()
    assert examine({"Page": ""}, case.criteria).pieces("Page", "") == ()


def test_a_narrative_is_looked_through_section_by_section():
    there = NarrativeLooked("split", "", "", 1.0, ("slice-analysis",), section="Root cause")
    assert examine({"Root cause": SPLIT}, [there]).found == {"split"}
    assert examine({"Context": SPLIT, "Root cause": "It broke."}, [there]).found == frozenset()


def test_help_fades_with_other_cases_and_not_with_the_same_one(case, clock):
    other = replace(case, id="cas_00000000ab", slug="other")
    elsewhere = replace(case, id="cas_00000000ac", slug="elsewhere", frame="circles")
    cases = (case, other, elsewhere)

    def wrote(one, text):
        return write(Subject("case", one.id, one.title), Body({"Page": text}), at=clock())

    well = wrote(case, f"{SPLIT} {CLUSTER}")
    assert aids_for("own-frame", cases, []) == 2
    assert aids_for("own-frame", cases, [wrote(case, CLUSTER)]) == 2  # .3 of the weight
    assert aids_for("own-frame", cases, [well, wrote(case, f"{SPLIT} {CLUSTER}")]) == 1
    assert aids_for("own-frame", cases, [well, wrote(elsewhere, SPLIT)]) == 1
    assert aids_for("own-frame", cases, [well, wrote(other, SPLIT)]) == 0
    reply = Body(replies=(Exchange("And?", f"{SPLIT} {CLUSTER}"),), about="wri_1")
    assert aids_for("own-frame", cases, [write(Subject("case", case.id, ""), reply, at=clock())]) == 2


def test_sections_follow_the_aids(own):
    frame = read_shelf(own.folder).frames["own-frame"]
    assert sections_for(frame, 2) == sections_for(frame, 1) == ("Look", "Say") and sections_for(frame, 0) == ("Page",)
    with pytest.raises(BadInput, match="aids is 3"):
        sections_for(frame, 3)


def test_what_is_missing_is_pushed_on_first(case):
    assert [one.when for one in push(case.pushbacks, {"split"})] == ["units", "any"]
    assert [one.when for one in push(case.pushbacks, {"split", "units"})] == ["any"]
    assert [one.when for one in push(case.pushbacks, {"units"}, least=2)] == ["any", "units"]


class TestMarks:
    RUBRIC = (Looked("a", "", "", 2.0), Looked("b", "", "", 1.0), Looked("c", "", "", 1.0))

    @pytest.fixture
    def writing(self, clock):
        return write(Subject("case", "cas_00000000aa", "T"), Body({"Page": "x"}), at=clock())

    def test_a_peer_counts_before_oneself_and_a_model_never(self, writing, clock):
        own = give(writing, self.RUBRIC, {"a": 1.0, "b": 1.0, "c": 0.25}, by="self", who="me", at=clock())
        assert score_of(writing, self.RUBRIC, own) == 0.75
        peer = give(writing, self.RUBRIC, {"a": 0.25, "b": 0.5}, by="peer", who=" Ada  L. ", at=clock())
        assert {mark.who for mark in own} == {""} and {mark.who for mark in peer} == {"Ada L."}
        assert score_of(writing, self.RUBRIC, [*peer, *own]) == pytest.approx(1 / 3)
        model = [WritingMark(writing.id, "a", "model", "m", 1.0, "x", clock())]
        assert score_of(writing, self.RUBRIC, model) is None
        again = give(writing, self.RUBRIC, {"a": 0.5}, by="peer", who="Bo", at=clock())
        assert score_of(writing, self.RUBRIC, [*own, *peer, *again]) == 1.0

    def test_too_little_marked_is_unknown_and_not_nought(self, writing, clock):
        few = give(writing, self.RUBRIC, {"b": 1.0}, by="self", who="", at=clock())
        assert score_of(writing, self.RUBRIC, few) is None and score_of(writing, self.RUBRIC, []) is None
        elsewhere = [WritingMark("wri_other", "a", "self", "", 1.0, "", clock())]
        assert score_of(writing, self.RUBRIC, elsewhere) is None

    def test_marks_off_the_scale_are_refused(self, writing, clock):
        for given, by, who, wrong in (
            ({"z": 1.0}, "self", "", "no criterion 'z'"),
            ({"a": 0.3}, "self", "", "mark of a is 0.3"),
            ({"a": 1.0}, "peer", " ", "without a name"),
        ):
            with pytest.raises(BadInput, match=wrong):
                give(writing, self.RUBRIC, given, by=by, who=who, at=clock())

    def test_the_journal_is_scored_in_one_reading(self, own, journal, clock):
        shelf = read_shelf(own.folder)
        case = shelf.cases["fewer-alarms"]
        writing = write(Subject("case", case.id, "T"), Body({"Page": "x"}), at=clock())
        lost = write(Subject("case", "cas_0000000000", "T"), Body({"Page": "x"}), at=clock())
        journal.write_writing(writing)
        journal.write_writing(lost)
        journal.write_writing_marks(give(writing, case.criteria, {"split": 0.75}, by="self", who="", at=clock()))
        score = scorer(journal, shelf.criteria_of)
        assert score(writing) == 1.0 and score(lost) is None


def test_narratives_are_held_to_their_own_rubric(clock):
    shelf = read_shelf()
    told = write(Subject("narrative", "nar_0000000000", "T"), Body({"Context": "x"}), at=clock())
    assert shelf.criteria_of(told) == load_narrative_rubric().criteria
