"""Do the sums of an experiment give what its rows give, wherever the rows lie?"""

import duckdb
import numpy as np
import pandas as pd
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate import difference
from liveloop.estimate.size.compress import compress
from liveloop.estimate.size.large import large_difference, large_ratio


def drawn(seed=1, rows=3_000, groups=40, split=False):
    chance = stream(seed, "large")
    cluster = chance.integers(0, groups, rows)
    t = chance.integers(0, 2, rows) if split else (chance.random(groups) < 0.5).astype(int)[cluster]
    shared = chance.standard_normal(groups)[cluster]
    x = 1e5 + chance.standard_normal(rows) + shared
    z = chance.standard_normal(rows)
    y = 1e4 + 0.3 * t + (x - 1e5) + 0.2 * z + shared + chance.standard_normal(rows)
    return {"y": y, "t": t, "cluster": cluster, "x": x, "z": z, "d": 1.0 + chance.integers(0, 9, rows)}


HOW = {"outcome": "y", "treatment": "t", "clusters": "cluster", "covariates": ["x", "z"]}
SUMMED = {"outcomes": ["y", "d"], "treatment": "t", "clusters": "cluster", "covariates": ["x", "z"]}


def same(one, other, tolerance=1e-7):
    assert one.value == pytest.approx(other.value, rel=tolerance)
    assert one.standard_error == pytest.approx(other.standard_error, rel=tolerance)
    assert one.df == pytest.approx(other.df, rel=tolerance)


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("correction", ["CR0", "CR1", "CR2", "CR3"])
@pytest.mark.parametrize("adjust", ["none", "cuped", "lin"])
def test_as_from_the_rows(adjust, correction, split):
    data = drawn(split=split)
    made = large_difference(compress(data, **SUMMED), outcome="y", adjust=adjust, correction=correction)
    same(made, difference(data, **HOW, adjust=adjust, correction=correction))


@pytest.mark.parametrize("adjust", ["none", "cuped", "lin"])
def test_a_ratio_is_the_difference_of_its_linear_part(adjust):
    data = drawn()
    y, t, below = data["y"], data["t"], data["d"]
    linear = np.zeros(len(y))
    for code in (0, 1):
        mine = t == code
        ratio = y[mine].sum() / below[mine].sum()
        linear[mine] = ratio + (y[mine] - ratio * below[mine]) / below[mine].mean()
    made = large_ratio(compress(data, **SUMMED), numerator="y", denominator="d", adjust=adjust)
    same(made, difference({**data, "linear": linear}, **{**HOW, "outcome": "linear"}, adjust=adjust))


def test_a_ratio_by_leaving_out_each_cluster():
    data = drawn(groups=300, rows=6_000)

    def ratio(kept):
        parts = [
            data["y"][kept & (data["t"] == code)].sum() / data["d"][kept & (data["t"] == code)].sum() for code in (0, 1)
        ]
        return parts[1] - parts[0]

    made = large_ratio(compress(data, **SUMMED), numerator="y", denominator="d", adjust="none", correction="CR3")
    clusters = np.unique(data["cluster"])
    left = np.array([ratio(data["cluster"] != one) for one in clusters])
    assert made.value == pytest.approx(ratio(np.ones(6_000, bool)), rel=1e-9)
    assert made.standard_error == pytest.approx(((left - made.value) ** 2).sum() ** 0.5, rel=0.02)


def test_without_clusters_each_arm_has_its_own_variance():
    data = drawn()
    made = large_difference(compress(data, outcomes=["y"], treatment="t"), outcome="y")
    rows = difference(data, outcome="y", treatment="t")
    assert (made.value, made.standard_error) == pytest.approx((rows.value, rows.standard_error), rel=1e-8)


def test_wherever_the_rows_lie(tmp_path):
    data = pd.DataFrame(drawn())
    expected = large_difference(compress(data, **SUMMED), outcome="y")
    data.sample(frac=1.0, random_state=1).to_parquet(tmp_path / "a.parquet")
    data.iloc[:1_000].to_parquet(tmp_path / "part1.parquet")
    data.iloc[1_000:].to_parquet(tmp_path / "part2.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE rows AS SELECT * FROM '{tmp_path}/a.parquet'")
        for source in (tmp_path / "a.parquet", f"{tmp_path}/part*.parquet", connection.table("rows")):
            same(large_difference(compress(source, **SUMMED), outcome="y"), expected, 1e-9)


