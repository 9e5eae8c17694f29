"""Is every standard error the one that the infinitesimal jackknife gives, first steps and clusters counted?"""

import numpy as np
import pytest

from liveloop.base.seeds import integers, normals, uniforms
from liveloop.estimate.observed.augmented import aipw
from liveloop.estimate.observed.balanced import entropy_balance
from liveloop.estimate.observed.front import front_door
from liveloop.estimate.observed.influence import standard_error
from liveloop.estimate.observed.matching import match
from liveloop.estimate.observed.partial import partially_linear
from liveloop.estimate.observed.standardised import standardise
from liveloop.estimate.observed.weighting import ipw

ROWS = 30
STEP = 1e-4  # of a weight: a central difference is then exact to about 1e-8


def drawn(seed=3):
    ids = np.arange(ROWS)
    a, b = normals(seed, "a", ids), normals(seed, "b", ids)
    t = (uniforms(seed, "t", ids) < 1 / (1 + np.exp(-0.7 * a + 0.3 * b))) * 1.0
    y = 0.4 * t + a + 0.5 * b**2 + normals(seed, "y", ids)
    seen = (uniforms(seed, "seen", ids) < 0.3 + 0.4 * t) * 1.0
    return {"y": y, "t": t, "a": a, "b": b, "late": (y > 0.5) * 1.0, "m": t + b + normals(seed, "m", ids), "cell": seen,
            "group": integers(seed, "group", ids, 9), "dose": a + normals(seed, "dose", ids)}  # fmt: skip


COMMON = {"outcome": "y", "treatment": "t", "covariates": ["a", "b"]}
METHODS = {
    **{f"ipw {one} {how}": (ipw, {**COMMON, "estimand": one, "normalise": how})
       for one, how in (("ATE", True), ("ATT", True), ("ATC", False), ("ATO", True), ("ATO", False), ("ATE", False))},
    **{f"standardise {one} {how}": (standardise, {**COMMON, "estimand": one, "interactions": how})
       for one, how in (("ATE", None), ("ATT", ["a"]), ("ATC", None))},
    "standardise logistic": (standardise, {**COMMON, "outcome": "late", "model": "logistic"}),
    **{f"aipw {one} {folds}": (aipw, {**COMMON, "estimand": one, "folds": folds})
       for one, folds in (("ATE", 3), ("ATT", 1), ("ATC", 1))},
    "aipw shared slopes": (aipw, {**COMMON, "interactions": [], "folds": 1}),
    "aipw logistic": (aipw, {**COMMON, "outcome": "late", "model": "logistic", "folds": 1}),
    "partially linear": (partially_linear, {**COMMON, "treatment": "dose", "folds": 3}),
    "partially linear, logistic": (partially_linear, {**COMMON, "treatment_model": "logistic", "folds": 1}),
    "g-estimation": (partially_linear, {**COMMON, "model": "none", "treatment_model": "logistic", "folds": 1}),
    **{f"entropy {one}": (entropy_balance, {**COMMON, "estimand": one}) for one in ("ATT", "ATC", "ATE")},
    "front door": (front_door, {**COMMON, "mediators": ["m"]}),
    "front door, two": (front_door, {"outcome": "y", "treatment": "dose", "mediators": ["m", "b"]}),
    "front door, cells": (front_door, {"outcome": "y", "treatment": "t", "mediators": ["cell"], "way": "cells"}),
}  # fmt: skip


def slopes(method, options, data):
    """Give the derivative of the value by the weight of each row."""
    made = np.empty(ROWS)
    for row in range(ROWS):
        ends = []
        for sign in (1, -1):
            weights = np.ones(ROWS)
            weights[row] += sign * STEP
            ends.append(method({**data, "w": weights}, weights="w", **options).value)
        made[row] = (ends[0] - ends[1]) / (2 * STEP)
    return made


@pytest.mark.parametrize("name", METHODS)
def test_the_standard_error_is_that_of_the_infinitesimal_jackknife(name):
    method, options = METHODS[name]
    data = drawn()
    each = slopes(method, options, data)
    alone = method(data, **options)
    assert alone.standard_error == pytest.approx(standard_error(each), rel=2e-6)  # what a central difference leaves
    assert alone.df is None
    together = method(data, clusters="group", **options)
    sums = np.bincount(data["group"], each)
    groups = len(np.unique(data["group"]))
    wanted = float(np.sqrt(groups / (groups - 1) * sums @ sums))
    if "folds" not in options or options["folds"] == 1:  # folds are made of other rows where there are clusters
        assert together.standard_error == pytest.approx(wanted, rel=2e-6)
        assert together.value == pytest.approx(alone.value, rel=1e-12)
    assert together.df == groups - 1
    assert "too short" in together.warnings[-1]


@pytest.mark.parametrize("name", ["ipw ATE True", "aipw ATT 1", "entropy ATT", "standardise ATE None", "front door"])
def test_weights_are_as_good_as_rows(name):
    method, options = METHODS[name]
    data = drawn()
    size = 1 + integers(5, "size", range(ROWS), 3)
    twice = {key: np.repeat(column, size) for key, column in data.items()}
    by_weight = method({**data, "w": size * 1.0}, weights="w", **options)
    assert by_weight.value == pytest.approx(method(twice, **options).value, rel=1e-9)


@pytest.mark.parametrize("name", ["ipw ATE True", "match"])
def test_level_and_labels_are_honoured(name):
    method, options = METHODS[name] if name != "match" else (match, COMMON)
    data = drawn()
    wide, narrow = (method(data, level=level, **options) for level in (0.99, 0.8))
    assert wide.low < narrow.low < narrow.high < wide.high
    named = {**data, "t": np.where(data["t"] > 0, "off", "on")}
    flipped = method(named, control="on", **options)
    assert flipped.value == pytest.approx(wide.value, rel=1e-9)
    assert "'off' against 'on'" in flipped.what
