"""Is each look of a sequence what the analysis of the rows so far gives, and do the intervals hold together?"""

import datetime as dt
import importlib.util
import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from scipy.special import lambertw
from scipy.stats import norm

from liveloop.base.errors import BadInput
from liveloop.estimate.looks.accrual import clock
from liveloop.estimate.looks.asymptotic import asymptotic_sequence
from liveloop.estimate.looks.many import many_sequences
from liveloop.estimate.looks.mixture import best_rho
from liveloop.estimate.looks.sprt import mixture_sprt
from liveloop.estimate.randomised.difference import difference

spec = importlib.util.spec_from_file_location("looks_worlds", Path(__file__).with_name("worlds.py"))
worlds = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worlds)
SAID = {"outcome": "y", "treatment": "t", "arrived": "when"}
BARE = {"outcome": "y", "treatment": "t"}


@pytest.mark.parametrize("seed", range(3))
def test_each_look_at_rows_is_a_difference(seed):
    data = worlds.rows(seed)
    made = asymptotic_sequence(data, **SAID)
    for place in (0, 50, 200, len(made) - 1):
        aim = difference(worlds.until(data, made.at[place]), **BARE)
        assert made.value[place] == pytest.approx(aim.value, rel=1e-9)
        assert made.rows[place] == aim.counts["rows"]
    last = difference(data, **BARE)
    assert made.estimate.standard_error == pytest.approx(last.standard_error, rel=1e-9)
    assert made.estimate.df == pytest.approx(last.df, rel=1e-9)
    once = made.estimate.conventions[0]
    assert (once.low, once.high) == pytest.approx((last.low, last.high), rel=1e-9)


@pytest.mark.parametrize("extra", [{}, {"weights": "w"}])
def test_each_look_at_clusters_is_a_clustered_difference(extra):
    data = worlds.clusters(4)
    made = asymptotic_sequence(data, clusters="g", least=3, looks=12, **SAID, **extra)
    for place in range(len(made)):
        so_far = worlds.until(data, made.at[place])
        aim = difference(so_far, clusters="g", correction="CR2", **BARE, **extra)
        assert made.value[place] == pytest.approx(aim.value, rel=1e-9)
        one = asymptotic_sequence(so_far, clusters="g", least=3, looks=1, **SAID, **extra).estimate
        assert one.standard_error == pytest.approx(aim.standard_error, rel=1e-9)
        assert one.df == pytest.approx(aim.df, rel=1e-9)


def test_a_ratio_is_a_weighted_difference():
    data = worlds.clusters(5)
    made = asymptotic_sequence(data, clusters="g", denominator="n", looks=1, **SAID).estimate
    aim = difference({**data, "y": data["y"] / data["n"]}, clusters="g", weights="n", **BARE)
    assert made.value == pytest.approx(aim.value, rel=1e-9)
    assert made.standard_error == pytest.approx(aim.standard_error, rel=1e-9)
    rows = worlds.rows(5, 500)
    by_row = asymptotic_sequence(rows, denominator="n", looks=1, **SAID).estimate
    residual, arms = [], rows["t"] == 1
    for arm in (~arms, arms):
        y, n = rows["y"][arm], rows["n"][arm]
        left, worth = y - y.sum() / n.sum() * n, n.sum() ** 2 / (n**2).sum()
        residual.append((left**2).sum() / n.sum() ** 2 * worth / (worth - 1))
    assert by_row.standard_error == pytest.approx(sum(residual) ** 0.5, rel=1e-9)


