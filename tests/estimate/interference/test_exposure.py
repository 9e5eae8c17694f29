"""Do effects of exposures come out in known networks, by the map that is named and the design that was run?"""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from liveloop.base.seeds import normals
from liveloop.estimate.interference.exposure import exposure_effects
from liveloop.estimate.interference.mapping import exposure_map
from liveloop.estimate.interference.network import network_of
from liveloop.estimate.regimes.interference import friends, network

WORLD, TRUTH = network(1.5)(3)
CALL = {"outcome": "y", "treatment": "t", "unit": "person", "edges": friends()}

# Aronow, Eckles, Samii and Zonszein (2021), "Spillover effects in experimental data", toy example: ten units, of which
# units 6 and 9 are treated, and the exposure that each has.
TOY = {
    1: (2, 3, 5), 2: (3, 4, 10), 3: (4, 5, 6, 9), 4: (5, 6, 7), 5: (6, 8), 7: (8, 9), 8: (9, 10), 9: (10,),
}  # fmt: skip
SEEN = ["no", "no", "ind1", "ind1", "ind1", "isol_dir", "ind1", "ind1", "isol_dir", "ind1"]


def test_exposures_of_the_published_toy_example():
    edges = {"source": [one for one, many in TOY.items() for _ in many],
             "target": [two for many in TOY.values() for two in many]}  # fmt: skip
    made = network_of(edges, units=tuple(range(1, 11)))
    arms = np.isin(np.arange(1, 11), (6, 9))
    codes = exposure_map("any").rule(arms, made.treated(arms), made.sizes)
    assert [("no", "ind1", "isol_dir", "dir_ind1")[code] for code in codes] == SEEN


def test_the_world_of_direct_and_spillover_effects():
    made = exposure_effects(WORLD, **CALL)
    assert made["total"].low < TRUTH < made["total"].high
    assert made["direct"].low < 1.0 < made["direct"].high
    assert made["spillover"].low < 0.5 < made["spillover"].high
    assert made["total"].value == pytest.approx(1.5, abs=0.4)
    naive = WORLD["y"][WORLD["t"] == 1].mean() - WORLD["y"][WORLD["t"] == 0].mean()
    assert abs(naive - 1.0) < 0.25
    assert made["total"].assumes and made["total"].counts["units"] == 500
    names = [one.name for one in made["total"].conventions]
    assert names == ["Aronow-Samii, as published", "network HAC, units that share a coin", "units independent"]


def test_hajek_and_horvitz_thompson_by_hand():
    made = exposure_effects(WORLD, **CALL)
    edges, people = friends(), 500
    matrix = np.zeros((people, people))
    matrix[edges["source"], edges["target"]] = matrix[edges["target"], edges["source"]] = 1
    t, y = WORLD["t"] > 0, WORLD["y"]
    touched = matrix @ t > 0
    nobody = 0.5 ** (1 + matrix.sum(axis=1))
    chance = np.where(touched, 0.5 - nobody, nobody)
    means, totals = {}, {}
    for name, has in (("11", t & touched), ("00", ~t & ~touched), ("01", ~t & touched)):
        weight = has / chance
        means[name], totals[name] = weight @ y / weight.sum(), weight @ y / people
    assert made["total"].value == pytest.approx(means["11"] - means["00"])
    assert made["spillover"].value == pytest.approx(means["01"] - means["00"])
    unbiased = exposure_effects(WORLD, **CALL, estimator="horvitz-thompson")
    assert unbiased["total"].value == pytest.approx(totals["11"] - totals["00"])
    assert unbiased["total"].df is None and unbiased["total"].correction == "Aronow-Samii"


def test_a_function_of_ones_own_gives_what_the_map_of_that_name_gives():
    def cells(arms, network):
        touched = network.treated(arms) > 0
        return np.where(arms, np.where(touched, "d11", "d10"), np.where(touched, "d01", "d00"))

    small = pd.DataFrame(WORLD).head(9)
    edges = {"source": np.arange(9), "target": (np.arange(9) + 1) % 9}
    call = {"outcome": "y", "treatment": "t", "unit": "person", "edges": edges, "correction": "none"}
    small["t"] = [1, 1, 0, 0, 0, 1, 0, 1, 0]
    own = exposure_effects(small, **call, exposure=cells, contrasts={"total": ("d11", "d00")})
    named = exposure_effects(small, **call, contrasts=["total"])
    assert own["total"].value == pytest.approx(named["total"].value)
    assert own["total"].standard_error == pytest.approx(named["total"].standard_error)
    drawn = exposure_effects(WORLD, **CALL, exposure=cells, contrasts={"total": ("d11", "d00")}, draws=1_000)
    counted = exposure_effects(WORLD, **CALL, contrasts=["total"])
    assert drawn["total"].value == pytest.approx(counted["total"].value, abs=0.05)
    assert drawn["total"].standard_error == pytest.approx(counted["total"].standard_error, rel=0.15)
    assert "from 1,000 draws" in drawn["total"].diagnostics[-1].says


