"""Does the design fix the analysis, is what would overturn it said, and what ran amiss found?"""

import json
from dataclasses import replace

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import flips, normals, stream, uniforms
from liveloop.estimate import asymptotic_sequence, difference
from liveloop.estimate.looks.mixture import t_of_normal
from liveloop.estimate.randomised.guardrail import guardrail
from liveloop.estimate.randomised.ratio import ratio
from liveloop.estimate.randomised.strata import stratified
from liveloop.estimate.regimes.randomised import clustered
from liveloop.estimate.whole.analysis import analyse, missing_by_arm
from liveloop.estimate.whole.check import checked
from liveloop.estimate.whole.design import Design, name_of
from liveloop.estimate.whole.guards import guarded
from liveloop.estimate.whole.register import Guard, Registration, read_registration, write_registration
from liveloop.estimate.whole.report import report


def drawn(seed=4, effect=0.5, clusters=60):
    data, _ = clustered(seed, [12] * clusters, 0.3, effect)
    rows = len(data["y"])
    kind = (np.arange(rows) // 12 % 2).astype(int)
    return {**data, "kind": kind, "seconds": 5.0 + uniforms(seed, "seconds", range(rows)), "day": np.arange(rows) % 7}


UNIT = {"unit": "cluster", "treatment": "t"}


def test_the_design_chooses_the_estimator():
    data = drawn()
    plain = analyse(Design(**UNIT), data, outcome="y").effect
    assert plain == difference(data, outcome="y", treatment="t", clusters="cluster")
    assert analyse(Design(**UNIT, strata="kind"), data, outcome="y").effect == stratified(
        data, outcome="y", treatment="t", clusters="cluster", strata="kind"
    )
    both = analyse(Design(**UNIT), data, outcome="y", denominator="seconds").effect
    assert both.value == ratio(data, outcome="y", denominator="seconds", treatment="t", clusters="cluster").value
    ways = analyse(Design(**UNIT, clusters=("day",)), data, outcome="y").effect
    assert ways.value == pytest.approx(plain.value)
    assert ways.standard_error != plain.standard_error
    rows = analyse(Design(treatment="t"), data, outcome="y").effect
    assert (rows.correction, plain.correction) == ("HC2", "CR2")


def test_one_row_of_each_unit_needs_no_clusters():
    data = {"user": np.arange(40), "t": np.arange(40) % 2, "y": normals(1, "y", range(40))}
    assert analyse(Design(unit="user", treatment="t"), data, outcome="y").effect.correction == "HC2"


def test_uptake_gives_the_effect_on_those_who_take_it():
    data = drawn()
    data["took"] = data["t"] * (uniforms(1, "took", range(len(data["y"]))) < 0.5)
    made = analyse(Design(**UNIT, uptake="took"), data, outcome="y")
    assert made.on_takers.value == pytest.approx(made.effect.value / data["took"][data["t"] == 1].mean(), rel=1e-6)


def test_several_arms_want_a_choice():
    data = drawn()
    data["t"] = data["cluster"] % 3
    with pytest.raises(BadInput, match="3 arms, and none is chosen"):
        analyse(Design(**UNIT), data, outcome="y")
    made = analyse(Design(**UNIT), data, outcome="y", arm=2)
    assert "2 minus 0" in made.effect.what


@pytest.mark.parametrize(
    ("design", "data", "words"),
    [
        (Design(**UNIT), {"t": np.arange(720) % 2}, "60 values of 'cluster' have rows in more than one arm"),
        (Design(**UNIT, shares={"0": 0.9, "2": 0.1}), {}, "arms that the plan does not have: 1"),
        (Design(**UNIT, covariates=("before",)), {}, "there is no covariate 'before'"),
        (Design(**UNIT, strata="kind", clusters=("day",)), {}, "several ways"),
    ],
)
def test_data_that_the_design_cannot_have_made_are_refused(design, data, words):
    with pytest.raises(BadInput, match=words):
        analyse(design, {**drawn(), **data}, outcome="y")


def test_a_covariate_that_was_measured_later_is_refused_by_its_clock():
    start = np.datetime64("2026-03-01T00:00:00", "us")
    data = drawn()
    rows = len(data["y"])
    data |= {"began": np.full(rows, start), "x_at": np.where(np.arange(rows) < 5, start + 1, start)}
    late = Design(**UNIT, covariates=("x",), assigned_at="began")
    with pytest.raises(BadInput, match="'x' was measured after the treatment began in 5 of 720 rows"):
        analyse(late, data, outcome="y")
    assert analyse(late, {**data, "x_at": data["began"]}, outcome="y").effect.counts["rows"] == rows
    with pytest.raises(BadInput, match="there is no column 'began'"):
        analyse(late, drawn(), outcome="y")
    with pytest.raises(BadInput, match="cannot be compared"):
        analyse(late, {**data, "x_at": np.full(rows, "yesterday")}, outcome="y")


def test_what_would_overturn_it_is_said():
    quiet = analyse(Design(**UNIT), drawn(clusters=200), outcome="y").decision
    assert quiet.shown
    assert quiet.overturned_by == ()
    lost = drawn()
    kept = (lost["t"] == 0) | (lost["cluster"] % 10 == 0)
    skewed = analyse(Design(**UNIT), {name: column[kept] for name, column in lost.items()}, outcome="y").decision
    assert "shares that were planned" in skewed.overturned_by[0]
    few = analyse(Design(**UNIT), drawn(clusters=12), outcome="y").decision
    assert any("only 12 clusters" in one for one in few.overturned_by)


def test_planned_looks_fix_how_wide_the_interval_is():
    once = analyse(Design(**UNIT), drawn(), outcome="y").effect
    for looks, look, bound in ((5, 5, 2.031), (5, 1, 4.877), (5, 3, 2.68)):
        made = analyse(Design(**UNIT, looks=looks), drawn(), outcome="y", look=look).effect
        assert made.value == once.value
        assert (made.high - made.value) / made.standard_error == pytest.approx(t_of_normal(bound, once.df), rel=1e-3)
        assert made.conventions[0].name == "one look, CR2"
        assert made.conventions[0].low == once.low
    for looks, look, words in ((5, 6, "there is no look 6"), (5, 0, "which of 5 looks"), (1, 2, "no number of looks")):
        with pytest.raises(BadInput, match=words):
            analyse(Design(**UNIT, looks=looks), drawn(), outcome="y", look=look)


def two_strata(effect=1.0, rows=4000):
    """Strata whose shares of treated and whose means are far apart, and of which 70 % comply."""
    stratum = np.arange(rows) % 2
    t = (uniforms(5, "arm", range(rows)) < np.where(stratum == 1, 0.8, 0.2)).astype(int)
    took = t * (uniforms(5, "took", range(rows)) < 0.7)
    y = 10.0 * stratum + effect * took + 0.5 * normals(5, "y", range(rows))
    lat = 7.0 * stratum + 0.5 * normals(5, "lat", range(rows))
    return {"user": np.arange(rows), "t": t, "kind": stratum, "took": took, "y": y, "lat": lat}


def test_strata_reach_all_that_is_said():
    data = two_strata()
    design = Design(unit="user", treatment="t", strata="kind", uptake="took", shares={"0": 0.5, "1": 0.5})
    made = analyse(design, data, outcome="y")
    assert made.effect.low < 0.7 < made.effect.high
    assert made.on_takers.low < 1.0 < made.on_takers.high
    assert made.on_takers.high - made.on_takers.low < 0.3
    found = {one.name: one.found for one in checked(design, data, before="lat")}
    assert found["A/A on what was before"] is False
    judged = guarded(design, data, metric="lat", margin=0.2, better="lower")
    assert judged.verdict == "safe"


def test_a_guardrail_is_of_the_registered_control_and_of_all_looks():
    rows = 800
    arm = np.array(["old", "new"])[np.arange(rows) % 2]
    lat = 1.0 * (arm == "new") + 0.3 * normals(1, "lat", range(rows))
    data = {"user": np.arange(rows), "arm": arm, "lat": lat}
    design = Design(unit="user", treatment="arm", control="old")
    how = {"metric": "lat", "margin": 0.2, "better": "lower"}
    assert guarded(design, data, **how).verdict == "harmful"
    same = guardrail(data, outcome="lat", treatment="arm", control="old", margin=0.2, better="lower")
    assert guarded(design, data, **how).p_value == pytest.approx(same.p_value)
    three = {**data, "arm": np.array(["old", "new", "other"])[np.arange(rows) % 3]}
    assert guarded(design, three, arm="other", **how).what.count("'other' minus 'old'") == 1
    narrow = guarded(design, data, **{**how, "margin": 1.04})
    looked = guarded(replace(design, looks=20), data, **{**how, "margin": 1.04}, look=2)
    assert looked.harm_at_most > narrow.harm_at_most
    with pytest.raises(BadInput, match="margin is 0"):
        guarded(design, data, **{**how, "margin": 0})


def test_shares_that_are_planned_are_those_that_are_drawn_anew():
    """With 15 of 100 blocks treated, a test that draws half of them has false alarms."""
    alarms = 0
    for seed in range(120):
        period = np.arange(400)
        t = (uniforms(seed, "t", range(100)) < 0.15).astype(int)[period // 4]
        if not 0 < t.mean() < 1:
            continue
        data = {"block": period // 4, "t": t, "hour": period, "y": t + normals(seed, "y", range(400))}
        design = Design(unit="block", treatment="t", shares={"0": 0.85, "1": 0.15})
        alarms += {one.name: one.found for one in checked(design, data, outcome="y", time="hour")}["carry-over"]
    assert alarms <= 5


def test_missing_outcomes_do_not_keep_the_other_checks_from_being_made():
    team, t = np.arange(2000) // 10, flips(3, "arm", range(2000), 0.5)
    y = np.where((t == 1) & (uniforms(3, "gone", range(2000)) < 0.3), np.nan, normals(3, "y", range(2000)))
    data = {"user": np.arange(2000), "team": team, "t": t, "y": y}
    found = {
        one.name: one.found for one in checked(Design(unit="user", treatment="t"), data, outcome="y", group="team")
    }
    assert found == {"shares of the arms": False, "missing outcomes": True, "spillover": False}
    with pytest.raises(BadInput, match="there is no column 'nope'"):
        checked(Design(unit="user", treatment="t"), data, outcome="nope")
    with pytest.raises(BadInput, match="spillover needs an outcome"):
        checked(Design(unit="user", treatment="t"), data, group="team")


def test_several_ways_of_clustering_give_the_row_of_the_treatment():
    data = drawn()
    for name in ("in", "i", "interval"):
        made = analyse(
            Design(unit="cluster", treatment=name, clusters=("day",)), {**data, name: data["t"]}, outcome="y"
        )
        assert made.effect.what == f"coefficient of {name} on y"
    with pytest.raises(BadInput, match="several ways, with uptake"):
        analyse(Design(**UNIT, clusters=("day",), uptake="took"), {**data, "took": data["t"]}, outcome="y")
    with pytest.raises(BadInput, match="a ratio, where uptake"):
        analyse(Design(**UNIT, uptake="took"), {**data, "took": data["t"]}, outcome="y", denominator="seconds")


def test_any_number_of_looks_gives_what_a_confidence_sequence_gives():
    data = {"user": np.arange(900), "t": np.arange(900) % 2, "y": normals(1, "y", range(900)), "at": np.arange(900)}
    made = analyse(Design(unit="user", treatment="t", looks=0), data, outcome="y", planned=900).effect
    same = asymptotic_sequence(data, outcome="y", treatment="t", arrived="at", tuned_for=900, looks=[899]).estimate
    assert (made.low, made.high) == pytest.approx((same.low, same.high), rel=5e-3)
    assert made.p_value == pytest.approx(same.p_value, rel=0.05)


def test_looking_early_hardly_ever_finds_what_is_not_there():
    """A stop at the first of five looks that shows something: 5 % of the time at most, and not 14 %."""
    alarms = dict.fromkeys((1, 5), 0)
    for seed in range(160):
        y = normals(seed, "y", range(500))
        t = (uniforms(seed, "t", range(500)) < 0.5).astype(int)
        for looks in alarms:
            alarms[looks] += any(
                analyse(Design(unit="user", treatment="t", looks=looks),
                        {"user": np.arange(n), "t": t[:n], "y": y[:n]}, outcome="y",
                        look=0 if looks == 1 else at).decision.shown
                for at, n in enumerate(range(100, 501, 100), 1)
            )  # fmt: skip
    assert alarms[5] <= 15 < alarms[1]


def test_units_that_touch_one_another_are_told_what_treating_everybody_does():
    team, t = np.arange(2000) // 10, flips(3, "arm", range(2000), 0.5)
    others = (np.bincount(team, t)[team] - t) / 9
    data = {"user": np.arange(2000), "team": team, "t": t, "y": t - 2.0 * others + normals(3, "y", range(2000))}
    made = analyse(Design(unit="user", treatment="t", exposure="team"), data, outcome="y")
    total = made.through_others["total"]
    assert total.low < -1.0 < total.high
    assert made.effect.value > 0.8
    assert "treating everybody does" in made.decision.overturned_by[0]
    alone = analyse(Design(unit="user", treatment="t", exposure="team"),
                    {**data, "y": t + normals(3, "y", range(2000))}, outcome="y")  # fmt: skip
    assert not any("treating everybody" in one for one in alone.decision.overturned_by)
    assert "Through others" in report(made)


def test_carry_over_of_a_switchback_is_found():
    period = np.arange(1200)
    block, t = period // 4, flips(2, "block", period // 4, 0.5)
    noise = 0.3 * normals(2, "noise", period)
    design = Design(unit="block", treatment="t")
    for reach, found in ((0.5, True), (0.0, False)):
        data = {"block": block, "t": t, "hour": period, "y": 1.0 * t + reach * np.r_[0, t[:-1]] + noise}
        made = {one.name: one.found for one in checked(design, data, outcome="y", time="hour")}
        assert made["carry-over"] is found
    with pytest.raises(BadInput, match="carry-over needs an outcome and the blocks"):
        checked(design, data, time="hour")


def test_a_registration_comes_back_and_a_strange_one_is_refused():
    design = Design(unit="user", treatment="arm", shares={"a": 0.25, 'b "x"': 0.75}, covariates=("x", "y"), looks=3)
    made = Registration(design, "minutes \N{GRINNING FACE}", 0.2, units=400, guards=(Guard("crashes", 0.1, "lower"),))
    assert read_registration(write_registration(made)) == made
    for text, words in (
        ("metric = 7 7", "is no TOML"),
        ('metric = "y"\neffekt = 1', "unknown field 'effekt'"),
        ('metric = "y"\n[design]', "effect"),
        ('metric = "y"\neffect = 1\n[design]\nunits = 3', "unknown field 'units'"),
        ('metric = "y"\neffect = 1\n[design]\nlevel = 7', "level is 7"),
        ('metric = "y"\neffect = 1\n[design]\nshares = [0.5, 0.5]', "shares are"),
        ('metric = "y"\neffect = 1\ndesign = 3', "are no tables"),
    ):
        with pytest.raises(BadInput, match=words):
            read_registration(text)


def test_arms_have_one_name_however_they_are_stored():
    assert [name_of(one) for one in (1, 1.0, True, "1")] == ["1"] * 4
    data = {**drawn(), "t": drawn()["t"] > 0}
    assert analyse(Design(**UNIT, shares={"0": 0.5, "1": 0.5}), data, outcome="y").arms.joint_p_value == 1.0


def test_a_page_needs_nothing_else():
    page = report(analyse(Design(**UNIT), {**drawn(), "<b>": drawn()["y"]}, outcome="<b>"))
    assert page.count("<svg") == 1
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    )
    assert "src=" not in page
    assert "<b>:" not in page


def found(checks):
    return {one.name for one in checks if one.found}


def test_what_ran_amiss_is_found_and_what_did_not_is_not():
    data = drawn(effect=0.0)
    design = Design(**UNIT)
    assert found(checked(design, data, outcome="y", before="x")) == set()
    shifted = {**data, "x": data["x"] + 2 * data["t"]}
    assert found(checked(design, shifted, before="x")) == {"A/A on what was before"}
    y = data["y"].copy()
    y[(data["t"] == 1) & (np.arange(len(y)) % 3 == 0)] = np.nan
    assert found(checked(design, {**data, "y": y}, outcome="y")) == {"missing outcomes"}
    kept = (data["t"] == 0) | (data["cluster"] % 10 == 0)
    assert found(checked(design, {name: column[kept] for name, column in data.items()})) == {"shares of the arms"}


def test_spillover_within_groups_is_found():
    chance = stream(3, "spill")
    team = np.repeat(np.arange(150), 4)
    t = (chance.random(600) < 0.5).astype(int)
    others = (np.bincount(team, t)[team] - t) / 3
    y = 2.0 * others + chance.standard_normal(600)
    data = {"team": team, "t": t, "y": y}
    assert found(checked(Design(treatment="t"), data, outcome="y", group="team")) == {"spillover"}
    assert found(checked(Design(treatment="t"), {**data, "y": y - 2.0 * others}, outcome="y", group="team")) == set()


def test_missing_outcomes_are_told_apart_by_units():
    """All rows of a few users are missing: by rows that is a hundred, by users it is three."""
    user = np.repeat(np.arange(60), 30)
    y = normals(1, "y", range(1800)).copy()
    y[np.isin(user, (1, 3, 5))] = np.nan
    design = Design(unit="user", treatment="t")
    frame = design.read({"user": user, "t": user % 2, "y": y}, "y")
    shares, p_value = missing_by_arm(design, frame, "y")
    assert shares == {"0": 0.0, "1": pytest.approx(0.1)}
    assert p_value > 0.01


def test_json_holds_an_analysis():
    made = analyse(Design(**UNIT), drawn(), outcome="y")
    assert json.dumps(made.effect.to_dict(), allow_nan=False)
    assert json.dumps(made.arms.to_dict(), allow_nan=False)
