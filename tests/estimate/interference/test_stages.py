"""Do cluster, two-stage and pooled designs give what means of clusters and other libraries give?"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import ttest_ind

from liveloop.estimate.interference.cluster import cluster_total
from liveloop.estimate.interference.pooled import pooled_saturation
from liveloop.estimate.interference.saturation import two_stage
from liveloop.estimate.interference.two_designs import compare_designs
from liveloop.estimate.regimes.interference import saturated, two_parts, whole_towns

STAGES = {"outcome": "y", "treatment": "t", "clusters": "town", "saturation": "share"}
WHOLE = {"outcome": "y", "treatment": "t", "clusters": "town"}


def frame(draw, seed=1):
    data, _ = draw(seed)
    made = pd.DataFrame(data)
    made["x"] = np.random.default_rng(seed).normal(size=len(made)) + made["y"] / 2
    return made


def clustered(y, x, groups, weights=None):
    model = sm.OLS(y, x) if weights is None else sm.WLS(y, x, weights=weights)
    return model.fit(cov_type="cluster", cov_kwds={"groups": groups})


def test_means_of_clusters_give_welchs_test():
    data = frame(whole_towns(24))
    made = cluster_total(data, **WHOLE, average="clusters")
    means = data.groupby("town").agg({"y": "mean", "t": "first"})
    known = ttest_ind(means.y[means.t == 1], means.y[means.t == 0], equal_var=False)
    assert made.value == pytest.approx(means.y[means.t == 1].mean() - means.y[means.t == 0].mean())
    assert made.value / made.standard_error == pytest.approx(known.statistic)


def test_means_of_units_as_in_statsmodels():
    data = frame(whole_towns(24))
    x = sm.add_constant(np.column_stack([data.t, data.x - data.x.mean()]))
    known = clustered(data.y, x, data.town)
    made = cluster_total(data, **WHOLE, covariates=["x"], correction="CR1")
    assert made.value == pytest.approx(known.params.iloc[1], rel=1e-8)
    assert made.standard_error == pytest.approx(known.bse.iloc[1], rel=1e-8) and made.df == 23
    weighted = data.assign(w=1 + data.index % 3)
    known = clustered(weighted.y, sm.add_constant(weighted.t), weighted.town, weighted.w)
    made = cluster_total(weighted, **WHOLE, weights="w", correction="CR1")
    assert made.standard_error == pytest.approx(known.bse.iloc[1], rel=1e-8)


def test_a_cut_network_is_said():
    data = frame(whole_towns(24)).assign(person=lambda one: range(len(one)))
    inside = data[data.town == data.town.shift(-1)].person
    edges = {"source": inside, "target": inside + 1}
    whole = cluster_total(data, **WHOLE, unit="person", edges=edges)
    assert whole.diagnostics[-1].value == 1 and not whole.warnings
    rows = np.arange(len(data))
    cut = cluster_total(data, **WHOLE, unit="person", edges={"source": rows, "target": rows[::-1].copy()})
    assert (
        cut.diagnostics[-1].value < 0.5 and cut.diagnostics[-1].holds is False and "cut the network" in cut.warnings[0]
    )


def test_two_stage_effects_are_means_of_clusters():
    data = frame(saturated(0.0))
    made = two_stage(data, **STAGES)
    means = data.groupby(["share", "town", "t"]).y.mean()
    assert set(made) == {
        *(f"{kind} at {share}" for kind in ("direct", "spillover", "total", "overall") for share in (0.5, 0.75))
    }
    gaps = means.loc[0.5].unstack()
    gap = gaps[1.0] - gaps[0.0]
    assert made["direct at 0.5"].value == pytest.approx(gap.mean())
    assert made["direct at 0.5"].standard_error == pytest.approx((gap.var() / 20) ** 0.5)  # CR2 is exact here
    none, some = means.loc[0.0].xs(0.0, level="t"), means.loc[0.75].xs(0.0, level="t")
    assert made["spillover at 0.75"].value == pytest.approx(some.mean() - none.mean())
    assert made["spillover at 0.75"].standard_error == pytest.approx((some.var() / 20 + none.var() / 20) ** 0.5)
    whole = data.groupby(["share", "town"]).y.mean()
    assert made["overall at 0.75"].value == pytest.approx(whole.loc[0.75].mean() - whole.loc[0.0].mean())
    for share in (0.5, 0.75):
        parts = made[f"direct at {share}"].value + made[f"spillover at {share}"].value
        assert made[f"total at {share}"].value == pytest.approx(parts)


def test_hudgens_and_halloran_on_these_clusters_by_their_formula():
    data = frame(saturated(0.0))
    made = two_stage(data, **STAGES)["direct at 0.75"]
    found = next(one for one in made.conventions if one.name.startswith("Hudgens"))
    part = data[data.share == 0.75]
    cells = part.groupby(["town", "t"]).y.agg(["mean", "var", "size"]).unstack()
    gap = cells["mean"][1.0] - cells["mean"][0.0]
    within = cells["var"][1.0] / cells["size"][1.0] + cells["var"][0.0] / cells["size"][0.0]
    variance = (1 - 20 / 60) * gap.var() / 20 + within.sum() / (20 * 60)  # C = 20 clusters of N = 60
    assert found.standard_error == pytest.approx(variance**0.5)
    assert found.standard_error < made.standard_error


def test_each_unit_once_and_a_reference_without_pure_control():
    data = frame(saturated(0.0, even=False))
    made = two_stage(data[data.share > 0], **STAGES, average="units")
    assert set(made) == {"direct at 0.5", "direct at 0.75", "spillover at 0.75", "total at 0.75", "overall at 0.75"}
    part = data[data.share == 0.5]
    counts = part.groupby("town").y.size()
    cells = part.groupby(["town", "t"]).y.mean().unstack()
    by_hand = np.average(cells[1.0], weights=counts) - np.average(cells[0.0], weights=counts)
    assert made["direct at 0.5"].value == pytest.approx(by_hand)
    other = two_stage(data[data.share > 0], **STAGES, average="units", reference=0.75)
    assert other["spillover at 0.5"].value == pytest.approx(-made["spillover at 0.75"].value)
    planned = two_stage(data, **STAGES, shares="planned", average="units")
    assert planned["direct at 0.5"].value == pytest.approx(by_hand)  # towns are even: the plan is what came about


def test_pooled_effects_as_in_statsmodels():
    data = frame(saturated(0.0, even=False))
    treated, spilled = data.t, (data.share > 0) * (1 - data.t)
    in_cell = data.groupby(["town", "t"]).y.transform("size")
    weight = data.groupby("town").y.transform("size") / in_cell
    known = clustered(data.y, sm.add_constant(np.column_stack([treated, spilled])), data.town, weight)
    made = pooled_saturation(data, **STAGES, correction="CR1")
    for at, name in ((1, "treated"), (2, "non-treated")):
        assert made[name].value == pytest.approx(known.params.iloc[at], rel=1e-8)
        assert made[name].standard_error == pytest.approx(known.bse.iloc[at], rel=1e-8)
    whole = clustered(data.y, sm.add_constant((data.share > 0).astype(float)), data.town)
    assert made["total causal"].value == pytest.approx(whole.params.iloc[1], rel=1e-8)
    lines = pooled_saturation(data, **STAGES, slopes=True, correction="CR1")
    x = np.column_stack([treated, spilled, treated * data.share, spilled * data.share])
    known = clustered(data.y, sm.add_constant(x), data.town, weight)
    assert [lines[name].value for name in lines] == pytest.approx(known.params.iloc[1:].tolist(), rel=1e-7)
    np.testing.assert_allclose(lines.covariance, known.cov_params().to_numpy()[1:, 1:], rtol=1e-7)
    assert lines.diagnostics[0].name == "line through 0 for the non-treated"


def test_two_designs_are_two_differences():
    data = frame(two_parts)
    made = compare_designs(data, **WHOLE, part="whole", whole=True)
    values = {}
    for part, name in ((True, "cluster part"), (False, "unit part")):
        rows = data[data.whole == part]
        values[name] = rows.y[rows.t == 1].mean() - rows.y[rows.t == 0].mean()
        assert made[name].value == pytest.approx(values[name])
    assert made["difference"].value == pytest.approx(values["cluster part"] - values["unit part"])
    parts = made["cluster part"].standard_error ** 2 + made["unit part"].standard_error ** 2
    assert made["difference"].standard_error ** 2 == pytest.approx(parts)
    assert made.diagnostics[0].holds is (made["difference"].p_value > 0.01)
