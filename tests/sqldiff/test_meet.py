"""Does the number that stands for a result tell apart what `agree` tells apart, whatever stands in the cells?"""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from liveloop.sqldiff.agree import agree
from liveloop.sqldiff.engine import Piece
from liveloop.sqldiff.meet import gist, is_late
from liveloop.sqldiff.wire import read_pieces

NAN, INF = float("nan"), float("inf")
DAY = datetime(2024, 2, 29)
KINDS = {
    "int": (pa.int64(), [0, 1, 2, -1, 2**53, None]),
    "small": (pa.int8(), [0, 1, 2, -1, None]),
    "unsigned": (pa.uint64(), [0, 1, 2**63, None]),
    "double": (pa.float64(), [0.0, -0.0, 1.0, 1.5, -1.0, 1 / 3, 2.0**53, NAN, INF, -INF, 1e300, 2e300, 1e-300, None]),
    "float": (pa.float32(), [0.0, -0.0, 1.0, 1.5, NAN, None]),
    "decimal": (pa.decimal128(10, 2), [Decimal("0.00"), Decimal("1.00"), Decimal("1.50"), Decimal("-1.00"), None]),
    "wide": (pa.decimal128(38, 0), [Decimal(0), Decimal(1), Decimal(10**30), None]),
    "bool": (pa.bool_(), [True, False, None]),
    "text": (pa.string(), ["", "1", "a", "A", "a ", "None", "ä", "x" * 99, None]),
    "date": (pa.date32(), [date(2024, 2, 29), date(1969, 12, 31), date(1970, 1, 1), None]),
    "moment": (pa.timestamp("us"), [DAY, DAY + timedelta(microseconds=1), datetime(1970, 1, 1), None]),
    "zoned": (pa.timestamp("us", "UTC"), [DAY.replace(tzinfo=UTC), datetime(1969, 12, 31, tzinfo=UTC), None]),
    "time": (pa.time64("us"), [time(0), time(12), None]),
    "list": (pa.list_(pa.int64()), [[], [1], [1, 2], [2, 1], [None], None]),
    "nothing": (pa.null(), [None]),
}


def piece(rows, kinds):
    """Lay rows of one world out as an engine gives them."""
    columns = [pa.array([row[at] for row in rows], KINDS[kind][0]) for at, kind in enumerate(kinds)]
    names = [f"c{at}" for at in range(len(kinds))]
    return Piece((0,), pa.Table.from_arrays([pa.array([0] * len(rows), pa.int32()), *columns], names=["w", *names]))


def same(one, other, tolerance=1e-9):
    """Compare two results both ways."""
    gists = gist([one], 1, tolerance), gist([other], 1, tolerance)
    apart = bool(gists[0].apart(gists[1])[0])
    assert apart == bool(gists[1].apart(gists[0])[0])
    said = agree(read_pieces([one], 1)[0], read_pieces([other], 1)[0], tolerance=tolerance)
    return not apart, said


