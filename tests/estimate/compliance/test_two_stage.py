"""Are two stages what linearmodels says they are, and the jackknife what leaving out says?"""

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IV2SLS, IVGMM, IVGMMCUE, IVLIML
from scipy.stats import f, norm, t

from liveloop.base.errors import BadInput
from liveloop.estimate.compliance.instruments import endogeneity, overidentification
from liveloop.estimate.compliance.limited_information import gmm, liml
from liveloop.estimate.compliance.two_stage import two_stage_coefficients, two_stage_least_squares

KINDS = {
    "iid0": {"cov_type": "unadjusted"}, "iid": {"cov_type": "unadjusted", "debiased": True},
    "HC0": {"cov_type": "robust"}, "HC1": {"cov_type": "robust", "debiased": True},
    "CR0": {"cov_type": "clustered"}, "CR1": {"cov_type": "clustered", "debiased": True},
}  # fmt: skip
SHAPES = [(1, 1, False), (1, 3, True), (2, 2, False), (2, 4, True)]


def drawn(treatments=1, instruments=2, rows=240, seed=0):
    draw = np.random.default_rng(seed)
    z, u = draw.normal(size=(rows, instruments)), draw.normal(size=rows)
    cluster = draw.integers(0, 20, rows)
    d = z @ draw.normal(size=(instruments, treatments)) + 0.5 * u[:, None]
    d = d + draw.normal(size=d.shape) * (1 + np.abs(z[:, :1]))
    x = draw.normal(size=(rows, 2))
    y = d.sum(axis=1) + x @ [1, -1] + u * (1 + 0.5 * np.abs(z[:, 0])) + draw.normal(size=20)[cluster]
    columns = {f"d{at}": d[:, at] for at in range(treatments)} | {f"z{at}": z[:, at] for at in range(instruments)}
    return pd.DataFrame({"y": y, **columns, "a": x[:, 0], "b": x[:, 1], "cluster": cluster,
                         "w": draw.uniform(0.5, 2, rows), "one": 1.0})  # fmt: skip


def parts(treatments, instruments, weighted):
    named = {"treatment": [f"d{at}" for at in range(treatments)], "instrument": [f"z{at}" for at in range(instruments)]}
    return {"outcome": "y", **named, "covariates": ["a", "b"], "weights": "w" if weighted else None}


def oracle(maker, frame, treatments, instruments, weighted, **more):
    d, z = [f"d{at}" for at in range(treatments)], [f"z{at}" for at in range(instruments)]
    return maker(frame.y, frame[["one", "a", "b"]], frame[d], frame[z], weights=frame.w if weighted else None, **more)


def clustered(kind, frame):
    return {**KINDS[kind], **({"clusters": frame.cluster} if kind.startswith("CR") else {})}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_coefficient_and_error_is_that_of_linearmodels(shape):
    frame = drawn(*shape[:2], seed=sum(shape))
    model = oracle(IV2SLS, frame, *shape)
    for kind in KINDS:
        theirs = model.fit(**clustered(kind, frame))
        ours = two_stage_coefficients(frame, **parts(*shape), clusters="cluster", correction=kind)
        for name, one in ours.rows.items():
            other = "one" if name == "intercept" else name
            assert one.value == pytest.approx(theirs.params[other], rel=1e-8)
            assert one.standard_error == pytest.approx(theirs.std_errors[other], rel=1e-8)
        places = ["one" if name == "intercept" else name for name in ours]
        assert np.allclose(ours.covariance, theirs.cov.loc[places, places], rtol=1e-8)


@pytest.mark.parametrize("shape", SHAPES)
def test_specification_is_tested_as_linearmodels_does(shape):
    frame, named = drawn(*shape[:2], seed=sum(shape)), parts(*shape)
    model = oracle(IV2SLS, frame, *shape)
    alike, robust = model.fit(cov_type="unadjusted", debiased=True), model.fit(cov_type="robust", debiased=True)
    hausman, durbin = alike.wu_hausman(), alike.durbin()
    ours = endogeneity(frame, **named, correction="iid")
    assert (ours.statistic, ours.p_value) == pytest.approx((hausman.stat, hausman.pval), rel=1e-6)
    ours = endogeneity(frame, **named, kind="Durbin")
    assert (ours.statistic, ours.p_value) == pytest.approx((durbin.stat, durbin.pval), rel=1e-6)
    ours = endogeneity(frame, **named, correction="HC1")
    assert ours.statistic * shape[0] == pytest.approx(robust.wooldridge_regression.stat, rel=1e-6)
    if shape[1] > shape[0]:
        for kind, theirs in (("Sargan", alike.sargan), ("Basmann", alike.basmann)):
            ours = overidentification(frame, **named, kind=kind)
            assert (ours.statistic, ours.p_value) == pytest.approx((theirs.stat, theirs.pval), rel=1e-6)
        for more in ({}, {"clusters": "cluster"}):
            weigh = {"weight_type": "clustered", "clusters": frame.cluster} if more else {}
            theirs = oracle(IVGMM, frame, *shape, **weigh).fit().j_stat
            ours = overidentification(frame, **named, **more)
            assert (ours.statistic, ours.p_value) == pytest.approx((theirs.stat, theirs.pval), rel=1e-6)


