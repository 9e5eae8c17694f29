"""Does an audit catch standard errors below the level of assignment, and leave sound analyses alone?"""

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.randomised.audit import audit
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.randomised.ratio import ratio
from liveloop.estimate.randomised.relabel import relabelled
from liveloop.estimate.regime import share_between
from liveloop.estimate.result import Estimate


def past(users=60, rows=10, seed=1, icc=0.5):
    chance = stream(seed, "past")
    user = np.repeat(np.arange(users), rows)
    y = np.sqrt(icc) * chance.standard_normal(users)[user] + np.sqrt(1 - icc) * chance.standard_normal(len(user))
    return {"y": y, "user": user, "team": user // 2, "x": y + chance.standard_normal(len(user)), "half": user % 2}


def test_rows_of_users_taken_for_independent_are_caught():
    """The design effect is 1 + (10 - 1) 0.5 = 5.5, so standard errors are too small by its root, 2.35."""
    wrong = audit(past(), outcome="y", unit="user", draws=300)
    assert wrong.low > 0.2
    assert wrong.p_value < 1e-10
    assert [one.holds for one in wrong.diagnostics] == [False, True, False]
    assert wrong.diagnostics[2].value == pytest.approx(np.sqrt(5.5), rel=0.2)
    assert "labels go to whole values of user" in wrong.warnings[0]
    right = audit(past(), outcome="y", unit="user", clusters="user", draws=300)
    assert right.low < 0.05 < right.high
    assert right.warnings == ()
    assert all(one.holds for one in right.diagnostics)


@pytest.mark.parametrize(
    ("unit", "clusters", "correction"),
    [(None, None, "HC2"), ("user", None, "HC1"), ("user", None, "HC3"), ("user", None, "HC0"), ("user", None, "iid"),
     ("user", "user", "CR2"), ("team", "user", "CR1"), ("team", "user", "CR3"), ("user", "team", "CR2")],
)  # fmt: skip
def test_sums_say_what_the_analysis_itself_says(unit, clusters, correction):
    data = past(24, 4)
    quick = audit(data, outcome="y", unit=unit, clusters=clusters, correction=correction, draws=20)
    slow = audit(
        data, outcome="y", unit=unit, draws=20,
        analyse=lambda frame: difference(frame, outcome="y", treatment="arm", clusters=clusters, correction=correction),
    )  # fmt: skip
    assert quick.value == slow.value
    assert [one.value for one in quick.diagnostics] == pytest.approx([one.value for one in slow.diagnostics], abs=1e-10)


def test_another_analysis_and_covariates():
    data = past(30, 4)
    made = audit(data, outcome="y", unit="user", clusters="user", covariates=["x"], draws=40)
    assert made.counts == {"draws": 40, "rows": 120, "user": 30}
    wrong = audit(
        {**data, "one": np.ones(120)}, outcome="y", unit="user", draws=100,
        analyse=lambda frame: ratio(frame, outcome="y", denominator="one", treatment="arm"),
    )  # fmt: skip
    assert wrong.diagnostics[2].holds is False


def test_the_interval_is_that_of_a_share():
    made = audit(past(), outcome="y", unit="user", draws=200, level=0.9)
    assert (made.low, made.high) == share_between(round(made.value * 200), 200)
    assert "at 0.1" in made.what


def test_labels_are_given_within_strata():
    layer = np.repeat([0, 1, 2], [10, 20, 3])
    drawn = np.array([relabelled(layer, 0.3, 5, draw) for draw in range(400)])
    assert (drawn[:, :10].sum(axis=1) == 3).all()
    assert (drawn[:, 10:30].sum(axis=1) == 6).all()
    assert drawn[:, 30:].mean() == pytest.approx(0.3, abs=0.05)  # 0.9 of 3 units: one, or none
    assert np.abs(drawn.mean(axis=0) - 0.3).max() < 0.12
    data = past()
    data["y"] = data["y"] + 5 * data["half"]
    plain = audit(data, outcome="y", unit="user", clusters="user", draws=100)
    layered = audit(data, outcome="y", unit="user", clusters="user", strata="half", draws=100)
    assert layered.value == 0.0  # a difference of means does not know what the strata took away
    assert layered.diagnostics[2].value < 0.5 * plain.diagnostics[2].value


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"draws": 10}, "10 draws"),
        ({"share": 1.0}, "share is 1.0"),
        ({"unit": "one"}, "1 units"),
        ({"unit": "user", "strata": "row"}, "units are in more than one stratum"),
        ({"outcome": "z"}, "there is no outcome 'z'"),
        ({"correction": "CR2"}, "CR2 needs clusters"),
        ({"unit": "user", "clusters": "user", "share": 0.01}, "an arm with fewer than two units"),
    ],
)
def test_bad_input(given, words):
    data = {**past(), "one": np.ones(600), "row": np.arange(600)}
    with pytest.raises(BadInput, match=words):
        audit(data, **{"outcome": "y", **given})


def test_bad_analysis():
    data = past()
    with pytest.raises(BadInput, match="no p-value"):
        audit(data, outcome="y", analyse=lambda frame: Estimate("w", 0.0, 0.0, 0.0, 0.95, "m"))
    with pytest.raises(BadInput, match="a column 'arm'"):
        audit({**data, "arm": data["y"]}, outcome="y", analyse=lambda frame: None)
