"""Is a two-way coefficient the sum of its comparisons, and are these what they are called?"""

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.estimate.changes.bacon import ALWAYS, EARLIER, LATER, NEVER_TREATED, bacon_decomposition
from liveloop.estimate.changes.twoway import two_way_fixed_effects

GIVEN = {"outcome": "y", "treatment": "d", "unit": "unit", "period": "period"}


@pytest.fixture
def with_always(drawn):
    """Some units treated from the start on."""
    always = drawn["unit"] % 9 == 0
    return drawn.assign(d=np.where(always, 1, drawn["d"]))


@pytest.mark.parametrize("weights", [None, "w"])
def test_weights_add_to_1_and_the_sum_is_the_coefficient(with_always, weights):
    made = bacon_decomposition(with_always, **GIVEN, weights=weights)
    assert sum(one.weight for one in made.comparisons) == pytest.approx(1, abs=1e-12)
    assert min(one.weight for one in made.comparisons) > 0
    slope = two_way_fixed_effects(with_always, **GIVEN, weights=weights).value
    assert made.coefficient == pytest.approx(slope, rel=1e-9)
    assert sum(made.weight(one) for one in (NEVER_TREATED, EARLIER, LATER, ALWAYS)) == pytest.approx(1, abs=1e-12)
    assert made.forbidden == pytest.approx(made.weight(LATER) + made.weight(ALWAYS))


def test_a_comparison_is_a_difference_of_changes_of_two_cohorts(drawn):
    made = bacon_decomposition(drawn, **GIVEN)
    late = next(one for one in made.comparisons if one.kind == LATER)
    assert (late.treated, late.compared_with) == ("5", "3")
    seen = drawn[(drawn["period"] >= 3) & (drawn["since"] > 0)]
    means = seen.assign(after=seen["period"] >= 5).groupby(["since", "after"])["y"].mean()
    assert late.value == pytest.approx(
        (means[5, True] - means[5, False]) - (means[3, True] - means[3, False]), rel=1e-9
    )


def test_the_same_as_diff_diff(drawn):
    from diff_diff import BaconDecomposition

    made = bacon_decomposition(drawn, **GIVEN)
    other = BaconDecomposition().fit(drawn, outcome="y", unit="unit", time="period", first_treat="since")
    assert made.coefficient == pytest.approx(other.twfe_estimate, rel=1e-7)
    ours = sorted((one.weight, one.value) for one in made.comparisons)
    theirs = sorted((one.weight, one.estimate) for one in other.comparisons)
    assert np.asarray(ours) == pytest.approx(np.asarray(theirs), rel=1e-6)


def test_one_start_has_nothing_forbidden(drawn):
    made = bacon_decomposition(drawn[drawn["since"] != 5], **GIVEN)
    assert len(made.comparisons) == 1 and made.forbidden == 0 and not made.warnings
    assert made.allowed_value == pytest.approx(made.coefficient) and made.value(LATER) is None


def test_it_says_and_shows_itself(drawn):
    made = bacon_decomposition(drawn, **GIVEN)
    assert "compares with what is treated already" in str(made)
    assert made.to_dict()["forbidden"] == pytest.approx(made.forbidden)
    axes = made.plot()
    assert [one.get_text() for one in axes.get_legend().get_texts()] == [NEVER_TREATED, EARLIER, LATER]


@pytest.mark.parametrize(
    ("change", "given", "says"),
    [
        ({"d": 1}, {}, "one arm only"),
        ({"w": lambda data: data["period"] * 1.0}, {"weights": "w"}, "more than one value in 60 units"),
        ({"d": lambda data: (data["period"] == 3) * 1}, {}, "ends again"),
        ({"d": lambda data: (data["period"] >= 3) * 1}, {}, "no two cohorts differ"),
    ],
)
def test_bad_input_is_refused_in_words(drawn, change, given, says):
    with pytest.raises(BadInput, match=says):
        bacon_decomposition(drawn.assign(**change), **(GIVEN | given))
