"""Does an executed design show what a policy does, hold what was foretold against it, and refuse what it cannot do?"""

from __future__ import annotations

import pytest

from liveloop.base.errors import BadInput
from liveloop.exam.design import MEASURES, Foretold, execute, levers


def changes(policy, *foretold):
    return {one.measure: one for one in execute(policy, foretold, seeds=(11, 12))}


def test_a_stricter_threshold_trades_harm_for_refusals_people_and_late_labels():
    seen = changes({"model.threshold": 0.15}, Foretold("harm", -50, 0), Foretold("sessions", 0, 10))
    assert seen["harm"].change < 0 < seen["warnings"].change
    assert seen["over-refusal"].change > 0 > seen["sessions"].change
    assert seen["label-hours"].change > 20
    assert seen["harm"].inside is True and seen["sessions"].inside is False
    assert seen["labels"].inside is None
    for one in seen.values():
        assert one.spread[0] <= one.spread[1]


def test_the_policy_of_today_changes_nothing():
    seen = changes({"model.threshold": 0.35})
    assert {one.change for one in seen.values()} == {0.0}
    assert set(seen) == {measure.id for measure in MEASURES}


def test_the_same_policy_gives_the_same_answer():
    assert execute({"review.score_share": 0.5}, seeds=(11,)) == execute({"review.score_share": 0.5}, seeds=(11,))


@pytest.mark.parametrize(
    ("policy", "foretold", "said"),
    [
        ({}, (), "no lever is moved"),
        ({"harm.base_rate": 0.0}, (), "there is no lever 'harm.base_rate'"),
        ({"model.threshold": 7.0}, (), "threshold"),
        ({"model.threshold": 0.5}, (Foretold("happiness", 0, 1),), "no measure 'happiness'"),
        ({"model.threshold": 0.5}, (Foretold("harm", 5, 1),), "percent from low to high"),
    ],
)
def test_what_cannot_be_executed_is_refused(policy, foretold, said):
    with pytest.raises(BadInput, match=said):
        execute(policy, foretold, seeds=(11,))


def test_every_lever_is_policy_of_the_world():
    assert all(says for says, _ in levers().values())
