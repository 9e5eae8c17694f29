"""Are effects of items on users unbiased over all assignments, and as sure as the items' coins let them be?"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from liveloop.base.seeds import stream
from liveloop.estimate.interference.bipartite import bipartite
from liveloop.estimate.interference.ego import ego_clusters
from liveloop.estimate.interference.spillover import spillover_regression
from liveloop.estimate.regimes.interference import friends, market, meetings, network, stars

USERS, ITEMS = 12, 7
DRAW = stream(4, "small")
WEIGHT = DRAW.random((USERS, ITEMS)) * (DRAW.random((USERS, ITEMS)) < 0.5)
WEIGHT[np.arange(USERS), np.arange(USERS) % ITEMS] = 0.5
EDGES = {"user": WEIGHT.nonzero()[0], "item": WEIGHT.nonzero()[1], "w": WEIGHT[WEIGHT > 0]}
CALL = {"outcome": "y", "unit": "user", "item": "item", "treatment": "t", "edges": EDGES, "edge_weight": "w"}
BASE, SLOPE = 3 + DRAW.standard_normal(USERS), 1.5 + DRAW.standard_normal(USERS)


def every(kind):
    arms = (np.arange(2**ITEMS)[:, None] >> np.arange(ITEMS)) & 1
    chance = 0.3 ** arms.sum(axis=1) * 0.7 ** (ITEMS - arms.sum(axis=1))
    kept = arms.sum(axis=1) == 3 if kind == "complete" else (arms.sum(axis=1) > 0) & (arms.sum(axis=1) < ITEMS)
    chance = np.where(kind == "complete", 1.0, chance)[kept]
    return arms[kept], chance


def drawn(arms, share):
    data = {"user": np.arange(USERS), "y": BASE + SLOPE * (share @ arms)}
    return data, {"item": np.arange(ITEMS), "t": arms}


@pytest.mark.parametrize("normalise", [True, False])
def test_the_plain_estimator_is_unbiased_over_all_assignments(normalise):
    share = WEIGHT / WEIGHT.sum(axis=1, keepdims=True) if normalise else WEIGHT
    made, variances = [], []
    arms, chance = every("complete")
    for one in arms:
        data, items = drawn(one, share)
        found = bipartite(data, items=items, **CALL, normalise=normalise, estimator="erl", design="complete")
        made.append(found.value)
        variances.append(found.standard_error**2)
    assert np.average(made, weights=chance) == pytest.approx((SLOPE * share.sum(axis=1)).mean())
    assert np.average(variances, weights=chance) > 0.8 * np.var(made)  # by outcomes as they came, not by both of them


def test_independent_coins_too():
    share = WEIGHT / WEIGHT.sum(axis=1, keepdims=True)
    arms, chance = every("bernoulli")
    made = [bipartite(*[drawn(one, share)[0]], items=drawn(one, share)[1], **CALL, estimator="erl",
                      probability=0.3).value for one in arms]  # fmt: skip
    spread = (share**2).sum(axis=1) * 0.21
    none, all_of = [float(np.mean((BASE + SLOPE * at) * (at - 0.3) / spread)) for at in (0.0, 1.0)]
    whole = chance @ np.array(made) + 0.7**ITEMS * none + 0.3**ITEMS * all_of  # both arms must be there to call it
    assert whole == pytest.approx(SLOPE.mean())


def test_regression_is_least_squares_and_its_error_that_of_shift_shares():
    data, _ = market("free")(2)
    met = meetings()
    items = {"item": np.arange(200), "t": data["arm"]}
    share = np.zeros((600, 200))
    np.add.at(share, (met["user"], met["item"]), 0.25)
    made = bipartite({"y": data["y"], "user": data["user"]}, outcome="y", unit="user", item="item", treatment="t",
                     items=items, edges=met, estimator="regression")  # fmt: skip
    exposure = share @ data["arm"]
    known = sm.OLS(data["y"], sm.add_constant(exposure)).fit()
    assert made.value == pytest.approx(known.params[1])
    cleaned = exposure - exposure.mean()
    scores = share.T @ known.resid
    shown = ((scores * (data["arm"] - 0.5)) ** 2).sum() ** 0.5 / (cleaned @ cleaned)
    found = next(one for one in made.conventions if one.name.startswith("as the coins fell"))
    assert found.standard_error == pytest.approx(shown)  # Adao, Kolesar and Morales (2019)
    assert made.standard_error == pytest.approx(shown, rel=0.05) and made.df is not None
    alone = next(one for one in made.conventions if one.name.startswith("units independent"))
    assert alone.standard_error == pytest.approx(known.get_robustcov_results("HC0").bse[1])


def test_units_without_items_covariates_weights_and_clusters():
    data, _ = market("clustered")(3)
    met = meetings()
    items = {"item": np.arange(200), "t": data["arm"], "group": data["group"]}
    share = np.bincount(met["user"], data["arm"][met["item"]]) / 4
    users = {"y": data["y"], "user": data["user"], "x": data["y"] - 1.5 * share, "w": 1.0 + data["user"] % 2}
    call = {"outcome": "y", "unit": "user", "item": "item", "treatment": "t", "items": items, "edges": met,
            "clusters": "group"}  # fmt: skip
    plain = bipartite(users, **call)
    lonely = {name: np.r_[one, one[:2]] for name, one in users.items()} | {"user": np.arange(602)}
    made = bipartite(lonely, **call, impossible="leave out")
    assert made.value == pytest.approx(plain.value) and made.warnings == ("2 units without items are left out",)
    assert bipartite(users, **call, covariates=["x"]).standard_error < 0.5 * plain.standard_error
    assert bipartite(users, **call, weights="w").value != pytest.approx(plain.value, abs=1e-9)
    assert plain.counts["coins (group)"] == 100


def test_a_bend_is_seen():
    for kind, holds in (("free", True), ("bent", False)):
        data, _ = market(kind)(5)
        items = {"item": np.arange(200), "t": data["arm"]}
        y = data["y"] + (4 * (np.bincount(meetings()["user"], data["arm"][meetings()["item"]]) / 4) ** 2) * (
            kind == "bent"
        )
        made = bipartite({"y": y, "user": data["user"]}, outcome="y", unit="user", item="item", treatment="t",
                         items=items, edges=meetings())  # fmt: skip
        assert next(one for one in made.diagnostics if one.name == "along a line").holds is holds


def test_spillover_by_a_line_is_least_squares_too():
    data, _ = network(0.5, share=True)(4)
    made = spillover_regression(data, outcome="y", treatment="t", unit="person", edges=friends(), covariates=["x"])
    edges, matrix = friends(), np.zeros((500, 500))
    matrix[edges["source"], edges["target"]] = matrix[edges["target"], edges["source"]] = 1
    share = matrix @ data["t"] / matrix.sum(axis=1)
    known = sm.OLS(data["y"], sm.add_constant(np.column_stack([data["t"], share, data["x"]]))).fit()
    assert [made["direct"].value, made["spillover"].value] == pytest.approx(known.params[1:3].tolist())
    assert made["total"].value == pytest.approx(known.params[1:3].sum())
    assert made["spillover"].standard_error == pytest.approx(known.HC2_se[2], rel=0.15)
    by_arm = spillover_regression(data, outcome="y", treatment="t", unit="person", edges=friends(), by_arm=True)
    control = data["t"] == 0
    known = sm.OLS(data["y"][control], sm.add_constant(share[control])).fit()
    assert by_arm["spillover, 0.0"].value == pytest.approx(known.params[1])
    assert list(by_arm) == ["spillover, 0.0", "spillover, 1.0"]


def test_egos_are_compared_by_their_alters_arm():
    data, _ = stars("thrown", 1.5)(6)
    made = ego_clusters(data, outcome="y", treatment="t", clusters="cluster", ego="ego")
    egos = pd.DataFrame(data)[data["ego"]]
    cells = egos.groupby(["t", "around"]).y.mean()
    assert made["spillover on egos"].value == pytest.approx(cells[0.0, 1.0] - cells[0.0, 0.0])
    assert made["direct on egos"].value == pytest.approx(cells[1.0, 0.0] - cells[0.0, 0.0])
    assert made["total on egos"].value == pytest.approx(cells[1.0, 1.0] - cells[0.0, 0.0])
    parts = egos.groupby(["t", "around"]).y.agg(["var", "size"])
    part = parts.loc[[(1.0, 1.0), (0.0, 0.0)]]
    assert made["total on egos"].standard_error == pytest.approx((part["var"] / part["size"]).sum() ** 0.5)
    alters = pd.DataFrame(data)[~data["ego"]].groupby("cluster").agg({"y": "mean", "t": "first"})
    gap = alters.y[alters.t == 1].mean() - alters.y[alters.t == 0].mean()
    assert made["alters"].value == pytest.approx(gap)
    same = dict(data, t=np.where(data["ego"], data["around"], data["t"]))
    assert "total on egos" in ego_clusters(same, outcome="y", treatment="t", clusters="cluster", ego="ego").rows


def test_contacts_outside_an_egos_cluster_are_said():
    data, _ = stars("control", 0.5)(6)
    rows = np.arange(720)
    inside = {"source": rows // 6 * 6, "target": rows}
    call = {"outcome": "y", "treatment": "t", "clusters": "cluster", "ego": "ego"}
    made = ego_clusters(data, **call, edges=inside)
    assert made.diagnostics[0].value == 1 and not made.warnings
    half = {"source": np.r_[inside["source"], rows], "target": np.r_[rows, (rows + 33) % 720]}
    made = ego_clusters(data, **call, edges=half)
    assert made.diagnostics[0].holds is False and "% of the contacts" in made.warnings[0]
