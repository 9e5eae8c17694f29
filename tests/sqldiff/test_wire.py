"""Is what comes back from a job weighed before it becomes values, and read whatever stands in it?"""

from datetime import time

import pyarrow as pa
import pytest

from liveloop.base.tables import Column, Table
from liveloop.exam.sql_show import result_sheet
from liveloop.sqldiff import engine, wire
from liveloop.sqldiff.agree import agree, differing
from liveloop.sqldiff.database import Database, Odd, Outcome, Schema
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


@pytest.mark.parametrize("packing", ["zstd", "lz4"])
@pytest.mark.parametrize("column", [pa.array([0] * 1_000_000), pa.array(["x"] * 9).dictionary_encode()])
def test_a_stream_that_is_packed_is_refused_before_it_is_unpacked(packing, column):
    sink = pa.BufferOutputStream()
    batch = pa.record_batch([column], names=["a"])
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression=packing)) as writer:
        writer.write_batch(batch)
    with pytest.raises(ValueError, match="a compressed stream"):
        wire.read_table(sink.getvalue().to_pybytes())


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


def test_a_time_of_day_is_compared_and_shown():
    got = run("SELECT TIME '12:00:00' AS at")
    assert (got.types, got.rows) == (("TIME",), ((time(12),),))
    assert agree(got, run("SELECT TIME '12:00:00' AS at"))
    assert not agree(got, run("SELECT TIME '12:00:01' AS at"))
    assert not agree(got, run("SELECT '12:00:00' AS at"))
    assert not agree(got, run("SELECT 43200 AS at"))
    assert result_sheet(got, ()).rows == (("12:00:00",),)


ODD = [
    "'infinity'::TIMESTAMPTZ", "'-infinity'::TIMESTAMP", "DATE '290000-01-01'", "'infinity'::DATE",
    "{'d': DATE '290000-01-01'}", "[TIMESTAMP '290000-01-01 00:00:00']", "MAP {1: DATE '290000-01-01'}",
]  # fmt: skip


@pytest.mark.parametrize("cell", ODD)
def test_a_cell_that_cannot_be_read_agrees_with_nothing_and_takes_no_other_along(cell):
    text = f"SELECT {cell} AS a, id FROM t UNION ALL SELECT NULL, 3 ORDER BY id"
    one, other = run(text), run(text)
    assert [(type(row[0]), row[1]) for row in one.rows] == [(Odd, 1), (Odd, 2), (type(None), 3)]
    assert not agree(one, other)
    assert not agree(one, other, ordered=True)
    assert not agree(run("SELECT NULL AS a"), run(f"SELECT {cell} AS a"))
    assert differing(one.rows, other.rows) == ((0, 1), (0, 1))
    assert "out of range" in result_sheet(one, (0, 1)).rows[0][0]


EVERY = [
    "170141183460469231731687303715884105727::HUGEINT", "340282366920938463463374607431768211455::UHUGEINT",
    "'12:00:00+02'::TIMETZ", "'101'::BIT", "5::BIGNUM", "INTERVAL 1 DAY", "union_value(k := 1)", "'a'::BLOB", "NULL",
    "[NULL]", "{'a': [1, NULL]}", "[1, 2]::INT[2]", "{'a': 1}::VARIANT", "TIMESTAMP_NS '2020-01-01 00:00:00'",
    "'nan'::DOUBLE", "'infinity'::FLOAT", "union_value(k := 'x'::ENUM('x'))", "TIME '00:00:00'",
    "TIME '24:00:00'", "true", "1e38",
]  # fmt: skip


@pytest.mark.parametrize("cell", EVERY)
@pytest.mark.parametrize("other", EVERY[::7])
def test_cells_of_every_type_are_read_compared_and_shown(cell, other):
    text = f"SELECT {cell} AS a"
    got = run(text)
    assert got.error is None and agree(got, run(text))
    beside = run(f"SELECT {other} AS a")
    mixed = Outcome(("a",), ("X",), (*got.rows, *beside.rows))
    assert agree(mixed, Outcome(("a",), ("X",), (*beside.rows, *got.rows)))
    assert result_sheet(got, ()).rows
