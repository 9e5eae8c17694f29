"""Does the interviewer tell what is asked for, in any words of it, and nothing else?"""

from __future__ import annotations

import pytest

from liveloop.base.errors import BadInput, TooLong
from liveloop.coach.writing import load_cases, reveal
from liveloop.coach.writing.reveal import LEFT_TO_YOU


@pytest.fixture
def case(own):
    return load_cases(own.folder)["fewer-alarms"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("What exactly is an alarm?", "three bad hours"),
        ("how do you DEFINE alarms?", "three bad hours"),
        ("Which tresholds are set?", "three bad hours"),
        ("Is it the same in all countries?", "Brazil"),
        ("Did anybody run experiments?", "none"),
        ("Is there an A/B test?", "none"),
    ],
)
def test_it_is_told_in_any_words(case, asked, says):
    told = reveal(case, asked)
    assert told.known and says in told.says


@pytest.mark.parametrize("asked", ["Who is the director?", "What shall we have for lunch?", "segue"])
def test_what_nobody_wrote_down_is_left_to_you(case, asked):
    told = reveal(case, asked)
    assert not told.known and told.says == LEFT_TO_YOU


def test_a_word_that_most_of_a_case_is_about_asks_for_nothing():
    case = load_cases()["warnings-nobody-reads"]
    assert not reveal(case, "Tell me about the warnings.").known


def test_two_things_in_one_breath_are_told_both_and_a_list_is_not(case):
    told = reveal(case, "Is there a holdout, and which countries is it?")
    assert "none" in told.says and "Brazil" in told.says
    told = reveal(case, "threshold segment experiment")
    assert sum(one.says in told.says for one in case.reveals) == 2


def test_every_phrase_that_ships_is_answered_by_its_own():
    for shipped in load_cases().values():
        asks = [phrase for one in shipped.reveals for phrase in one.asks]
        for one in shipped.reveals:
            for phrase in one.asks:
                if asks.count(phrase) == 1:
                    told = reveal(shipped, f"Could you tell me about {phrase.upper()}?")
                    assert one.says in told.says, (shipped.slug, phrase)


def test_nothing_and_too_much_are_refused(case):
    with pytest.raises(BadInput, match="nothing is asked"):
        reveal(case, " ?! ")
    with pytest.raises(TooLong, match="one thing at a time"):
        reveal(case, "threshold " * 80)
