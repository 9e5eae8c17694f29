"""Can an estimate be read by a person, a notebook, a program and an eye?"""

import json

import pandas as pd
import pytest
from matplotlib.axes import Axes
from scipy.stats import norm, t

from liveloop.base.errors import BadInput
from liveloop.estimate import Diagnostic, Estimate, Estimates, difference, ipw, quantile_effect, ratio
from liveloop.estimate.result import convention, interval, normal_estimate

MADE = normal_estimate(
    "effect of <b>", 1.0, 0.4, df=12, method="a way", correction="CR2", counts={"rows": 20}, assumes=("chance",),
    diagnostics=(Diagnostic("a <sign>", 2.0, "says", holds=False),), warnings=("beware",),
    conventions=(convention("CR1", 1.0, 0.3, 9, 0.95),),
)  # fmt: skip


@pytest.mark.parametrize(("df", "law"), [(12, t(12)), (None, norm), (float("inf"), norm)])
def test_interval_and_p_value_are_those_of_the_law(df, law):
    low, high, p_value = interval(1.0, 0.4, df, 0.9)
    assert (low, high) == pytest.approx((1 - law.ppf(0.95) * 0.4, 1 + law.ppf(0.95) * 0.4), rel=1e-12)
    assert p_value == pytest.approx(2 * law.sf(2.5), rel=1e-10)


def test_a_value_that_does_not_vary_has_no_width():
    assert interval(1.0, 0.0, 5, 0.95) == (1.0, 1.0, 0.0)
    assert interval(0.0, 0.0, 5, 0.95) == (0.0, 0.0, 1.0)


def test_json_holds_all_of_it():
    made = json.loads(json.dumps(MADE.to_dict(), allow_nan=False))
    assert (made["value"], made["conventions"][0]["name"], made["diagnostics"][0]["holds"]) == (1.0, "CR1", False)
    open_end = normal_estimate("x", 1.0, float("inf"))
    assert json.loads(json.dumps(open_end.to_dict(), allow_nan=False))["low"] is None


def test_a_notebook_is_shown_what_it_rests_on_and_no_markup_of_the_data():
    page = MADE._repr_html_()
    for part in ("CR2", "CR1", "beware", "chance", "does not hold", "&lt;b&gt;", "a &lt;sign&gt;"):
        assert part in page
    assert "<b>" not in page.replace("<b>effect of &lt;b&gt;</b>", "")
    assert "second" in Estimates("all", {"first": MADE, "second": MADE})._repr_html_()


def test_a_picture_shows_every_interval():
    axes = MADE.plot()
    assert isinstance(axes, Axes)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["CR2", "CR1"]
    both = Estimates("all", {"first": MADE, "second": MADE}).plot()
    assert [label.get_text() for label in both.get_yticklabels()] == ["first", "second"]


def test_it_says_what_it_is():
    assert str(MADE).startswith("effect of <b>: 1 (95% interval 0.1285 to 1.872, standard error 0.4; a way, CR2)")
    assert MADE.excludes_zero


@pytest.mark.parametrize("level", [95, 1, 0, -0.5, float("nan")])
def test_a_level_that_is_no_share_is_refused_by_every_method(level):
    frame = pd.DataFrame({"y": [1.0, 2, 3, 5, 4, 2], "n": [1.0, 2, 2, 3, 3, 1], "t": [0, 1, 0, 1, 0, 1]})
    calls = (
        lambda: difference(frame, outcome="y", treatment="t", level=level),
        lambda: ratio(frame, outcome="y", denominator="n", treatment="t", level=level),
        lambda: quantile_effect(frame, outcome="y", treatment="t", level=level),
        lambda: ipw(frame, outcome="y", treatment="t", covariates=["n"], level=level),
        lambda: Estimate("by hand", 1.0, 0.0, 2.0, level, "none"),
    )
    for call in calls:
        with pytest.raises(BadInput, match="level"):
            call()
