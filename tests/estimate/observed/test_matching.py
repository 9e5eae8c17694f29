"""Is matching what brute force finds, variance included?"""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, normals, uniforms
from liveloop.estimate.observed.matching import match
from liveloop.estimate.observed.overlap import propensity


def drawn(seed=1, rows=90, *, round_to=None):
    ids = np.arange(rows)
    x = normals(seed, "x", range(2 * rows)).reshape(rows, 2)
    x = x if round_to is None else np.round(x, round_to)
    t = uniforms(seed, "t", ids) < 1 / (1 + np.exp(0.5 - x[:, 0]))
    y = t + x[:, 0] + 0.5 * x[:, 1] ** 2 + normals(seed, "y", ids)
    kind = np.array(["u", "v"])[integers(seed, "kind", ids, 2)]
    return {"y": y, "t": t, "a": x[:, 0], "b": x[:, 1], "w": 1.0 + integers(seed, "w", ids, 3), "kind": kind,
            "group": integers(seed, "g", ids, 12)}  # fmt: skip


def brute(data, metric, estimand, k, weights, j=1):
    """Match row by row, and sum the variance of Abadie and Imbens term by term."""
    x = np.column_stack([data["a"], data["b"]])
    w = data["w"] if weights else np.ones(len(x))
    centred = x - np.average(x, axis=0, weights=w)
    spread = (centred * w[:, None]).T @ centred / w.sum() * len(x) / (len(x) - 1)
    inverse = {"euclidean": np.eye(2), "inverse variance": np.diag(1 / np.diag(spread)),
               "mahalanobis": np.linalg.inv(spread)}[metric]  # fmt: skip
    far = cdist(x, x, "mahalanobis", VI=inverse)
    t, y, n = data["t"], data["y"], len(x)
    target = w * {"ATE": np.ones(n), "ATT": t, "ATC": ~t}[estimand]
    gaps, share = np.zeros(n), np.zeros((n, n))
    for i in np.flatnonzero(target):
        others = np.flatnonzero(t != t[i])
        near = others[far[i, others] <= np.sort(far[i, others])[k - 1] + 1e-9]
        share[i, near] = w[near] / w[near].sum()
        gaps[i] = (1 if t[i] else -1) * (y[i] - share[i] @ y)
    value = target @ gaps / target.sum()
    noise = np.zeros(n)
    for i in range(n):
        own = np.flatnonzero(t == t[i])
        near = own[far[i, own] <= np.sort(far[i, own])[j] + 1e-9]
        noise[i] = y[near].var(ddof=1)
    used, again = target @ share, (target**2) @ share**2
    total = (target**2) @ (gaps - value) ** 2 + noise @ (used**2 + 2 * target * used - again)
    return value, np.sqrt(total) / target.sum()


@pytest.mark.parametrize("metric", ["mahalanobis", "inverse variance", "euclidean"])
@pytest.mark.parametrize(("estimand", "k", "weights"), [("ATT", 1, False), ("ATC", 3, False), ("ATE", 2, True)])
@pytest.mark.parametrize("round_to", [None, 0])
def test_it_is_what_brute_force_finds(metric, estimand, k, weights, round_to):
    data = drawn(round_to=round_to)
    made = match(data, outcome="y", treatment="t", covariates=["a", "b"], estimand=estimand, neighbours=k,
                 metric=metric, weights="w" if weights else None, bias_correction=False)  # fmt: skip
    value, error = brute(data, metric, estimand, k, weights)
    assert made.value == pytest.approx(value, rel=1e-9)
    assert made.standard_error == pytest.approx(error, rel=1e-9)


def test_without_replacement_the_sum_of_distances_is_least():
    data = drawn(rows=40)
    data["t"] = np.arange(40) < 6
    options = {"outcome": "y", "treatment": "t", "covariates": ["a", "b"], "replace": False, "metric": "euclidean"}
    far = cdist(np.column_stack([data["a"], data["b"]])[:6], np.column_stack([data["a"], data["b"]])[6:])
    best, greedy = (match(data, optimal=how, **options) for how in (True, False))
    distance = [one.diagnostics[0].value for one in (best, greedy)]
    assert distance[0] <= distance[1]
    assert distance[0] >= far.min(axis=1).mean() - 1e-12
    assert best.df == 5
    twice = match(data, neighbours=2, **options)
    assert twice.counts["rows"] == 40
    with pytest.raises(BadInput, match="6 rows to match to 6 each, but 34 of the other arm"):
        match(data, neighbours=6, **options)


