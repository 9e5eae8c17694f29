"""Is the difference of two twins the effect of the policy and of nothing else?"""

import numpy as np
import pyarrow as pa
import pytest

from liveloop.base.errors import BadInput
from liveloop.worlds.treatment import Experiment
from liveloop.worlds.truth import unseal
from liveloop.worlds.twin import total_effects, twin, unit_effects
from liveloop.worlds.world import World

WORLD = World.from_settings({"accounts": 80, "traffic.text": "off"})


def test_the_same_policy_gives_equal_twins():
    pair = twin(WORLD, 4)
    assert all(pair.base.tables[name].equals(pair.other.tables[name]) for name in pair.base.tables)
    assert set(total_effects(pair).values()) == {0}


def test_users_whom_the_policy_does_not_reach_are_untouched():
    pair = twin(WORLD, 4, threshold=0.8)
    units = unit_effects(pair).to_pandas()
    away = {user for draw in (pair.base, pair.other) for user in _kept_away(draw)}
    calm = units[~units.user_id.isin(away)]
    assert (calm.sessions_base == calm.sessions_other).all()
    assert (units.sessions_base != units.sessions_other).any()


def _kept_away(draw):
    sessions = unseal(draw).sessions
    return sessions.filter(sessions["away"])["user_id"].to_pylist()


@pytest.mark.parametrize(
    ("policy", "sign"),
    [({"threshold": 0.8}, 1), ({"model__threshold": 0.1}, -1), ({"model.guardrail_day": 0.0}, -1)],
)
def test_fewer_warnings_keep_more_people(policy, sign):
    effect = total_effects(twin(WORLD, 4, **policy))
    assert np.sign(effect["sessions"]) == sign
    assert np.sign(effect["warnings"]) == -sign


def test_a_rollback_lets_more_harm_through():
    assert total_effects(twin(WORLD, 4, rollback_day=0.0, block_threshold=0.5))["harm"] != 0


def test_treating_everybody_against_nobody_has_the_effect_that_was_set():
    experiment = Experiment("e", effect=0.2, compliance=1.0, within_account=0.5, start_day=0.0, end_day=42.0)
    world = World.from_settings(
        {
            "accounts": 200,
            "traffic.text": "off",
            "traffic.keep": 0.5,
            "reaction.lapse_share": 0.0,
            "experiments": [experiment],
        }
    )
    pair = twin(world.but(experiments=[experiment]), 4, treated="everybody")
    nobody = twin(world, 4, treated="nobody").other
    chance = [unseal(draw).sessions["chance"].to_numpy() for draw in (nobody, pair.other)]
    alone = np.bincount(pair.base.tables["users"]["account_id"].to_numpy())[
        pair.base.tables["users"]["account_id"].to_numpy()
    ]
    user = unseal(nobody).sessions["user_id"].to_numpy() - 1
    assert np.allclose(chance[1] - chance[0], np.where(alone[user] == 1, 0.2, 0.3))
    assert pair.base.tables["assignments"]["arm"].equals(pair.other.tables["assignments"]["arm"])


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"base_rate": 0.5}, "'base_rate' is not policy"),
        ({"accounts": 3}, "is not policy"),
        ({"treated": "somebody"}, "assigned, nobody, everybody"),
        ({"threshold": 7}, "model.threshold = 7"),
    ],
)
def test_what_is_not_policy_is_refused(policy, words):
    with pytest.raises(BadInput, match=r".") as refused:
        twin(WORLD, 4, **policy)
    assert words in str(refused.value)


def test_an_empty_world_has_empty_effects():
    pair = twin(WORLD.but(traffic__sessions_per_week=0.01, accounts=1), 1, threshold=0.9)
    assert pa.compute.sum(unit_effects(pair)["warnings_base"]).as_py() == 0
