"""Is what is written kept while it is written, and handed in whole with what was asked?"""

from __future__ import annotations

import json
import threading

import pytest

from liveloop.base.errors import BadInput, TooLong
from liveloop.coach.writing import Exchange, load_cases, load_prompts, take_apart
from liveloop.coach.writing.body import PAGE, Body, Subject, is_reply, join, versions, write
from liveloop.coach.writing.draft import Begun, ask, hand_in, read_begun, save_begun, subject_of

KNOWN = (PAGE, "Look", "Say")


@pytest.fixture
def case(own):
    return load_cases(own.folder)["fewer-alarms"]


def test_a_page_is_kept_as_it_stands(journal, case, clock):
    begun = Begun({"Look": "So many.", "Say": ""}, aids=1, seconds=61.5)
    save_begun(journal, subject_of(case), begun, known=KNOWN, at=clock())
    kept = read_begun(journal, subject_of(case))
    assert (kept.sections, kept.aids, kept.seconds) == (begun.sections, 1, 61.5) and kept.saved_at == clock.at
    assert not kept.empty and Begun({"Look": " "}).empty


def test_what_was_asked_stays_with_the_page(journal, case, clock):
    ask(journal, case, "where?", aids=1, at=clock())
    save_begun(journal, subject_of(case), Begun({PAGE: "So."}, aids=0), known=KNOWN, at=clock())
    ask(journal, case, "Was there an experiment?", aids=2, at=clock())
    ask(journal, case, "where?", aids=2, at=clock())
    kept = read_begun(journal, subject_of(case))
    assert [one.says for one in kept.asked] == ["Was there an experiment?", "where?"]
    assert kept.sections == {PAGE: "So."} and kept.aids == 0


def test_asking_and_saving_at_once_lose_nothing(journal, case, clock):
    def asks():
        for place in range(15):
            ask(journal, case, f"where, number {place}?", aids=2, at=clock.at)

    asking = threading.Thread(target=asks)
    asking.start()
    for place in range(15):
        save_begun(journal, subject_of(case), Begun({PAGE: f"text {place}"}), known=KNOWN, at=clock.at)
    asking.join()
    kept = read_begun(journal, subject_of(case))
    assert len(kept.asked) == 15 and kept.sections[PAGE] == "text 14"


def test_it_is_handed_in_whole(journal, case, clock):
    ask(journal, case, "where?", aids=2, at=clock())
    begun = Begun({"Look": "So many.", "Say": " "}, aids=2, seconds=600)
    writing = hand_in(journal, case, begun, known=KNOWN, at=clock())
    assert journal.writing(writing.id) == writing and read_begun(journal, subject_of(case)) is None
    assert (writing.sort, writing.subject_id, writing.seconds, writing.scaffold) == ("case", case.id, 600, 2)
    body = take_apart(writing)
    assert body.sections == {"Look": "So many."} and body.asked == (Exchange("where?", "Most come from Brazil."),)
    assert list(json.loads(writing.body)) == ["Look", "Asked: where?"]
    assert "where?" in body.text and "Brazil" not in body.text  # what was told is not what the person wrote


def test_nothing_and_what_cannot_be_kept_are_refused_and_the_page_stays(journal, case, clock):
    with pytest.raises(BadInput, match="nothing is written yet"):
        hand_in(journal, case, Begun({PAGE: "  "}), known=KNOWN, at=clock())
    assert journal.writings() == [] and read_begun(journal, subject_of(case)) is not None
    for begun, wrong in (
        (Begun({"Ending": "x"}), "there is no section 'Ending'"),
        (Begun({PAGE: "a\0b"}), "NUL"),
        (Begun({PAGE: "x"}, aids=3), "aids is 3"),
        (Begun({PAGE: "x"}, seconds=-1), "seconds is -1"),
    ):
        with pytest.raises(BadInput, match=wrong):
            save_begun(journal, subject_of(case), begun, known=KNOWN, at=clock())
    with pytest.raises(TooLong):
        save_begun(journal, subject_of(case), Begun({PAGE: "x" * 300_000}), known=KNOWN, at=clock())


def test_a_prompt_is_one_page_without_aids(journal, own, clock):
    prompt = load_prompts(own.folder)["own-mistake"]
    writing = hand_in(journal, prompt, Begun({PAGE: "I broke it."}, aids=2), known=(PAGE,), at=clock())
    assert (writing.sort, writing.scaffold, take_apart(writing).text) == ("prompt", 0, "I broke it.")


def test_a_reply_to_a_pushback_is_no_version(clock):
    subject = Subject("case", "cas_00000000aa", "Fewer alarms")
    first = write(subject, Body({PAGE: "x"}), at=clock())
    reply = write(subject, Body(replies=(Exchange("And on Monday?", "Ada."),), about=first.id), at=clock())
    assert is_reply(reply) and not is_reply(first) and versions([reply, first]) == [first]
    assert take_apart(reply).replies == (Exchange("And on Monday?", "Ada."),)


def test_a_body_survives_being_joined_and_taken_apart(clock):
    from liveloop.coach.writing import Lap

    body = Body({"Context": "é\n\n2"}, (Exchange("a: b?", "c"),), (Exchange("Why?", ""),), (Lap("Root cause", 12, 45),))
    assert take_apart(write(Subject("narrative", "nar_1", "T"), body, at=clock())) == body
    assert "\\u" not in join(body)