def test_the_error_without_replacement_is_that_of_the_pairs():
    data = drawn(rows=40)
    data["t"] = np.arange(40) < 6
    made = match(data, outcome="y", treatment="t", covariates=["a"], replace=False, optimal=False, metric="euclidean")
    left, gaps = list(range(6, 40)), []
    for row in range(6):
        best = min(left, key=lambda other: abs(data["a"][row] - data["a"][other]))
        left.remove(best)
        gaps.append(data["y"][row] - data["y"][best])
    assert made.value == pytest.approx(np.mean(gaps))
    assert made.standard_error == pytest.approx(np.std(gaps, ddof=1) / np.sqrt(6))


def test_exact_columns_and_calipers_leave_rows_out():
    data = drawn()
    options = {"outcome": "y", "treatment": "t", "covariates": ["a", "b"], "bias_correction": False}
    made = match(data, exact=["kind"], **options)
    parts = []
    for kind in ("u", "v"):
        rows = data["kind"] == kind
        parts.append(match({name: column[rows] for name, column in data.items()}, metric="euclidean", **options))
    plain = match(data, exact=["kind"], metric="euclidean", **options)
    sizes = [int((data["t"] & (data["kind"] == kind)).sum()) for kind in ("u", "v")]
    assert plain.value == pytest.approx(np.average([one.value for one in parts], weights=sizes))
    assert made.value != match(data, **options).value
    near = match(data, caliper=0.3, **options)
    assert near.counts["rows without a match"] > 0
    assert "with a match only" in near.what
    with pytest.raises(BadInput, match="0 rows have a match"):
        match(data, caliper=1e-9, **options)


def test_a_score_matches_on_the_propensity():
    data = drawn()
    score = propensity(data, treatment="t", covariates=["a", "b"])
    t, y = data["t"], data["y"]
    near = [np.flatnonzero(~t)[np.argmin(abs(score[~t] - one))] for one in score[t]]
    made = match(data, outcome="y", treatment="t", covariates=["a", "b"], metric="score")
    assert made.value == pytest.approx((y[t] - y[near]).mean())
    assert made.conventions[0].name == "Abadie-Imbens, propensity taken as known"
    assert made.standard_error != made.conventions[0].standard_error


def test_bias_correction_takes_a_line_out_exactly():
    data = drawn()
    data["y"] = 2.0 * data["t"] + 3 * data["a"] - data["b"]
    data["y"] = data["y"] + 1e-6 * normals(1, "little", range(90))
    for estimand in ("ATE", "ATT", "ATC"):
        made = match(data, outcome="y", treatment="t", covariates=["a", "b"], estimand=estimand)
        assert made.value == pytest.approx(2.0, abs=1e-5)


def test_a_correction_needs_more_rows_than_covariates():
    data = drawn()
    data["t"] = np.arange(90) < 3
    with pytest.raises(BadInput, match="matched rows of an arm for 3 parameters of the bias correction"):
        match(data, outcome="y", treatment="t", covariates=["a", "b"])
    assert match(data, outcome="y", treatment="t", covariates=["a", "b"], bias_correction=False).standard_error > 0


def test_what_has_no_known_variance_is_refused():
    options = {"outcome": "y", "treatment": "t", "covariates": ["a", "b"]}
    with pytest.raises(BadInput, match="clusters without replacement"):
        match(drawn(), clusters="group", replace=False, **options)
    with pytest.raises(BadInput, match="clusters without bias_correction"):
        match(drawn(), clusters="group", bias_correction=False, **options)
    with pytest.raises(BadInput, match="ATE without replacement"):
        match(drawn(), replace=False, estimand="ATE", **options)
    for wrong in ({"neighbours": 0}, {"variance_neighbours": -1}, {"caliper": 0.0}, {"metric": "miles"}, {"level": 1.0},
                  {"estimand": "LATE"}, {"neighbours": 80}):  # fmt: skip
        with pytest.raises(BadInput, match=next(iter(wrong))):
            match(drawn(), **options | wrong)
    assert match(drawn(), clusters="group", **options).df == 11
