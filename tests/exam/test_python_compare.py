"""Which differences between two returned values count?"""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

from liveloop.exam.python_compare import How, compare
from liveloop.exam.python_values import Other, decode, show
from liveloop.exam.sandbox.tagged import encode

NAN = float("nan")
FRAME = pd.DataFrame({"topic": ["a", "b"], "rate": [0.5, NAN]})
SAME = [
    (1, 1.0), (0.1 + 0.2, 0.3), (np.int64(3), 3), (np.float32(0.5), 0.5), (Decimal("1.5"), 1.5), (NAN, NAN),
    (True, np.True_), ((1, None), [1, None]), ((0.5, 2.0), np.array([0.5, 2.0])), ([1, 2], [2, 1]), ({1, 2}, [2, 1]),
    ({"a": 1, "b": None}, {"b": None, "a": 1}), ({"a": 1}, pd.Series([1], index=["a"])),
    (FRAME, FRAME[::-1]), (FRAME, FRAME[["rate", "topic"]]), (FRAME, FRAME.set_index("topic")),
    (FRAME, pl.from_pandas(FRAME)),
    (FRAME, FRAME.astype(object).where(FRAME.notna(), None)), (FRAME, FRAME.to_dict("records")),
    (FRAME.to_dict("records"), FRAME), (FRAME[:0], []), (pd.Series([1.0, NAN]), [1.0, None]),
    (datetime(2026, 1, 5, tzinfo=UTC), pd.Timestamp("2026-01-05 05:30", tz="Asia/Kolkata")),
    (timedelta(hours=1), np.timedelta64(1, "h")), (pd.NaT, pd.NA), (date(2026, 1, 5), date(2026, 1, 5)),
    (pd.DataFrame({"d": [date(2026, 1, 5)]}), pd.DataFrame({"d": [pd.Timestamp("2026-01-05")]})),
]  # fmt: skip
OTHER = [
    (1, 2), (1, True), (True, 1), (0, False), (None, NAN), (None, 0), ("1", 1), ((1, 2), (2, 1)), ([1, 1], [1]),
    ({"a": 1}, {"a": 2}), ({"a": 1}, {"a": 1, "b": 2}), ({"a": 1, "b": 2}, {"a": 1}), (FRAME, None), (FRAME, FRAME[:1]),
    (FRAME, pd.concat([FRAME, FRAME[:1]])), (FRAME, FRAME.assign(rate=[0.5, 0.0])), (FRAME, FRAME[["topic"]]),
    (FRAME, FRAME.rename(columns={"rate": "x", "topic": "y"})), (FRAME, FRAME.set_index("topic").rename_axis(None)),
    (FRAME[:0], pd.DataFrame()), (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 5)), (0.5, float("inf")),
    (2**53, 2**53 + 1), (1, object()), ([1], "1"), (pd.DataFrame({"x": [True]}), pd.DataFrame({"x": [1]})),
]  # fmt: skip
HOW = How(1e-9, ordered=False)


def sent(value):
    return decode(encode(value))


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_is_the_same(one, two):
    assert compare(sent(one), sent(two), HOW) is None


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_differs(one, two):
    assert compare(sent(one), sent(two), HOW).words


def test_order_counts_where_it_is_asked_for():
    ordered = How(1e-9, ordered=True)
    assert compare(sent([1, 2]), sent([2, 1]), ordered)
    assert compare(sent(FRAME), sent(FRAME[::-1]), ordered)
    assert compare(sent(FRAME), sent(FRAME), ordered) is None


def test_the_words_name_the_cell():
    difference = compare(sent(FRAME), sent(FRAME.assign(rate=[0.25, NAN])), HOW)
    assert difference.words == "`rate` is 0.25, not 0.5 in row 1"
    assert difference.expected_rows == difference.got_rows == (0,)


def test_close_numbers_in_another_order_still_pair():
    one = pd.DataFrame({"x": [1.0000000001, 1.0], "y": [1, 2]})
    two = pd.DataFrame({"x": [1.0, 1.0000000001], "y": [1, 2]})
    assert compare(sent(one), sent(two), How(1e-6, ordered=False)) is None


@pytest.mark.parametrize(
    "tree",
    [None, [], ["frame"], ["int", "1" * 5000], ["frame", [], [], ["a"], [[["int", "1"]]], 7], ["dict", [[1]]],
     ["series", [["int", "1"]], []], ["time", "yesterday"], ["nonsense", 1], {"a": 1}, ["list", 7]],
)  # fmt: skip
def test_a_forged_reply_is_a_value_that_equals_nothing(tree):
    value = decode(tree)
    assert value == Other("unreadable value")
    assert compare(value, value, HOW) is not None


def test_what_has_no_end_is_not_written_to_the_end():
    endless = []
    endless.append(endless)
    assert sent(endless) == Other("list, too large to compare")
    assert sent(list(range(100_000))) == Other("list, too large to compare")
    assert sent(np.zeros((1000, 1000))) == Other("ndarray, too large to compare")


def test_a_sheet_is_safe_for_json():
    laid = show(sent(pd.DataFrame({"x": [NAN, float("inf")], "t": pd.to_datetime(["2026-01-05", None])})))
    assert laid.rows == (("NaN", "2026-01-05T00:00:00"), ("Infinity", None))
    assert show(sent({"a": (1, NAN)})) == "{'a': (1, nan)}"


def frame_of(cell):
    return pd.DataFrame({"a": [1, cell], "b": [Decimal("1.5"), Decimal("2.5")]}, dtype=object)


@pytest.mark.parametrize("cell", [Decimal("sNaN"), Decimal("-sNaN7"), Decimal("1e999999"), Decimal("NaN"), 10**400])
def test_an_odd_number_agrees_with_no_other_and_never_raises(cell):
    wanted, got = sent(frame_of(2)), sent(frame_of(cell))
    for how in (HOW, How(1e-9, ordered=True)):
        assert compare(wanted, got, how).words
    assert compare(sent(2.0), sent(cell), HOW).words
    assert compare(sent([1, 2]), sent([cell, 1]), HOW).words
    assert compare(sent({"a": 2}), sent({"a": cell}), HOW).words
    assert show(got).rows and show(sent(cell))


def test_a_signaling_nan_agrees_with_nothing():
    assert compare(sent(frame_of(Decimal("sNaN"))), sent(frame_of(Decimal("sNaN"))), HOW).words


def test_an_index_without_columns_is_compared_and_shown():
    bare = sent(pd.DataFrame(index=pd.Index(range(100), name="n")))
    assert compare(sent(FRAME), bare, HOW).words
    assert len(show(bare).rows) == 60


def test_records_that_share_no_names_are_no_table():
    wanted = sent([{"a": 1, "b": 2}])
    scattered = sent([{f"k{at}": at} for at in range(8_000)])
    began = time.perf_counter()
    assert compare(wanted, scattered, HOW).words
    assert time.perf_counter() - began < 5  # a table of them would have 64 million cells
