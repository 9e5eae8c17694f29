"""Is a place named only where one change of the attempt gives what is due, there and on all that was shown?"""

import json
from dataclasses import replace

import pytest
from tests.exam.test_sql_search import RETENTION, SCHEMA, SearchingBox, Sends, drill_of, put, sent

from liveloop.exam.sandbox import cell_search
from liveloop.exam.sandbox.limits import Reply
from liveloop.exam.sql_place import MATTERS, place
from liveloop.exam.sql_show import shown_database, table_sheet
from liveloop.finding import DatabaseEvidence
from liveloop.sqldiff.database import Database
from liveloop.sqldiff.mistakes import CLASSES

EDGE = RETENTION.reference.replace("s.happened_at >= f.warned_at", "s.happened_at > f.warned_at")
LATE = RETENTION.reference.replace("INTERVAL 24 HOUR", "INTERVAL 25 HOUR")


def looked(text, box=None):
    box = box or SearchingBox()
    return place(drill_of(RETENTION), text, put(RETENTION, text, 0, SearchingBox()).findings, box)


@pytest.mark.parametrize(("text", "part"), [(EDGE, ">"), (LATE, "25")])
def test_the_part_that_was_changed_is_named(text, part):
    found = looked(text)
    assert part in text[found.start : found.end]
    assert RETENTION.reference[found.start : found.end] != text[found.start : found.end]
    assert found.line == text.count("\n", 0, found.start) + 1


def test_two_mistakes_have_no_one_place():
    both = EDGE.replace("INTERVAL 24 HOUR", "INTERVAL 25 HOUR")
    assert looked(both) is None


def test_an_attempt_that_survived_has_no_place():
    assert looked(RETENTION.reference) is None
    assert looked("SELEKT") is None


def test_a_change_must_mend_what_was_shown():
    """A database on which the attempt is wrong for another reason leaves no change that mends both."""
    findings = put(RETENTION, EDGE, 0, SearchingBox()).findings
    rows = {table.name: () for table in SCHEMA.tables}
    sheets = {table.name: table_sheet(Database(SCHEMA, rows), table) for table in SCHEMA.tables}
    assert place(drill_of(RETENTION), EDGE, findings, SearchingBox()) is not None

    class Remembers(SearchingBox):
        def run(self, cell, payload, *, limits):
            self.also = json.loads(payload).get("also")
            return Reply(cell_search.main(payload), "", "", None, 0.0, 0)

    box = Remembers()
    assert all(isinstance(finding.evidence, DatabaseEvidence) for finding in findings)
    shown = (*findings, replace(findings[0], evidence=replace(findings[0].evidence, database=sheets)))
    assert place(drill_of(RETENTION), EDGE, shown, box) is not None  # nothing there: nothing to mend
    assert len(box.also) == len(shown)
    assert any(box.also[0]["rows"].values())


def test_a_database_is_again_what_was_shown():
    for finding in put(RETENTION, EDGE, 0, SearchingBox()).findings:
        database = shown_database(SCHEMA, finding.evidence.database, "UTC")
        assert {t.name: table_sheet(database, t) for t in SCHEMA.tables} == finding.evidence.database
    cut = {name: replace(sheet, cut=3) for name, sheet in finding.evidence.database.items()}
    assert shown_database(SCHEMA, cut, "UTC") is None
    assert shown_database(SCHEMA, {}, "UTC") is None


@pytest.mark.parametrize("reply", [b"", b"[]", sent(start=3, end=3), sent(start=3, end=100_000)])
def test_a_reply_that_names_no_part_is_no_place(reply):
    assert looked(EDGE, Sends(reply)) is None


def test_a_class_that_no_finding_speaks_of_is_not_said():
    findings = put(RETENTION, EDGE, 0, SearchingBox()).findings
    box = Sends(sent(start=3, end=9, kind="fan-out"))
    only = [replace(findings[0], probe="boundary")]
    assert place(drill_of(RETENTION), EDGE, only, box).matter == ""
    only = [replace(findings[0], probe="fan-out")]
    assert place(drill_of(RETENTION), EDGE, only, box).matter == MATTERS["fan-out"]


def test_every_class_has_its_words():
    assert set(MATTERS) == set(CLASSES)