def test_a_design_given_as_a_function_is_drawn():
    def half(seed):
        return np.argsort(np.argsort(normals(seed, "order", np.arange(500)))) < int(WORLD["t"].sum())

    given = exposure_effects(WORLD, **CALL, design=half, contrasts=["total"], draws=600)
    complete = exposure_effects(WORLD, **CALL, design="complete", contrasts=["total"])
    assert given["total"].value == pytest.approx(complete["total"].value, abs=0.08)
    assert given["total"].standard_error == pytest.approx(complete["total"].standard_error, rel=0.15)


def test_clusters_of_a_design_are_counted_and_twins_summed():
    rows = np.arange(240)
    town = rows // 4
    t = (town * 7 % 5 < 2).astype(int)
    share = np.bincount(town, t)[town] / 4
    data = {"y": t + 0.5 * share + 0.1 * normals(1, "noise", rows), "t": t, "town": town}
    made = exposure_effects(data, outcome="y", treatment="t", groups="town", clusters="town", exposure="full",
                            probability=0.4)  # fmt: skip
    total = made["total"]
    assert total.value == pytest.approx(1.5, abs=0.1) and total.correction.endswith("twins summed")
    alone = next(one for one in total.conventions if one.name.endswith("unit by unit"))
    assert alone.standard_error > 1.2 * total.standard_error  # bounds for each two units of a town, not for its sum
    by_town = np.array([data["y"][town == one].mean() for one in range(60)])
    treated = t[::4] == 1
    neyman = by_town[treated].var(ddof=1) / treated.sum() + by_town[~treated].var(ddof=1) / (~treated).sum()
    assert total.value == pytest.approx(by_town[treated].mean() - by_town[~treated].mean())
    assert total.standard_error == pytest.approx(neyman**0.5, rel=0.02)


def test_weights_matrices_and_levels_are_honoured():
    plain = exposure_effects(WORLD, **CALL, contrasts=["total"])["total"]
    twice = exposure_effects({**WORLD, "w": np.full(500, 2.0)}, **CALL, contrasts=["total"], weights="w")["total"]
    assert (twice.value, twice.standard_error) == pytest.approx((plain.value, plain.standard_error))
    more = exposure_effects({**WORLD, "w": 1 + WORLD["person"] % 3}, **CALL, contrasts=["total"], weights="w")["total"]
    assert more.value != pytest.approx(plain.value, abs=1e-6)
    edges, matrix = friends(), np.zeros((500, 500))
    matrix[edges["source"], edges["target"]] = matrix[edges["target"], edges["source"]] = 1
    for given in (matrix, sparse.csr_array(matrix)):
        made = exposure_effects(WORLD, outcome="y", treatment="t", edges=given, contrasts=["total"])["total"]
        assert made.value == pytest.approx(plain.value) and made.standard_error == pytest.approx(plain.standard_error)
    wide = exposure_effects(WORLD, **CALL, contrasts=["total"], level=0.99)["total"]
    assert wide.high - wide.low > plain.high - plain.low
    swapped = exposure_effects(WORLD, **CALL, control=1.0, contrasts=["total"])["total"]
    assert swapped.what.endswith("minus if all had 'control, no neighbour treated'")


def test_covariates_make_it_more_sure_and_stay_in_place():
    plain = exposure_effects(WORLD, **CALL, contrasts=["total"])["total"]
    for adjust in ("cuped", "lin"):
        made = exposure_effects(WORLD, **CALL, contrasts=["total"], covariates=["x"], adjust=adjust)["total"]
        assert made.standard_error < 0.75 * plain.standard_error
        assert made.value == pytest.approx(1.5, abs=0.35)


def test_shares_counts_and_more_arms_of_an_exposure():
    half = exposure_effects(WORLD, **CALL, exposure="share", threshold=0.5)
    assert set(half) == {"direct", "spillover", "total"}
    alone = exposure_effects(WORLD, **CALL, exposure="any", own=False)
    assert list(alone) == ["spillover"] and alone["spillover"].low < 0.5 < alone["spillover"].high
    count = exposure_effects(WORLD, **CALL, exposure="count", most=2, own=False)
    assert list(count) == [
        "1 neighbour treated - 0 neighbours treated", "2 or more neighbours treated - 0 neighbours treated",
    ]  # fmt: skip


def test_nothing_is_found_where_nothing_is():
    flat = {**WORLD, "y": normals(4, "flat", np.arange(500))}
    made = exposure_effects(flat, **CALL)
    assert not any(made[name].excludes_zero for name in made)


def test_units_that_cannot_be_exposed_are_refused_or_left_out():
    lonely = {**{name: np.r_[one, one[:3]] for name, one in WORLD.items()}, "person": np.arange(503)}
    made = exposure_effects(lonely, **CALL, impossible="leave out", contrasts=["total"])
    assert made["total"].value == pytest.approx(exposure_effects(WORLD, **CALL)["total"].value)
    assert made.warnings == ("3 units are left out: they can never have one of the exposures",)


def test_a_share_of_treated_far_from_the_plan_is_seen():
    made = exposure_effects(WORLD, **CALL, probability=0.3)
    (planned,) = made.diagnostics
    assert planned.holds is False and planned.value < 1e-6 and "see design, probability" in made.warnings[-1]
    (planned,) = exposure_effects(WORLD, **CALL).diagnostics
    assert planned.holds is True
