"""Does the journal leave as lines, and come back the same?"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.coach.conftest import NOW, make_attempt, make_debrief

from liveloop.base.errors import BadInput
from liveloop.coach.journal import Draft, PersonMark, Reply, open_journal
from liveloop.coach.journal.export import export, take_in


@pytest.fixture
def full(journal, owner):
    for number, text in enumerate(("select 1", "é\n\0🙂", "third"), 1):
        journal.write_attempt(make_attempt(number, text=text, confidence=None if number == 2 else 0.5))
    journal.claim("att_1", owner, now=NOW, lease=timedelta(seconds=9))
    journal.write_debrief(make_debrief(), owner)
    for _ in range(2):
        journal.write_reply(Reply("att_1", NOW, "why", "so"))
    journal.write_marks([PersonMark("att_1", "talk", 0.5, NOW), PersonMark("att_1", "talk", 1.0, NOW)])
    journal.write_draft(Draft("drl_1", "typed", None, NOW))
    return journal


def contents(journal):
    ids = [entry.id for entry in journal.entries()]
    return (
        [journal.attempt(i) for i in ids],
        [journal.debrief(i) for i in ids],
        [journal.marks(i) for i in ids],
        journal.drafts(),
    )


def test_there_and_back(full, tmp_path):
    lines = list(export(full))
    assert [json.loads(line)["row"] for line in lines][:2] == ["journal", "attempt"]
    with open_journal(tmp_path / "other" / "journal.db") as other:
        assert take_in(other, lines).rows == 3 + 1 + 2 + 2 + 1
        assert contents(other) == contents(full)
        assert [r.text for r in other.replies("att_1")] == ["so", "so"]  # the same can be said twice
        assert take_in(other, lines).rows == 0
        assert take_in(other, list(export(full))).rows == 0
    assert take_in(full, lines).rows == 0


def test_an_older_draft_does_not_win(full):
    lines = [line for line in export(full) if '"draft"' in line]
    full.write_draft(Draft("drl_1", "typed later", None, NOW + timedelta(hours=1)))
    assert take_in(full, lines).rows == 0
    assert full.draft("drl_1").text == "typed later"


def change(line, **fields):
    return json.dumps(json.loads(line) | fields)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda lines: [*lines, "no json"], "line 10"),
        (lambda lines: [*lines, "[]"], "not a row"),
        (lambda lines: [*lines, '{"row": "thought"}'], "not a row"),
        (lambda lines: [*lines, '{"row": "reply"}'], "not a row"),
        (lambda lines: [lines[0], change(lines[1], text="other")], "another one"),
        (lambda lines: [lines[0], change(lines[1], id="att_9", mood="fine")], "mood"),
        (lambda lines: [lines[0], change(lines[1], id="att_9", handed_in_at="2026-01-07T12:00:00")], "zone"),
        (lambda lines: [lines[0], change(lines[5], attempt_id="att_9")], "attempt comes first"),
        (lambda lines: [change(lines[0], version="0007")], "0007"),
    ],
)
def test_a_spoilt_export_is_refused_whole(full, tmp_path, spoil, words):
    before = contents(full)
    fresh = change(list(export(full))[1], id="att_77")
    lines = spoil([line for line in export(full) if '"mark"' not in line] + [fresh])
    with pytest.raises(BadInput, match=words):
        take_in(full, [fresh, *lines] if words != "line 10" else lines)
    assert contents(full) == before