def test_covariates_have_one_slope():
    data = worlds.rows(6, 400)
    made = asymptotic_sequence(data, covariates=["x"], **SAID)
    for place in (30, len(made) - 1):
        so_far = worlds.until(data, made.at[place])
        design = np.column_stack([np.ones(len(so_far["y"])), so_far["t"], so_far["x"]])
        aim = sm.OLS(so_far["y"], design).fit(cov_type="HC2")
        assert made.value[place] == pytest.approx(aim.params[1], rel=1e-8)
    # the slope's own error is left out, which is of the order 1 / n
    assert made.estimate.standard_error == pytest.approx(aim.bse[1], rel=1e-2)
    grouped = worlds.clusters(6, 60)
    by_cluster = asymptotic_sequence(grouped, clusters="g", covariates=["x"], looks=1, **SAID).estimate
    aim = difference(grouped, clusters="g", covariates=["x"], adjust="cuped", **BARE)
    assert by_cluster.value == pytest.approx(aim.value, rel=1e-9)
    assert by_cluster.standard_error == pytest.approx(aim.standard_error, rel=0.05)


def test_the_width_is_that_of_the_paper():
    """Waudby-Smith et al., arXiv:2103.06476, equation 9, with rho for n = 5,000 by the paper's closed form."""
    data = worlds.rows(7, 20_000)
    made = asymptotic_sequence(data, tuned_for=5_000, looks=4, **SAID)
    error, n = 0.05, made.units.astype(float)
    rho2 = (-2 * np.log(error) + np.log(-2 * np.log(error) + 1)) / 5_000
    assert 1 / best_rho(5_000, error) == pytest.approx(rho2)
    exact = (-lambertw(-(error**2) * np.exp(-1), -1).real - 1) / 5_000
    assert rho2 == pytest.approx(exact, rel=0.04)
    spread = made.estimate.standard_error * np.sqrt(n[-1])
    margin = spread * np.sqrt(2 * (n * rho2 + 1) / (n**2 * rho2) * np.log(np.sqrt(n * rho2 + 1) / error))
    assert (made.high - made.low)[-1] / 2 == pytest.approx(margin[-1], rel=1e-3)  # t against normal at 20,000


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
def test_p_value_and_interval_say_the_same(side):
    for seed in range(12):
        made = asymptotic_sequence(
            worlds.rows(seed, 200, 0.6 if side != "less" else -0.6), side=side, tuned_for=100, **SAID
        )
        out = np.logical_or.accumulate((made.low > 0) | (made.high < 0))
        assert ((made.p_values <= 0.05) == out).all()
        assert (np.diff(made.p_values) <= 0).all()
    assert np.isinf(made.high).all() == (side == "greater")
    assert np.isinf(made.low).all() == (side == "less")


def test_one_side_is_nearer():
    data = worlds.rows(1)
    both, one = (asymptotic_sequence(data, side=side, tuned_for=300, **SAID) for side in ("two-sided", "greater"))
    assert both.low[-1] < one.low[-1] < one.value[-1]


def test_what_was_seen_does_not_change_with_what_comes():
    """A stop may rest on the rows so far only: cutting the later rows off leaves the looks before as they were."""
    for data, extra in ((worlds.rows(2), {}), (worlds.clusters(2), {"clusters": "g", "least": 3})):
        whole = asymptotic_sequence(data, **SAID, **extra)
        part = asymptotic_sequence(worlds.until(data, whole.at[40]), **SAID, **extra)
        assert len(part) == 41
        assert part.low == pytest.approx(whole.low[:41], rel=1e-9)
        assert part.high == pytest.approx(whole.high[:41], rel=1e-9)


def test_the_order_of_the_table_does_not_matter():
    data = worlds.clusters(3)
    mixed = np.random.default_rng(0).permutation(len(data["y"]))
    other = {name: column[mixed] for name, column in data.items()}
    one, two = (asymptotic_sequence(each, clusters="g", looks=20, **SAID) for each in (data, other))
    assert one.low == pytest.approx(two.low, rel=1e-9)


def test_the_clock():
    """Complete clusters: time is the sum of squares so far. Looks that never agree: bounded, and never back."""
    values = np.random.default_rng(1).normal(size=40)
    ends = np.arange(5, 41, 5)
    scores = np.where(np.arange(40) < ends[:, None], values, 0.0)
    squares = (scores**2).sum(axis=1)
    assert clock(scores, 5.0) == pytest.approx(5 * squares / squares[0], rel=1e-9)
    assert clock(np.vstack([scores[-1]] * 4), 7.0) == pytest.approx([7.0] * 4)
    wild = clock(np.random.default_rng(2).normal(size=(200, 12)), 1.0)
    assert np.isfinite(wild).all()
    assert (np.diff(wild) >= 0).all()