def test_the_jackknife_leaves_out_both_stages():
    frame = drawn(1, 2)
    named = parts(1, 2, weighted=True)
    whole = two_stage_least_squares(frame, **{**named, "treatment": "d0"}, clusters="cluster", correction="jackknife")
    model = [oracle(IV2SLS, frame[frame.cluster != one], 1, 2, True).fit().params["d0"] for one in range(20)]
    assert whole.standard_error == pytest.approx(np.sqrt(((np.array(model) - whole.value) ** 2).sum()), rel=1e-8)
    assert whole.df == 19
    few = frame.head(40)
    rows = two_stage_least_squares(few, **{**named, "treatment": "d0"}, correction="jackknife")
    model = [oracle(IV2SLS, few.drop(index=one), 1, 2, True).fit().params["d0"] for one in few.index]
    assert rows.standard_error == pytest.approx(np.sqrt(((np.array(model) - rows.value) ** 2).sum()), rel=1e-8)


def test_clusters_of_one_row_are_rows():
    frame = drawn(1, 2).assign(cluster=range(240))
    named = {**parts(1, 2, weighted=True), "treatment": "d0"}
    for by_cluster, by_row in (("CR0", "HC0"), ("CR2", "HC2"), ("CR3", "HC3")):
        one = two_stage_least_squares(frame, **named, clusters="cluster", correction=by_cluster)
        other = two_stage_least_squares(frame, **named, correction=by_row)
        assert one.standard_error == pytest.approx(other.standard_error, rel=1e-8)


def test_hc2_has_the_leverage_of_the_second_stage():
    frame = drawn(1, 2)
    x = frame[["d0", "one", "a", "b"]].to_numpy()
    z = frame[["z0", "z1", "one", "a", "b"]].to_numpy()
    predicted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    bread = np.linalg.inv(predicted.T @ predicted)
    beta = bread @ predicted.T @ frame.y.to_numpy()
    residual = frame.y.to_numpy() - x @ beta
    leverage = np.einsum("ij,jk,ik->i", predicted, bread, predicted)
    for power, kind in ((1, "HC2"), (2, "HC3")):
        scores = predicted * (residual / (1 - leverage) ** (power / 2))[:, None]
        error = np.sqrt((bread @ scores.T @ scores @ bread)[0, 0])
        made = two_stage_least_squares(frame, **{**parts(1, 2, weighted=False), "treatment": "d0"}, correction=kind)
        assert made.standard_error == pytest.approx(error, rel=1e-8)


def test_cr2_and_cr3_have_the_leverage_of_the_second_stage():
    frame = drawn(1, 2)
    x = frame[["d0", "one", "a", "b"]].to_numpy()
    z = frame[["z0", "z1", "one", "a", "b"]].to_numpy()
    predicted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    bread = np.linalg.inv(predicted.T @ predicted)
    residual = frame.y.to_numpy() - x @ (bread @ predicted.T @ frame.y.to_numpy())
    whole = np.eye(240) - predicted @ bread @ predicted.T
    for power, kind in ((-0.5, "CR2"), (-1.0, "CR3")):
        meat, pressed = np.zeros((4, 4)), []
        for one in range(20):
            inside = (frame.cluster == one).to_numpy()
            own, vectors = np.linalg.eigh(np.eye(inside.sum()) - predicted[inside] @ bread @ predicted[inside].T)
            turn = (vectors * own**power) @ vectors.T
            score = predicted[inside].T @ turn @ residual[inside]
            meat += np.outer(score, score)
            pressed.append(whole[:, inside] @ turn @ predicted[inside] @ bread[:, 0])
        made = two_stage_least_squares(frame, **{**parts(1, 2, weighted=False), "treatment": "d0"},
                                       clusters="cluster", correction=kind)  # fmt: skip
        assert made.standard_error == pytest.approx(np.sqrt((bread @ meat @ bread)[0, 0]), rel=1e-8)
        if kind == "CR2":  # Satterthwaite: with independent errors of one variance
            across = np.array(pressed) @ np.array(pressed).T
            assert made.df == pytest.approx(np.trace(across) ** 2 / (across**2).sum(), rel=1e-8)