def test_a_file_of_text_is_read_as_its_first_line_says_and_its_name_is_no_pattern(tmp_path):
    for number, value in enumerate((3, 7)):
        rows = "\n".join(["t;y", *(f"{row % 2};{row * value}" for row in range(8))])
        (tmp_path / f"rows[{number}].csv").write_text(rows)
    sums = compress(tmp_path / "rows[1].csv", outcomes=["y"], treatment="t")
    assert sums.total("y").tolist() == pytest.approx([7 * (0 + 2 + 4 + 6), 7 * (1 + 3 + 5 + 7)])


def test_three_arms_are_held_against_the_control():
    data = drawn(groups=90)
    data["t"] = (data["cluster"] % 3).astype(int)
    sums = compress(data, **SUMMED)
    kept = {name: column[data["t"] != 1] for name, column in data.items()}
    same(large_difference(sums, outcome="y", arm=2), difference(kept, **HOW, adjust="cuped"))
    with pytest.raises(BadInput, match="there are 3 arms"):
        large_difference(sums, outcome="y")
    with pytest.raises(BadInput, match="no arm 7"):
        large_difference(sums, outcome="y", arm=7)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"y": [None, 1.0, 2.0]}, "column 'y' is missing in 1 of 3 rows"),
        ({"t": [0, 0, 0]}, "treatment 't' has one arm only"),
        ({"cluster": [None, 1, 2]}, "column 'cluster' is missing in 1 of 3 rows"),
        ({"y": ["a", "b", "c"]}, "column 'y' holds VARCHAR"),
    ],
)
def test_bad_rows_are_refused(tmp_path, changes, words):
    data = {"y": [1.0, 2.0, 3.0], "t": [0, 1, 1], "cluster": [1, 2, 3], **changes}
    pd.DataFrame(data).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(BadInput, match=words):
        compress(tmp_path / "a.parquet", outcomes=["y"], treatment="t", clusters="cluster")


def test_no_rows_and_no_file_are_refused(tmp_path):
    pd.DataFrame({"y": [1.0], "t": [0]}).iloc[:0].to_parquet(tmp_path / "a.parquet")
    with pytest.raises(BadInput, match="0 rows"):
        compress(tmp_path / "a.parquet", outcomes=["y"], treatment="t")
    with pytest.raises(BadInput, match="there is no such file"):
        compress(tmp_path / "b.parquet", outcomes=["y"], treatment="t")
    with pytest.raises(BadInput, match="cannot be read"):
        compress(f"{tmp_path}/c*.parquet", outcomes=["y"], treatment="t")
    with pytest.raises(BadInput, match="there is no column 'q'"):
        compress(drawn(), outcomes=["q"], treatment="t")


def test_what_rows_would_be_refused_for_sums_are_too():
    data = {"y": np.arange(20.0), "t": np.repeat([0, 1], [18, 2]), "u": np.arange(20) // 2}
    sums = compress(data, outcomes=["y"], treatment="t", clusters="u")
    with pytest.raises(BadInput, match=r"arm 1 has 1 cluster \(u\), of 10 in all"):
        large_difference(sums, outcome="y")
    for where in ("numerator", "denominator"):
        with pytest.raises(BadInput, match=f"{where} 'zz' was not summed"):
            large_ratio(sums, **{"numerator": "y", "denominator": "y", where: "zz"})
    with pytest.raises(BadInput, match="memory is 'lots'"):
        compress(data, outcomes=["y"], treatment="t", memory="lots")
    with pytest.raises(BadInput, match="level is 95"):
        large_difference(
            compress({**data, "t": np.arange(20) // 2 % 2}, outcomes=["y"], treatment="t"), outcome="y", level=95
        )
    both = compress({**data, "t": np.arange(20) % 2}, outcomes=["y"], treatment="t", clusters="u")
    assert large_difference(both, outcome="y").diagnostics[0].value == 10.0
    assert "only 10 clusters" in large_difference(both, outcome="y").warnings[0]
    wait = duckdb.sql("SELECT INTERVAL 1 DAY AS y, i % 2 AS t FROM range(20) r(i)")
    with pytest.raises(BadInput, match="column 'y' holds INTERVAL"):
        compress(wait, outcomes=["y"], treatment="t")