def test_clusters_hold_where_rows_do_not():
    """ICC 0.2, 20 rows each: the row-wise sequence raises an alarm in most draws, that of clusters in few."""
    alarms = np.zeros(3)
    for seed in range(40):
        draw = np.random.default_rng(seed)
        g = np.repeat(np.arange(100), 20)
        y = 0.2**0.5 * draw.normal(size=100)[g] + 0.8**0.5 * draw.normal(size=2000)
        data = {"y": y, "t": draw.permutation(np.arange(100) % 2)[g], "g": g, "when": np.arange(2000)}
        for place, extra in enumerate(({}, {"clusters": "g"}, {"clusters": "g", "complete_after": 25})):
            tuned = 500 if not extra else 100
            made = asymptotic_sequence(data, looks=100, tuned_for=tuned, **SAID, **extra)
            alarms[place] += made.first_excluding_zero is not None
    assert alarms[0] >= 16  # of 40; two in three are expected
    assert alarms[1] <= 6  # one or two are
    assert alarms[2] <= 6


def test_complete_clusters_are_units():
    """Each counts from when it is complete, with the rows it has by then; a look is a difference over those."""
    data = worlds.clusters(8, 40)
    made = asymptotic_sequence(data, clusters="g", complete_after=0.4, least=4, **SAID)
    first = pd.Series(data["when"]).groupby(data["g"]).transform("min").to_numpy()
    closes = first + 0.4
    for place in (0, len(made) - 1):
        kept = (closes <= made.at[place] + 1e-12) & (data["when"] <= closes)
        aim = difference({name: column[kept] for name, column in data.items()}, clusters="g", **BARE)
        assert made.value[place] == pytest.approx(aim.value, rel=1e-9)
        assert made.units[place] == aim.counts["g"]
    assert "do not count" in made.estimate.warnings[0]
    assert made.estimate.counts["g"] == made.units[-1]


def test_many_give_what_one_gives():
    draw = np.random.default_rng(9)
    y, n = draw.normal(size=(3, 250)) + 5, draw.integers(1, 5, 250) * 1.0
    arms = draw.integers(0, 2, (3, 250)) * 1.0
    plain, sized = many_sequences(y, arms), many_sequences(y, arms, size=n)
    for place in range(3):
        data = {"y": y[place], "t": arms[place], "n": n, "when": np.arange(250)}
        for many, extra in ((plain, {}), (sized, {"denominator": "n"})):
            one = asymptotic_sequence(data, **SAID, **extra)
            start = 250 - len(one)
            assert many.value[place, start:] == pytest.approx(one.value, rel=1e-9)
            assert many.low[place, start:] == pytest.approx(one.low, rel=1e-9)
            assert np.isinf(many.reach[place, :start]).all()
    some = many_sequences(y, arms, looks=np.array([50, 125, 250]))
    assert some.low == pytest.approx(plain.low[:, [49, 124, 249]])
    same = many_sequences(y, arms[0])
    assert same.low[0] == pytest.approx(plain.low[0])
    with pytest.raises(BadInput, match="outcome of the shape"):
        many_sequences(y[0], arms[0])
    with pytest.raises(BadInput, match="looks are no numbers of units"):
        many_sequences(y, arms, looks=np.array([50, 40]))


def test_peeking():
    """A thousand looks at no effect: more than a third raise an alarm naively, few with the sequence."""
    draw = np.random.Generator(np.random.SFC64(1)).standard_normal((500, 1000))
    arm = np.tile([0.0, 1.0], 500)
    naive, sequence = (1 - many_sequences(draw, arm, naive=one, least=2).holds().mean() for one in (True, False))
    assert naive > 0.36
    assert sequence < 0.05