@pytest.mark.parametrize("one", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_single_cells_of_all_types(one, other):
    for a in KINDS[one][1]:
        for b in KINDS[other][1]:
            quick, said = same(piece([(a,)], [one]), piece([(b,)], [other]))
            assert quick == said, (a, b)


@pytest.mark.parametrize("seed", range(40))
def test_random_results(seed):
    chance = random.Random(seed)
    kinds = chance.choices(list(KINDS), k=chance.randint(1, 3))
    others = [kind if chance.random() < 0.7 else chance.choice(list(KINDS)) for kind in kinds]
    for _ in range(25):
        rows = [[chance.choice(KINDS[kind][1][:4]) for kind in kinds] for _ in range(chance.randint(0, 4))]
        turned = chance.sample(rows, len(rows))
        quick, said = same(piece(rows, kinds), piece(turned, kinds))
        assert quick and said
        drawn = [[chance.choice(KINDS[kind][1][:4]) for kind in others] for _ in range(chance.randint(0, 4))]
        quick, said = same(piece(rows, kinds), piece(drawn, others))
        assert quick == said, (rows, drawn)


def test_a_bag_is_no_set_and_columns_have_an_order():
    assert same(piece([(1,), (1,)], ["int"]), piece([(1,)], ["int"])) == (False, False)
    assert same(piece([(1,), (1,), (2,)], ["int"]), piece([(1,), (2,), (2,)], ["int"])) == (False, False)
    assert same(piece([(1, 2)], ["int", "int"]), piece([(2, 1)], ["int", "int"])) == (False, False)
    assert same(piece([(1, 2), (3, 4)], ["int", "int"]), piece([(1, 4), (3, 2)], ["int", "int"])) == (False, False)
    assert same(piece([], ["int"]), piece([(None,)], ["int"])) == (False, False)


@pytest.mark.parametrize("tolerance", [1e-3, 1e-6, 1e-9, 1e-12])
@pytest.mark.parametrize("size", [1.0, 7.3, 123456.789, 3e12, 4e-4])
def test_what_is_alike_to_the_gist_is_within_the_tolerance(tolerance, size):
    chance = random.Random(5)
    alike = 0
    for _ in range(120):
        near, beside = chance.uniform(-3, 3) * tolerance, chance.uniform(-3, 3) * tolerance
        other = size * (1 + near) + chance.choice((0, 0, beside))
        quick, said = same(piece([(size,)], ["double"]), piece([(other,)], ["double"]), tolerance)
        assert said or not quick, (size, other)  # a hit too many is replayed, one too few is lost
        alike += quick
    assert alike


def test_far_beyond_the_tolerance_is_apart_and_the_same_is_the_same():
    for value in (1.0, 99.5, 1e-3, 1e15, 1e300):
        assert same(piece([(value,)], ["double"]), piece([(value * 1.001,)], ["double"])) == (False, False)
        assert same(piece([(value,)], ["double"]), piece([(value,)], ["double"]), 1e-2) == (True, True)


@pytest.mark.parametrize("tolerance", [0, 1e-15, 1, 5])
def test_odd_tolerances_make_no_trouble(tolerance):
    assert same(piece([(2.5,)], ["double"]), piece([(2.5,)], ["double"]), tolerance)[0]
    assert not same(piece([("a",)], ["text"]), piece([("b",)], ["text"]), tolerance)[0]


def worlds(numbers, values):
    return Piece(tuple(sorted(set(numbers))), pa.table({"w": pa.array(numbers, pa.int32()), "a": values}))


def test_each_world_has_its_own_sum():
    empty = pa.table({"w": pa.array([], pa.int32())})
    one = gist([worlds([0, 0, 1, 2], [1, 2, 3, 4]), Piece((3,), empty)], 5, 1e-9)
    other = gist([worlds([2, 0, 0, 1], [5, 2, 1, 3]), Piece((3, 4), empty)], 5, 1e-9)
    assert one.apart(other).tolist() == [False, False, True, False, False]
    assert one.ran.tolist() == [True, True, True, True, False]


def test_an_error_is_apart_from_rows_but_not_from_an_error_and_no_run_from_nothing():
    fine = Piece((0,), pa.table({"w": pa.array([0], pa.int32()), "a": [1]}))
    failed, late = Piece((0,), None, "Conversion Error: x"), Piece((0,), None, "INTERRUPT Error: late")
    cut = Piece((0,), fine.table, cut=True)
    assert gist([fine], 1, 1e-9).apart(gist([failed], 1, 1e-9)).tolist() == [True]
    assert gist([failed], 1, 1e-9).apart(gist([fine], 1, 1e-9)).tolist() == [False]  # the reference failed: no case
    assert gist([failed], 1, 1e-9).apart(gist([failed], 1, 1e-9)).tolist() == [False]
    for never in (late, cut):
        assert gist([fine], 1, 1e-9).apart(gist([never], 1, 1e-9)).tolist() == [False]
        assert not gist([never], 1, 1e-9).ran.any()


@pytest.mark.parametrize(
    ("error", "late"),
    [("INTERRUPT Error: x", True), ("Interrupted!", True), ("Out of Memory Error: y", True), ("Binder Error", False),
     (None, False), ("", False)],
)  # fmt: skip
def test_what_is_late(error, late):
    assert is_late(error) is late
