"""Is a file of views refused in words when it cannot be read, and is what breaks shown on the fewest facts?"""

from pathlib import Path

import pytest

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.base.errors import BadInput
from liveloop.exam.load import load, shelves
from liveloop.exam.views import ViewsExhibit, example_sheets, read_attempt, run_visible, stage_of

FOLDER = shelves() / "features" / "views-that-do-not-leak"
DRILL = load(FOLDER)
REFERENCE = DRILL.reference
ONE = '[views.a]\nsource = "messages"\nby = "user_id"\nop = "count"\n'


def sample(name: str) -> str:
    return (Path(FOLDER) / "attempts" / f"{name}.toml").read_text(encoding="utf-8")


def exhibit(text: str, seed: int = 1) -> ViewsExhibit:
    return ViewsExhibit(DRILL, Attempt("a", DRILL.id, "features", text, system_clock()), seed)


REFUSED = [
    ("[views", "no TOML", "TOML"),
    ("a = " + "[" * 9000, "no TOML", "TOML"),
    ("a = " + "9" * 6000, "no TOML", "TOML"),
    ("[target]\n" + ONE, "it says [target]", "[views.NAME] alone"),
    ("[views]\n", "it has no views", "[views.NAME]"),
    (ONE + "colour = 1\n", "unknown field 'colour'", "window"),
    (ONE + 'through = ["b"]\n', "it is ['b']", "a text"),
    (ONE + 'through = "b"\n', "no view 'b' before it", "above"),
    (ONE + 'window = "99999999999w"\n', "99999999999w", "at most 36525 days"),
    (ONE + f'window = "{"9" * 400}w"\n', "999", "at most 36525 days"),
    (ONE + 'window = "0d"\n', "window of 0", "longer than 0"),
    (ONE.replace("messages", "massages"), "'massages', which is not declared", "closings"),
    (ONE.replace("user_id", "account_id"), "by 'account_id', which", "user_id"),
    (ONE + 'column = "tokes"\n', "'tokes', which", "tokens"),
    (ONE + 'apart_from = "message_id"\n', "apart from 'message_id'", "about="),
    (ONE.replace("count", "distinct") + 'column = "tokens"\n', "counts distinct numbers", "texts"),
    (ONE.replace("views.a", "views.message_id"), "a column 'message_id' already", "rows without columns"),
    ("".join(ONE.replace("views.a", f"views.a{number}") for number in range(31)), "31 views", "at most 30"),
    ("#" * 20_001, "20001 bytes", "at most 20000"),
]


@pytest.mark.parametrize(("text", "wrong", "allowed"), REFUSED)
def test_what_cannot_be_read_is_refused_with_what_is_allowed(text, wrong, allowed):
    with pytest.raises(BadInput) as refused:
        read_attempt(text, stage_of(DRILL, 1))
    assert wrong in refused.value.wrong and allowed in refused.value.allowed and refused.value.where
    assert run_visible(DRILL, text, None).error == str(refused.value)
    assert exhibit(text).names("leak") == ()


def test_nothing_is_found_in_the_reference():
    assert exhibit(REFERENCE).findings == {"leak": {}, "unsettled": {}, "disagrees": {}}


def test_a_column_that_was_filled_in_later_is_found_with_the_one_fact_that_moves_the_feature():
    found = exhibit(sample("leak--wait-from-the-queue")).findings
    assert list(found["leak"]) == ["wait_14d"] and not found["unsettled"] and not found["disagrees"]
    says, shown = found["leak"]["wait_14d"]
    assert "queue" in says and len(shown.database["queue"].rows) == 1 and shown.expected != shown.got
    fact = dict(zip(shown.database["queue"].columns, shown.database["queue"].rows[0], strict=True))
    asked = dict(zip(shown.database["asked"].columns, shown.database["asked"].rows[0], strict=True))
    assert fact["user_id"] == asked["user_id"] and fact["known_at"] <= asked["decided_at"] < fact["resolved_at"]


def test_a_label_inside_its_embargo_is_found_with_the_one_verdict_that_moves_the_feature():
    found = exhibit(sample("unsettled--apart-from-the-message")).findings
    assert list(found["unsettled"]) == ["harm_share"] and not found["leak"] and not found["disagrees"]
    _, shown = found["unsettled"]["harm_share"]
    assert len(shown.database["labels"].rows) == 1 and shown.expected != shown.got


def test_lineage_says_the_path_and_what_is_allowed_where_no_fact_shows_it():
    says, shown = exhibit(sample("leak--label-of-the-message")).findings["leak"]["harm_share"]
    assert "harm_share > labels" in says
    assert shown.error is None or 'apart_from="message_id"' in shown.error


def test_another_window_is_shown_on_the_facts_that_tell_the_two_apart():
    says, shown = exhibit(sample("disagrees--all-time-messages")).findings["disagrees"]["messages_24h"]
    assert "messages_24h" in says and len(shown.database["messages"].rows) == 1


def test_a_candidate_sees_facts_of_every_source_and_the_first_answers():
    assert set(example_sheets(DRILL)) == {"messages", "decisions", "labels", "queue", "closings"}
    shown = run_visible(DRILL, REFERENCE, None)
    assert shown.error is None and shown.sheet is not None and shown.sheet.columns[-1] == "wait_14d"
    leaking = run_visible(DRILL, sample("leak--score-of-the-message"), None)
    assert leaking.sheet is None and "about the same message_id" in (leaking.error or "")
