"""Does a streamed world have the rows of a drawn one, whatever the chunks and processes?"""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from liveloop.base.errors import BadInput
from liveloop.worlds.schema import SCHEMA
from liveloop.worlds.stream import stream
from liveloop.worlds.world import World

WORLD = World(accounts=30, days=21)


@pytest.mark.parametrize(("chunk_accounts", "processes"), [(None, None), (1, 1), (7, 1), (30, 2), (11, 2)])
def test_a_stream_is_bit_equal_to_the_draw(tmp_path, chunk_accounts, processes):
    streamed = stream(WORLD, 3, tmp_path / "w", chunk_accounts=chunk_accounts, processes=processes)
    draw = WORLD.draw(3)
    for declared in SCHEMA:
        files = sorted((tmp_path / "w" / declared.name).iterdir())
        read = pq.ParquetDataset(files).read().replace_schema_metadata(None).combine_chunks()
        assert read.equals(draw.tables[declared.name]), declared.name
        assert streamed.rows[declared.name] == read.num_rows


def test_duckdb_reads_the_declared_types(tmp_path):
    stream(WORLD, 3, tmp_path / "w", processes=1)
    for declared in SCHEMA:
        files = tmp_path / "w" / declared.name / "*.parquet"
        seen = duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{files}')").fetchall()
        names = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}
        assert seen == [(column.name, names.get(column.type, column.type)) for column in declared.columns]


def test_progress_is_told(tmp_path):
    told = []
    stream(
        WORLD, 3, tmp_path / "w", chunk_accounts=10, processes=1, tell=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "precious").write_text("x")
    with pytest.raises(BadInput, match="an empty or a new folder"):
        stream(WORLD, 3, tmp_path)
    with pytest.raises(BadInput, match="an empty or a new folder"):
        stream(WORLD, 3, tmp_path / "precious")
    assert (tmp_path / "precious").read_text() == "x"


def test_an_empty_folder_is_used(tmp_path):
    stream(WORLD, 3, tmp_path, processes=1)
    assert {path.name for path in tmp_path.iterdir()} == {declared.name for declared in SCHEMA}


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_what_stops_halfway_leaves_nothing_behind(tmp_path, begun, stop):
    folder = tmp_path / "w"
    if begun:
        folder.mkdir()

    def halt(done, total):
        assert not folder.exists() or [path.name[:9] for path in folder.iterdir()] == [".drawing-"]
        if done == 2:
            raise stop

    words = r"w: cannot be written: No space left on device\. Allowed: "
    kind = KeyboardInterrupt if stop is KeyboardInterrupt else BadInput
    with pytest.raises(kind, match=None if stop is KeyboardInterrupt else words):
        stream(WORLD, 3, folder, chunk_accounts=10, processes=1, tell=halt)
    assert [path for path in tmp_path.rglob("*") if path != folder] == []
    assert folder.exists() == begun
    assert stream(WORLD, 3, folder, processes=1).rows["accounts"] == WORLD.accounts


def test_a_place_that_cannot_be_written_is_refused():
    with pytest.raises(BadInput, match="cannot be written"):
        stream(WORLD, 3, Path("/proc/liveloop/w"), processes=1)


@pytest.mark.parametrize("wrong", [{"chunk_accounts": 0}, {"processes": -1}])
def test_numbers_that_are_not_positive_are_refused(tmp_path, wrong):
    with pytest.raises(BadInput, match="a whole number from 1"):
        stream(WORLD, 3, tmp_path / "w", **wrong)
