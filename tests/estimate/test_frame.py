"""Is every kind of table read the same, and what is missing refused with its name and count?"""

from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from liveloop.base.errors import BadInput
from liveloop.estimate.frame import read_frame

DATA = {"y": [1.5, 2.0, 4.0], "n": [3, 1, 2], "arm": ["b", "a", "b"], "flag": [True, False, True]}


def kinds(folder):
    frame = pd.DataFrame(DATA)
    frame.to_parquet(folder / "a.parquet")
    frame.to_csv(folder / "a.csv", index=False)
    frame.to_json(folder / "a.jsonl", orient="records", lines=True)
    indexed = frame.set_index(pd.Index([7, 8, 9]))
    return [
        DATA, frame, indexed, pl.DataFrame(DATA), pl.DataFrame(DATA).lazy(), pa.table(DATA),
        duckdb.from_arrow(pa.table(DATA)),
        *(folder / f"a{end}" for end in (".parquet", ".csv", ".jsonl")), str(folder / "a.parquet"),
    ]  # fmt: skip


def test_every_kind_of_table(tmp_path):
    for data in kinds(tmp_path):
        frame = read_frame(data, ["y", "n", "arm", "flag"])
        assert frame.numbers("y").tolist() == [1.5, 2.0, 4.0]
        assert frame.numbers("flag").tolist() == [1.0, 0.0, 1.0]
        assert frame.matrix(["y", "n"]).tolist() == [[1.5, 3.0], [2.0, 1.0], [4.0, 2.0]]
        assert (frame.groups("arm").labels, frame.groups("arm").codes.tolist()) == (("a", "b"), [1, 0, 1])
        assert frame.groups("n").codes.tolist() == [2, 0, 1]
        assert frame.taking(np.array([True, False, True])).numbers("n").tolist() == [3.0, 2.0]
        assert frame.taking([2, 0]).numbers("n").tolist() == [2.0, 3.0]


def test_only_what_is_asked_for_is_read(tmp_path):
    for data in kinds(tmp_path):
        assert read_frame(data, ["y"]).table.column_names == ["y"]


def test_numbers_of_every_type():
    frame = read_frame({"y": np.array([1, 2], "int8")})
    assert frame.numbers("y").dtype == np.float64
    exact = pa.table({"y": pa.array([Decimal("1.50"), Decimal("2.25")])})
    assert read_frame(exact).numbers("y").tolist() == [1.5, 2.25]
    named = pa.table({"c": pa.array(["x", "w", "x"]).dictionary_encode()})
    assert read_frame(named).groups("c").labels == ("w", "x")
    parts = pa.table({"y": pa.chunked_array([[1.0, 2.0], [3.0]])}).slice(1)
    assert read_frame(parts).numbers("y").tolist() == [2.0, 3.0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"y": [1.0, None, np.nan]}, "outcome 'y' is missing in 2 of 3 rows"),
        ({"y": [1.0, np.inf]}, "infinite in 1 of 2 rows"),
        ({"y": ["a", "b"]}, "outcome 'y' holds .*string"),
        ({"x": [1.0]}, "there is no outcome 'y'. Allowed: 'x'"),
        ({"y": []}, "0 rows"),
    ],
)
def test_what_is_no_outcome_is_refused(data, words):
    with pytest.raises(BadInput, match=words):
        read_frame(pd.DataFrame(data)).numbers("y", "outcome")


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ([1, 1], "treatment 't' has one arm only: 1 in all 2 rows"),
        ([0, None], "treatment 't' is missing in 1 of 2 rows"),
        (list(range(200)), "200 different values"),
        ([0, 1, 2], "treatment 't' has 3 arms: 0, 1, 2"),
    ],
)
def test_what_is_no_treatment_is_refused(column, words):
    with pytest.raises(BadInput, match=words):
        read_frame(pd.DataFrame({"t": column})).two_arms("t")


def test_the_control_is_the_one_that_is_named():
    frame = read_frame({"t": ["b", "a", "b"]})
    assert frame.two_arms("t", control="b").labels == ("b", "a")
    assert frame.two_arms("t", control="b").codes.tolist() == [0, 1, 0]
    with pytest.raises(BadInput, match="no arm 'c'"):
        frame.two_arms("t", control="c")


@pytest.mark.parametrize(
    ("data", "words"),
    [("nowhere.parquet", "no such file"), ("a.xls", "no known kind"), (7, "cannot be read: it is a int")],
)
def test_what_is_no_table_is_refused(data, words):
    with pytest.raises(BadInput, match=words):
        read_frame(data)


def test_a_broken_file_is_refused(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"nothing")
    with pytest.raises(BadInput, match="cannot be read"):
        read_frame(tmp_path / "a.parquet")
