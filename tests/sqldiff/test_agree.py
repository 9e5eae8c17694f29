"""Do two outcomes agree exactly when they say the same?"""

import pytest

from liveloop.sqldiff.agree import agree, differing
from liveloop.sqldiff.database import Instant, Outcome


def outcome(*rows, columns=1):
    return Outcome(tuple("abc"[:columns]), ("X",) * columns, rows)


NAN = float("nan")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([(1,), (2,)], [(2,), (1,)], True),
        ([(1,), (1,)], [(1,)], False),
        ([(None,)], [(None,)], True),
        ([(None,)], [(0,)], False),
        ([(NAN,)], [(NAN,)], True),
        ([(NAN,)], [(None,)], False),
        ([(1,)], [(1.0,)], True),
        ([(True,)], [(1,)], True),
        ([("1",)], [(1,)], False),
        ([(0.1 + 0.2,), (5.0,)], [(5,), (0.3,)], True),
        ([(float("inf"),)], [(1e300,)], False),
        ([(Instant(5),)], [(Instant(6),)], False),
        ([(Instant(5),)], [("x",)], False),
        ([], [], True),
        ([], [(None,)], False),
    ],
)
def test_bags(one, other, same):
    assert agree(outcome(*one), outcome(*other)) is same


def test_order_counts_only_when_asked():
    one, other = outcome((1,), (2,)), outcome((2,), (1,))
    assert agree(one, other)
    assert not agree(one, other, ordered=True)


def test_columns_go_by_position_and_count():
    assert not agree(outcome((1, 2), columns=2), outcome((1,)))
    assert not agree(outcome((1, 2), columns=2), outcome((2, 1), columns=2))


def test_tolerance_matches_rows_whatever_their_order():
    expected = outcome((0.3333333333, "x"), (0.3333333332, "y"), columns=2)
    got = outcome((1 / 3, "y"), (1 / 3, "x"), columns=2)
    assert agree(expected, got, tolerance=1e-6)
    assert not agree(expected, got, tolerance=1e-13)


def test_differing_names_the_rows_without_partner():
    assert differing([(1,), (2,), (2,)], [(2,), (3,)]) == ((0, 2), (1,))


def test_errors_never_agree_with_rows():
    assert not agree(outcome((1,)), Outcome(error="no"))
