"""Is what comes back from a job weighed before it becomes values, and read whatever stands in it?"""

import pyarrow as pa
import pytest

from liveloop.base.tables import Column, Table
from liveloop.sqldiff import engine, wire
from liveloop.sqldiff.database import Database, Outcome, Schema
from liveloop.sqldiff.here import run_here
from liveloop.sqldiff.weigh import MOST_BYTES, weigh

SCHEMA = Schema((Table("t", "t", ("id",), (Column("id", "INTEGER", "id"),)),))
DATABASE = Database(SCHEMA, {"t": ((1,), (2,))})


def run(text, *, plain=True) -> Outcome:
    return run_here(text, [DATABASE, DATABASE], plain=plain)[0]


def test_a_label_that_every_row_repeats_is_refused_before_it_is_repeated():
    label = "x" * 90_000
    got = run(f"SELECT '{label}'::ENUM('{label}') AS a, 1 AS b FROM range(20000)")
    assert "the result takes more than" in got.error


def test_labels_are_read_as_their_texts():
    assert run("SELECT 'x'::ENUM('x', 'y') AS a, ['y'::ENUM('x', 'y')] AS b").rows == (("x", "['y']"),)
    assert run("SELECT 'x'::ENUM('x') AS a FROM t WHERE id > 5", plain=False) == Outcome(("a",), ("VARCHAR",))


@pytest.mark.parametrize(
    ("array", "least"),
    [
        (pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int8()), pa.array(["x" * 9_000])), 9_000_000),
        (pa.ListArray.from_arrays([0, 100_000], pa.nulls(100_000)), 6_400_000),
        (pa.StructArray.from_arrays([pa.nulls(10_000)] * 9, names="abcdefghi"), 5_760_000),
        (pa.MapArray.from_arrays([0, 10_000], pa.array(["k"] * 10_000), pa.nulls(10_000)), 1_280_000),
    ],
    ids=["labels", "list", "struct", "map"],
)
def test_what_is_small_in_arrow_is_weighed_as_the_values_it_stands_for(array, least):
    assert array.nbytes < least / 4
    assert weigh(array) >= least


def test_a_reply_that_stands_for_too_much_is_no_reply(monkeypatch):
    job = wire.make_job("SELECT 1", [DATABASE], plain=True, seconds=1.0, most_rows=100)
    label = pa.DictionaryArray.from_arrays(pa.array([0] * 4_000, pa.int8()), pa.array(["x" * 90_000]))
    table = pa.table({"w": pa.array([0] * 4_000, pa.int32()), "a": label})
    piece = engine.Piece((0,), table)
    reply = wire.write_frame({"refused": None, "groups": [[wire._describe(piece)]]}, [wire.write_table(table)])
    assert len(reply) < MOST_BYTES / 500
    monkeypatch.setattr(wire, "_read_column", lambda column: pytest.fail("it was read"))
    with pytest.raises(ValueError, match="the results take more than"):
        wire.read_job(job, reply, 1)
