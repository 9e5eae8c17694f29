"""Is an experiment that lies in another database summed up there, to the same estimates?"""

import sqlite3

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate import difference
from liveloop.estimate.size.compress import compress
from liveloop.estimate.size.large import large_difference, large_ratio

ROWS, USERS = 3_000, 200


def rows():
    chance = stream(1, "elsewhere")
    user = chance.integers(0, USERS, ROWS)
    arm = (np.arange(USERS) % 3)[user]
    x = 1e6 + chance.standard_normal(ROWS)
    y = 1e6 + 0.2 * (arm == 1) + 0.5 * (x - 1e6) + chance.standard_normal(USERS)[user] + chance.standard_normal(ROWS)
    return pd.DataFrame({"user": user, "arm": np.array(["a", "b", "c"])[arm], "x": x, "y": y, "n": 1 + user % 4})


@pytest.fixture
def in_sqlite(tmp_path):
    with sqlite3.connect(tmp_path / "rows.sqlite") as connection:
        rows().to_sql("seen", connection, index=False)
    return ibis.sqlite.connect(tmp_path / "rows.sqlite").table("seen")


def in_duckdb():
    return duckdb.connect().from_df(rows())


@pytest.mark.parametrize("arm", ["b", "c"])
@pytest.mark.parametrize("clusters", ["user", None])
def test_sqlite_gives_what_the_rows_give(in_sqlite, arm, clusters):
    adjust, covariates, correction = ("cuped", ["x"], "CR1") if clusters else ("none", [], "HC2")
    asked = {"outcomes": ["y", "n"], "treatment": "arm", "clusters": clusters, "covariates": covariates}
    how = {"outcome": "y", "adjust": adjust} | ({"correction": correction} if clusters else {})
    made, same = (large_difference(compress(source, **asked), arm=arm, **how) for source in (in_sqlite, rows()))
    assert (made.value, made.standard_error) == pytest.approx((same.value, same.standard_error), rel=1e-9)
    two = rows()[lambda data: data["arm"].isin(["a", arm])]
    same_rows = {"treatment": "arm", "clusters": clusters, "covariates": covariates, "correction": correction}
    alone = difference(two, outcome="y", adjust=adjust, **same_rows)
    assert (made.value, made.standard_error) == pytest.approx((alone.value, alone.standard_error), rel=1e-7)


def test_ratios_too(in_sqlite):
    asked = {"outcomes": ["y", "n"], "treatment": "arm", "clusters": "user"}
    made, same = (
        large_ratio(compress(source, **asked), numerator="y", denominator="n", arm="b")
        for source in (in_sqlite, rows())
    )
    assert (made.value, made.low, made.high) == pytest.approx((same.value, same.low, same.high), rel=1e-9)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"outcomes": ["z"], "treatment": "arm"}, "there is no column 'z'"),
        ({"outcomes": ["arm"], "treatment": "arm"}, "column 'arm' holds string"),
    ],
)
def test_what_cannot_be_summed_is_said(in_sqlite, asked, words):
    with pytest.raises(BadInput, match=words):
        compress(in_sqlite, **asked)


def test_missing_rows_are_counted_there(in_sqlite):
    holes = in_sqlite.mutate(y=ibis.ifelse(in_sqlite.user == 3, ibis.null("float64"), in_sqlite.y))
    missing = int((rows()["user"] == 3).sum())
    with pytest.raises(BadInput, match=f"column 'y' is missing in {missing} of {ROWS} rows"):
        compress(holes, outcomes=["y"], treatment="arm")
    with pytest.raises(BadInput, match="the data have 0 rows"):
        compress(in_sqlite.filter(in_sqlite.user < 0), outcomes=["y"], treatment="arm", clusters="user")


def test_a_database_that_refuses_is_told(in_sqlite):
    gone = in_sqlite.mutate(y=in_sqlite.y.cast("float64"))
    in_sqlite.get_backend().raw_sql("ALTER TABLE seen RENAME TO other").close()
    with pytest.raises(BadInput, match="cannot be read"):
        compress(gone, outcomes=["y"], treatment="arm")


def test_a_relation_of_duckdb_is_no_table_of_ibis():
    made = compress(in_duckdb(), outcomes=["y"], treatment="arm", clusters="user")
    assert made.rows == ROWS
