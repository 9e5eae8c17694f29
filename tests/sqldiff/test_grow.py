"""Are calm databases calm and legal, and do wild ones hold what the schema declares?"""

import pytest

from liveloop.sqldiff.database import DAY, HOUR, SECOND, Schema
from liveloop.sqldiff.grow import Shape, grow
from liveloop.sqldiff.mine import mine
from liveloop.sqldiff.twist import each_row, legal
from liveloop.worlds.schema import SCHEMA

WORLD = Schema(SCHEMA, (("labels", ("message_id", "revision")),), narratives=True)
MINED = mine("SELECT 1 FROM warnings w, sessions s WHERE s.happened_at < w.happened_at + INTERVAL 7 DAY")
SHAPES = [Shape(1), Shape(2), Shape(2, 3), Shape(1, 5, dense=True), Shape(3, 2, 0.35), Shape(40)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(6))
def test_calm_databases(shape, seed):
    database = grow(WORLD, MINED, shape, seed=seed)
    assert legal(database)
    moments = []
    for table, _, row in each_row(database):
        happened = row[[column.name for column in table.columns].index("happened_at")]
        moments.append(happened)
        assert None not in row
        assert 8 * HOUR <= happened % DAY < 15 * HOUR + HOUR // 2
    assert len(set(moments)) == len(moments), "no two facts at one moment"
    gaps = {abs(a - b) for a in moments for b in moments}
    exact = {7 * DAY, 7 * DAY - SECOND, 7 * DAY + SECOND}
    assert len(moments) > 30 or not gaps & exact


def test_one_row_for_each_owner():
    database = grow(WORLD, MINED, Shape(5), seed=1)
    assert {name: len(rows) for name, rows in database.rows.items()} == dict.fromkeys(database.rows, 5)


def test_the_same_seed_grows_the_same():
    assert grow(WORLD, MINED, Shape(3, 3), seed=9).rows == grow(WORLD, MINED, Shape(3, 3), seed=9).rows
    assert grow(WORLD, MINED, Shape(3, 3), seed=9).rows != grow(WORLD, MINED, Shape(3, 3), seed=8).rows
