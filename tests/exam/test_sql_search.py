"""Does the search find what no probe asks, only propose what the world may hold, and trust nothing that comes back?"""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from liveloop.exam.sandbox import cell_mend, cell_search
from liveloop.exam.sandbox.limits import Reply, Stop
from liveloop.exam.sql_search import CODES, facts_of, proposed, search
from liveloop.exam.sql_stage import schema_of
from liveloop.sqldiff.carry import Found, read_found, read_schema_of, write_found, write_schema
from liveloop.sqldiff.database import Database
from liveloop.sqldiff.twist import legal

_SPEC = importlib.util.spec_from_file_location("sql_liars_too", Path(__file__).with_name("sql_liars.py"))
liars = importlib.util.module_from_spec(_SPEC)
sys.modules["sql_liars_too"] = liars
_SPEC.loader.exec_module(liars)
CASES, HereBox, drill_of, put = liars.CASES, liars.HereBox, liars.drill_of, liars.put
RETENTION = CASES["retention"]
SCHEMA = schema_of(RETENTION.form)


class SearchingBox(HereBox):
    """Runs the search in this process too."""

    def run(self, cell, payload, *, limits):
        cells = {"search": cell_search, "mend": cell_mend}
        if cell in cells:
            return Reply(cells[cell].main(payload), "", "", None, 0.0, 0)
        return super().run(cell, payload, limits=limits)


class Sends(HereBox):
    """Answers the search with given bytes, or a stop."""

    def __init__(self, reply, stop=None):
        self.reply, self.stop = reply, stop

    def run(self, cell, payload, *, limits):
        if cell == "search":
            return Reply(self.reply, "", "", self.stop, 0.0, 0)
        return super().run(cell, payload, limits=limits)


# Each is wrong in a way that no contrast asks about: somebody whose number is odd, a text of an unusual length.
UNASKED = {
    "a number of a person": "WHERE user_id <> 3",
    "a number of a warning": "WHERE warning_id <> 5",
}


@pytest.mark.parametrize("unasked", UNASKED.values(), ids=UNASKED)
def test_what_no_probe_asks_is_found_and_shown(unasked):
    text = RETENTION.reference.replace("FROM warnings", f"FROM warnings {unasked}", 1)
    assert put(RETENTION, text, 0, HereBox()).findings == ()
    (finding,) = put(RETENTION, text, 0, SearchingBox()).findings
    assert finding.evidence.expected != finding.evidence.got
    assert sum(len(sheet.rows) for sheet in finding.evidence.database.values()) <= 4


def test_the_reference_survives_the_search():
    assert put(RETENTION, RETENTION.reference, 1, SearchingBox()).findings == ()


def test_what_is_searched_keeps_the_facts_of_the_world():
    schema = facts_of(SCHEMA)
    assert read_schema_of(json.loads(json.dumps(write_schema(schema)))) == schema
    assert ("warnings", "policy") in {(table, column) for table, column, _ in schema.domains}


def test_a_probe_that_the_drill_does_not_ask_gives_way():
    database = Database(SCHEMA, {table.name: () for table in SCHEMA.tables})
    assert proposed(Found(database, "null"), ("null", "disagrees"))[0] == "null"
    code, (contrast,) = proposed(Found(database, "null"), ("tie", "disagrees"))
    assert (code, contrast.says) == ("disagrees", "the data are ordinary")
    assert len(proposed(Found(database, "tie", steady=False), ("nondeterminism",))[1]) == 2
    elsewhere = Database(SCHEMA, database.rows, "Pacific/Auckland")
    code, (contrast,) = proposed(Found(elsewhere, "time-zone"), ("time-zone",))
    assert (code, contrast.calm[0].time_zone, contrast.nasty.time_zone) == ("time-zone", "UTC", "Pacific/Auckland")
    assert all(codes for codes, _ in CODES.values())


WARNING = [1, 1, 1, "fraud", None, 10, 10]
LIES = [
    b"", b"[]", b"null", b"\xff", b"{" * 100_000, b'{"rows": 3}',
    json.dumps({"rows": {}, "zone": "UTC", "kind": "null", "steady": True}).encode(),
]  # fmt: skip


@pytest.mark.parametrize("reply", LIES, ids=range(len(LIES)))
def test_a_reply_that_is_none_is_nothing_found(reply):
    assert read_found(SCHEMA, reply) is None
    assert search(drill_of(RETENTION), RETENTION.reference, Sends(reply), seed=0) is None


def sent(**changes):
    rows = {table.name: [] for table in SCHEMA.tables}
    made = {
        "rows": {**rows, **changes.pop("rows", {})},
        "zone": "UTC",
        "kind": "null",
        "start": 0,
        "end": 0,
        "steady": True,
    }
    return json.dumps({**made, **changes}).encode()


def columns(name):
    return [column.name for column in SCHEMA.table(name).columns]


@pytest.mark.parametrize(
    "rows",
    [[[1]], ["x"], [["x"] * 7], [[None] * 7], [[1, 1, 1, "fraud", None, 1.5, 1.5]], [[True, 1, 1, "fraud", None, 1, 1]],
     [[2**70, 1, 1, "fraud", None, 1, 1]]],
)  # fmt: skip
def test_rows_that_do_not_fit_are_nothing_found(rows):
    assert len(columns("warnings")) == 7
    assert read_found(SCHEMA, sent(rows={"warnings": rows})) is None


def test_a_database_that_the_world_cannot_hold_is_nothing_found():
    late = [1, 1, 1, "fraud", None, 20, 10]  # known before it happened
    found = read_found(SCHEMA, sent(rows={"warnings": [late]}))
    assert found is not None
    assert not legal(found.database)
    assert search(drill_of(RETENTION), RETENTION.reference, Sends(sent(rows={"warnings": [late]})), seed=0) is None


def test_a_lie_about_a_right_attempt_is_no_finding():
    """The child may name any database it likes: each text runs there on its own, and they agree."""
    lie = sent(rows={"warnings": [WARNING]}, kind="boundary")
    assert put(RETENTION, RETENTION.reference, 0, Sends(lie)).findings == ()


def test_a_search_that_is_stopped_is_nothing_found():
    stopped = Sends(sent(rows={"warnings": [WARNING]}), Stop("memory", "900 MiB"))
    assert search(drill_of(RETENTION), RETENTION.reference, stopped, seed=0) is None


def test_a_written_database_comes_back():
    database = Database(SCHEMA, {**{t.name: () for t in SCHEMA.tables}, "warnings": (tuple(WARNING),)})
    found = read_found(SCHEMA, write_found(database, "tie", steady=False))
    assert (found.kind, found.steady, found.database.rows) == ("tie", False, database.rows)


def test_too_many_rows_are_nothing_found():
    assert read_found(SCHEMA, sent(rows={"warnings": [WARNING] * 61})) is None
