"""Is a place named only where one change of the attempt leaves nothing that breaks?"""

import json

import pytest
from tests.exam.test_sql_search import RETENTION, HereBox, SearchingBox, drill_of, liars, put

from liveloop.base.clock import system_clock
from liveloop.base.errors import BadInput
from liveloop.exam.load import load_all
from liveloop.exam.sandbox import cell_mend
from liveloop.exam.sandbox.limits import Reply, Stop
from liveloop.exam.sql_place import MATTERS, place, read_changes
from liveloop.exam.sql_search import facts_of
from liveloop.exam.sql_stage import schema_of
from liveloop.sqldiff.carry import write_schema
from liveloop.sqldiff.mistakes import CLASSES

EDGE = RETENTION.reference.replace("s.happened_at >= f.warned_at", "s.happened_at > f.warned_at")
LATE = RETENTION.reference.replace("INTERVAL 24 HOUR", "INTERVAL 25 HOUR")


class Proposes(SearchingBox):
    """Proposes given changes, or stops."""

    def __init__(self, *changes, stop=None):
        self.reply, self.stop = json.dumps(changes).encode(), stop

    def run(self, cell, payload, *, limits):
        if cell == "mend":
            return Reply(self.reply, "", "", self.stop, 0.0, 0)
        return super().run(cell, payload, limits=limits)


def looked(text, box=None):
    findings = put(RETENTION, text, 0, SearchingBox()).findings
    return place(drill_of(RETENTION), liars.attempt_of(text), findings, box or SearchingBox(), clock=system_clock)


@pytest.mark.parametrize(("text", "part"), [(EDGE, ">"), (LATE, "25")])
def test_the_part_that_was_changed_is_named(text, part):
    found = looked(text)
    assert part in text[found.start : found.end]
    assert RETENTION.reference[found.start : found.end] != text[found.start : found.end]
    assert found.line == text.count("\n", 0, found.start) + 1


def test_an_interval_is_found_where_it_stands_and_not_in_a_comment():
    text = f"-- no one who wrote within INTERVAL 25 HOUR counts\n{LATE}"
    found = looked(text)
    assert found.line > 1
    assert "25" in text[found.start : found.end]


def test_two_mistakes_have_no_one_place():
    assert looked(EDGE.replace("INTERVAL 24 HOUR", "INTERVAL 25 HOUR")) is None


def test_an_attempt_that_survived_has_no_place():
    assert looked(RETENTION.reference) is None


def test_what_is_proposed_must_survive():
    """The child may propose what it likes: each change is examined."""
    assert looked(EDGE, Proposes(["null", 3, 9, EDGE], ["null", 3, 9, LATE], ["null", 3, 9, "SELEKT"])) is None
    assert looked(EDGE, Proposes(["null", 3, 9, EDGE], ["boundary", 3, 9, RETENTION.reference])).start == 3


def test_a_class_that_no_finding_speaks_of_is_not_said():
    assert looked(EDGE, Proposes(["boundary", 3, 9, RETENTION.reference])).matter == MATTERS["boundary"]
    assert looked(EDGE, Proposes(["fan-out", 3, 9, RETENTION.reference])).matter == ""


def test_a_search_that_was_stopped_is_not_taken_for_none():
    with pytest.raises(BadInput, match="stopped"):
        looked(EDGE, Proposes(stop=Stop("wall", "5.5 s")))


LIES = ["", "[]", "7", "[7]", "{", '[["null", 1, 2]]', '[["null", 1, 1, "SELECT 1"]]', '[["null", -1, 2, "SELECT 1"]]',
        '[["null", 1, 99, "SELECT 1"]]', '[["null", 1, 2, ""]]', '[["null", 1, 2, "\\ud800"]]',
        '[["null", true, 2, "a"]]', '[["null", 1, 2e9, "a"]]', "[" * 100_000]  # fmt: skip


@pytest.mark.parametrize("payload", LIES, ids=range(len(LIES)))
def test_what_is_no_change_is_left_out(payload):
    assert read_changes(payload.encode(), 20) == []


def test_what_changes_nothing_mends_no_wrong_order():
    drill = load_all()["warned-people-by-country"]
    text = {sample.name: sample.text for sample in drill.samples}["disagrees--smallest-first"]
    job = {
        "reference": drill.reference, "attempt": text, "seed": 0, "limits": {"ordered": True, "explain_seconds": 3.0},
        "schema": write_schema(facts_of(schema_of(drill.sql))),
    }  # fmt: skip
    changes = read_changes(cell_mend.main(json.dumps(job).encode()), len(text))
    assert [change for change in changes if "order by" not in text[: change.start].lower()] == []


def test_every_class_has_its_words():
    assert set(MATTERS) == set(CLASSES)


def test_only_queries_have_places():
    drill = next(drill for drill in load_all().values() if drill.kind == "python")
    with pytest.raises(BadInput, match="python drill"):
        place(drill, liars.attempt_of("x"), (), HereBox(), clock=system_clock)