def test_mixture_ratio_is_the_likelihood():
    """Johari et al.: sqrt(V / (V + tau^2)) exp(tau^2 d^2 / (2 V (V + tau^2))), V the squared standard error."""
    data = worlds.rows(3, 3_000, 0.1)
    made = mixture_sprt(data, effect_size=0.1, looks=30, **SAID)
    ratios = []
    for place in range(len(made)):
        one = difference(worlds.until(data, made.at[place]), **BARE)
        v = one.standard_error**2
        ratios.append((v / (v + 0.01)) ** 0.5 * np.exp(0.01 * one.value**2 / (2 * v * (v + 0.01))))
    aim = np.minimum(1, 1 / np.maximum.accumulate(ratios))
    assert made.p_values == pytest.approx(aim, rel=0.02)  # t against normal at 100 rows and more
    with pytest.raises(BadInput, match="effect_size 0"):
        mixture_sprt(data, effect_size=0, **SAID)


def test_tables_and_times_of_any_kind():
    data = worlds.rows(1)
    when = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta((data["when"] * 1e6).astype(int), unit="s")
    frame = pd.DataFrame({**data, "when": when})
    aim = asymptotic_sequence(data, looks=50, **SAID)
    relation = duckdb.from_arrow(pl.from_pandas(frame).to_arrow())
    for table in (frame, pl.from_pandas(frame), pl.from_pandas(frame).to_arrow(), relation):
        made = asymptotic_sequence(table, looks=50, **SAID)
        assert made.low == pytest.approx(aim.low)
        assert isinstance(made.at[0], dt.datetime)
        assert made.at[0].tzinfo is not None
    dates = frame.assign(when=[dt.date(2026, 1, 1) + dt.timedelta(days=one // 10) for one in range(300)])
    daily = asymptotic_sequence(dates, **SAID)
    assert len(daily) <= 30
    chosen = [dt.date(2026, 1, 10), dt.date(2026, 1, 20)]
    assert asymptotic_sequence(dates, looks=chosen, **SAID).rows.tolist() == [100, 200]
    spans = asymptotic_sequence(
        frame.assign(g=np.arange(300) // 3 * 2 + frame.t), clusters="g", complete_after=dt.timedelta(days=1), **SAID
    )
    assert spans.units[-1] > 50
    assert asymptotic_sequence(frame, control=1, looks=1, **SAID).estimate.value == pytest.approx(-aim.value[-1])


def test_a_sequence_shows_itself():
    made = asymptotic_sequence(worlds.rows(2, effect=1.0), tuned_for=100, **SAID)
    told = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert len(told["low"]) == len(made) == len(told["at"])
    assert told["first_excluding_zero"] == made.first_excluding_zero
    assert "0 first excluded at" in str(made)
    assert "<table>" in made._repr_html_()
    assert made.plot().lines
    value, low, high = made.look(made.at[7] + 1e-9)
    assert (value, low, high) == (made.value[7], made.low[7], made.high[7])
    assert made.look(-1.0) is None
    common = made.intersection
    assert common.low == made.low.max()
    assert common.high == made.high.min()


def test_an_effect_that_turns_leaves_nothing_in_common():
    data = worlds.rows(3, 1_000)
    data["y"] = data["y"] + np.where(np.arange(1_000) < 300, 3.0, -3.0) * data["t"]
    made = asymptotic_sequence(data, tuned_for=300, **SAID)
    assert made.intersection.low > made.intersection.high
    assert "nothing" not in made.intersection.warnings[-1]
    assert "no value in common" in made.intersection.warnings[-1]
    common = next(one for one in made.estimate.diagnostics if "in common" in one.name)
    assert common.holds is False


def test_assignment_that_changes_is_told():
    draw = np.random.default_rng(0)
    share = np.linspace(0.1, 0.9, 500)
    data = {"y": draw.normal(size=500), "t": draw.uniform(size=500) < share, "when": np.arange(500)}
    steady = {one.name: one.holds for one in asymptotic_sequence(data, **SAID).estimate.diagnostics}
    assert steady["treated share, early and late units"] is False
    steady = {one.name: one.holds for one in asymptotic_sequence(worlds.rows(0), **SAID).estimate.diagnostics}
    assert steady["treated share, early and late units"] is True


def test_an_arm_without_variance_leaves_the_ends_open():
    data = {"y": np.r_[np.zeros(60), 1.0, np.zeros(39)], "t": np.arange(100) % 2, "when": np.arange(100)}
    made = asymptotic_sequence(data, **SAID)
    assert np.isinf(made.low[0])
    assert made.p_values[0] == 1.0
    assert np.isfinite(made.low[-1])


def test_level_and_warnings():
    data = worlds.rows(1)
    narrow, wide = (asymptotic_sequence(data, level=level, **SAID) for level in (0.8, 0.99))
    assert narrow.low[-1] > wide.low[-1]
    assert asymptotic_sequence(data, tuned_for=1e5, **SAID).estimate.warnings
    few = asymptotic_sequence(worlds.clusters(1), clusters="g", tuned_for=30, **SAID).estimate
    assert "only 15 gs in the smaller arm" in few.warnings[0]
    names = [one.name for one in few.conventions]
    assert names == ["CR2, as if looked at once", "tuned for 3 units", "tuned for 300 units"]
    assert norm.ppf(0.975) * few.standard_error < few.high - few.value


MISSING = np.r_[np.nan, np.arange(1.0, 300.0)]


@pytest.mark.parametrize(
    ("changes", "asked", "said"),
    [
        ({"y": MISSING}, {}, "outcome 'y' is missing in 1 of 300 rows"),
        ({"when": MISSING}, {}, "arrival 'when' is missing in 1 of 300 rows"),
        ({"when": np.array(["a", "b", "c"] * 100)}, {}, "arrival 'when' holds"),
        ({"t": np.ones(300)}, {}, "treatment 't' has one arm only"),
        ({"t": np.arange(300) % 3}, {}, "treatment 't' has 3 arms"),
        ({}, {"arrived": "gone"}, "there is no arrival 'gone'"),
        ({"n": -np.ones(300)}, {"denominator": "n"}, "denominator 'n' is below 0 in 300 of 300 rows"),
        ({"w": np.zeros(300)}, {"weights": "w"}, "weight 'w' is not above 0 in 300"),
        ({"g": np.zeros(300)}, {"clusters": "g"}, "1 of 1 values of 'g' have rows in more than one arm"),
        ({}, {"denominator": "n", "covariates": ["x"]}, "covariates with a ratio"),
        ({}, {"complete_after": 1.0}, "complete_after without clusters"),
        ({}, {"side": "up"}, "no side 'up'"),
        ({}, {"level": 1.0}, "level is 1.0"),
        ({}, {"tuned_for": 0}, "tuned_for is 0"),
        ({}, {"least": 1}, "least is 1"),
        ({}, {"least": 500}, "the smaller arm has"),
        ({}, {"looks": 0}, "looks is 0"),
        ({}, {"looks": [0.5, 0.5]}, "2 looks, 1 of them different"),
        ({}, {"looks": ["noon"]}, "looks are not of the kind"),
    ],
)
def test_bad_input_is_named(changes, asked, said):
    with pytest.raises(BadInput, match=said):
        asymptotic_sequence({**worlds.rows(0), **changes}, **{**SAID, **asked})


def test_bad_spans_are_named():
    data = worlds.clusters(1)
    with pytest.raises(BadInput, match="complete_after is a timedelta"):
        asymptotic_sequence(data, clusters="g", complete_after=dt.timedelta(1), **SAID)
    with pytest.raises(BadInput, match="none of 30 clusters is complete"):
        asymptotic_sequence(data, clusters="g", complete_after=9.0, **SAID)
    with pytest.raises(BadInput, match="complete_after is -1"):
        asymptotic_sequence(data, clusters="g", complete_after=-1.0, **SAID)
    with pytest.raises(BadInput, match="0 rows"):
        asymptotic_sequence({name: column[:0] for name, column in data.items()}, **SAID)
