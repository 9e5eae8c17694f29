"""Do the front door and the deconfounder do what they can, and no more?"""

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, normals, uniforms
from liveloop.estimate.observed.deconfounder import deconfounder
from liveloop.estimate.observed.factors import enough_p_value, fit_factors, predictive_check
from liveloop.estimate.observed.front import front_door


def drawn(seed=1, rows=2000):
    ids = np.arange(rows)
    hidden = normals(seed, "hidden", ids)
    t = (uniforms(seed, "t", ids) < 1 / (1 + np.exp(-2 * hidden))) * 1
    m = (uniforms(seed, "m", ids) < 0.2 + 0.3 * t) * 1 + (uniforms(seed, "n", ids) < 0.3 + 0.3 * t)
    return {"y": 0.5 * m + hidden + normals(seed, "y", ids), "t": t, "m": m, "text": np.array(["a", "b", "c"])[m]}


def test_cells_are_the_sum_of_pearl():
    data = drawn()
    made = front_door(data, outcome="y", treatment="t", mediators=["m"], way="cells")
    t, m, y = data["t"], data["m"], data["y"]
    total = 0.0
    for value in (0, 1, 2):
        change = (m[t == 1] == value).mean() - (m[t == 0] == value).mean()
        total += change * sum((t == arm).mean() * y[(t == arm) & (m == value)].mean() for arm in (0, 1))
    assert made.value == pytest.approx(total, rel=1e-10)
    named = front_door(data, outcome="y", treatment="t", mediators=["text"], way="cells")
    assert named.value == pytest.approx(made.value, rel=1e-12)


def test_the_error_is_that_of_the_bootstrap():
    """Few rows and 300 draws: the two agree within the bootstrap's own error, 4 % at one standard deviation."""
    data = drawn(rows=300)
    for way in ("linear", "cells"):
        made = front_door(data, outcome="y", treatment="t", mediators=["m"], way=way)
        values = []
        for draw in range(300):
            rows = integers(draw, "rows", range(300), 300)
            again = {name: column[rows] for name, column in data.items() if name != "text"}
            values.append(front_door(again, outcome="y", treatment="t", mediators=["m"], way=way).value)
        assert made.standard_error == pytest.approx(np.std(values), rel=0.16)


def test_a_dose_and_several_mediators_are_a_sum_of_products():
    ids = np.arange(500)
    dose = normals(1, "dose", ids)
    one, two = dose + normals(1, "one", ids), -dose + normals(1, "two", ids)
    data = {"y": one + 2 * two + normals(1, "y", ids), "dose": dose, "one": one, "two": two}
    made = front_door(data, outcome="y", treatment="dose", mediators=["one", "two"])
    assert made.low < -1 < made.high
    assert made.conventions == ()
    assert made.diagnostics[0].holds is None


def test_what_a_front_door_cannot_do_is_refused():
    data = drawn(rows=200)
    options = {"outcome": "y", "treatment": "t"}
    with pytest.raises(BadInput, match="1 mediators and 1 covariates with way='cells'"):
        front_door(data, mediators=["m"], covariates=["y"], way="cells", **options)
    once = data | {"m": np.where(data["t"] == 1, data["m"], np.minimum(data["m"], 1))}
    with pytest.raises(BadInput, match="rows of one arm only at 2"):
        front_door(once, mediators=["m"], way="cells", **options)
    for wrong in ([], "m"):
        with pytest.raises(BadInput, match="no list of mediators"):
            front_door(data, mediators=wrong, **options)
    with pytest.raises(BadInput, match="perfect collinearity"):
        front_door(data | {"m": data["t"] * 3.0}, mediators=["m"], **options)


def test_factors_are_those_that_made_the_columns():
    z = normals(1, "z", range(8000)).reshape(4000, 2)
    loadings = normals(2, "loadings", range(24)).reshape(12, 2)
    columns = z @ loadings.T + normals(1, "own", range(48_000)).reshape(4000, 12)
    scaled = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    made = fit_factors(scaled, 2)
    seen = scaled.T @ scaled / 4000
    assert np.abs(made.covariance - seen).max() < 0.05
    assert predictive_check(scaled, 2, seed=1) > 0.05
    assert enough_p_value(scaled, made) > 0.01
    assert enough_p_value(scaled, fit_factors(scaled, 1)) < 1e-6  # one factor does not account for two
    assert enough_p_value(scaled[:12], made) is None
    # at the maximum of the likelihood the model's covariance reproduces the variances
    assert np.diag(made.covariance) == pytest.approx(np.diag(seen), abs=1e-5)
    with pytest.raises(BadInput, match="9 factors of 12 treatments"):
        fit_factors(scaled, 9)


def causes(seed, alone):
    ids = np.arange(500)
    shared, own = normals(seed, "shared", ids), normals(seed, "own", ids)
    data = {f"a{at}": shared + normals(seed, f"a{at}", ids) for at in range(25)}
    data["a0"] = data["a0"] + alone * own
    data["y"] = 2 * shared + 1.5 * alone * own + normals(seed, "y", ids)
    return data


def test_the_deconfounder_finds_nothing_where_what_is_hidden_is_shared():
    names = [f"a{at}" for at in range(25)]
    found = sum(deconfounder(causes(seed, 0.0), outcome="y", treatments=names)["a0"].excludes_zero for seed in range(8))
    assert found <= 3  # of 8 at 5 %: more than 3 in 4 of 10,000


def test_the_deconfounder_is_fooled_by_a_cause_of_one_and_its_check_passes():
    names = [f"a{at}" for at in range(25)]
    made = deconfounder(causes(1, 1.0), outcome="y", treatments=names)
    assert made["a0"].low > 0.3
    assert made.diagnostics[0].holds
    assert "not for decisions" in made.warnings[0]
    assert "not for decisions" in made["a0"].warnings[0]
    clustered = deconfounder(causes(1, 1.0) | {"g": np.arange(500) // 10}, outcome="y", treatments=names, clusters="g")
    assert clustered["a1"].correction == "CR1"
    assert clustered["a1"].df == 49


def test_too_few_treatments_are_refused():
    with pytest.raises(BadInput, match="2 treatments"):
        deconfounder(causes(1, 0.0), outcome="y", treatments=["a0", "a1"])
    with pytest.raises(BadInput, match="perfect collinearity"):
        deconfounder(causes(1, 0.0), outcome="y", treatments=["a0", "a1", "a2", "a2"])