def test_level_df_and_defaults_are_honoured():
    frame = drawn(1, 1)
    named = {**parts(1, 1, weighted=False), "treatment": "d0"}
    made = two_stage_least_squares(frame, **named, correction="iid", level=0.9)
    assert made.df == 240 - 4
    assert made.high - made.low == pytest.approx(2 * t.ppf(0.95, 236) * made.standard_error, rel=1e-8)
    made = two_stage_least_squares(frame, **named, correction="iid0", level=0.9)
    assert made.df is None
    assert made.high - made.low == pytest.approx(2 * norm.ppf(0.95) * made.standard_error, rel=1e-8)
    assert two_stage_least_squares(frame, **named).correction == "HC2"
    assert two_stage_least_squares(frame, **named, clusters="cluster").correction == "CR2"
    assert {one.name for one in made.conventions} == {"iid", "HC1", "HC2", "HC3"}
    assert "takes rows for independent" in two_stage_least_squares(
        frame, **named, clusters="cluster", correction="HC1").warnings[-1]  # fmt: skip


def test_no_intercept_and_the_joint_test():
    frame = drawn(2, 3)
    named = {**parts(2, 3, weighted=False), "covariates": []}
    theirs = IV2SLS(frame.y, None, frame[["d0", "d1"]], frame[["z0", "z1", "z2"]]).fit(cov_type="robust")
    made = two_stage_least_squares(frame, **named, intercept=False, correction="HC0")
    assert [one.value for one in made.rows.values()] == pytest.approx(list(theirs.params), rel=1e-8)
    values = theirs.params.to_numpy()
    statistic = values @ np.linalg.solve(theirs.cov.to_numpy(), values) / 2
    assert made.joint_p_value == pytest.approx(f.sf(statistic, 2, 238), rel=1e-6)


def test_nothing_is_found_where_nothing_is():
    frame = drawn(1, 1, rows=600)
    frame["y"] = np.random.default_rng(4).normal(size=600)
    made = two_stage_least_squares(frame, outcome="y", treatment="d0", instrument="z0")
    assert made.low < 0 < made.high
    assert made.p_value > 0.05


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fuller", [0.0, 1.0])
def test_liml_and_fuller_are_those_of_linearmodels(kind, fuller):
    frame = drawn(1, 3)
    theirs = oracle(IVLIML, frame, 1, 3, True, fuller=fuller).fit(**clustered(kind, frame))
    made = liml(frame, **{**parts(1, 3, True), "treatment": "d0"}, fuller=fuller, clusters="cluster", correction=kind)
    assert made.value == pytest.approx(theirs.params["d0"], rel=1e-8)
    assert made.standard_error == pytest.approx(theirs.std_errors["d0"], rel=1e-8)


def test_gmm_is_that_of_linearmodels():
    frame = drawn(2, 3)
    theirs = oracle(IVGMM, frame, 2, 3, False).fit(cov_type="robust", debiased=True)
    made = gmm(frame, **parts(2, 3, False))
    assert made["d1"].standard_error == pytest.approx(theirs.std_errors["d1"], rel=1e-8)
    assert np.allclose(made.covariance, theirs.cov.loc[["d0", "d1"], ["d0", "d1"]])
    weigh = {"weight_type": "clustered", "clusters": frame.cluster}
    theirs = oracle(IVGMM, frame, 2, 3, False, **weigh).fit(
        iter_limit=1000, cov_type="clustered", clusters=frame.cluster)  # fmt: skip
    made = gmm(frame, **parts(2, 3, False), clusters="cluster", correction="CR0", steps="iterated")
    assert made["d0"].value == pytest.approx(theirs.params["d0"], rel=1e-8)
    assert made.diagnostics[0].value == pytest.approx(theirs.j_stat.stat, rel=1e-6)
    theirs = oracle(IVGMMCUE, frame, 2, 3, False).fit(cov_type="robust", debiased=True)
    made = gmm(frame, **parts(2, 3, False), steps="continuous")
    assert made["d0"].value == pytest.approx(theirs.params["d0"], rel=1e-6)


def test_few_clusters_for_many_instruments_leave_the_estimate():
    frame = drawn(1, 8).assign(cluster=lambda made: made.cluster % 6)
    made = two_stage_least_squares(frame, **{**parts(1, 8, False), "treatment": "d0"}, clusters="cluster")
    assert made.warnings == ("only 6 clusters",)
    assert not any(one.name.startswith(("Anderson", "F of")) for one in made.diagnostics)
    with pytest.raises(BadInput, match="more clusters than"):
        overidentification(frame, **parts(1, 8, False), clusters="cluster")


def test_a_treatment_that_is_settled_is_least_squares():
    frame = drawn(1, 1)
    frame["d0"] = frame.z0
    made = two_stage_least_squares(frame, outcome="y", treatment="d0", instrument="z0", covariates=["a"])
    x = frame[["z0", "one", "a"]].to_numpy()
    assert made.value == pytest.approx(np.linalg.lstsq(x, frame.y, rcond=None)[0][0], rel=1e-8)
    with pytest.raises(BadInput, match="settle 'd0' entirely"):
        endogeneity(frame, outcome="y", treatment="d0", instrument="z0", covariates=["a"])
