"""Are settings accepted in every form, and refused in words?"""

import copy
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from liveloop.base.errors import BadInput
from liveloop.worlds.drift import Drift
from liveloop.worlds.setup import Harm, People
from liveloop.worlds.treatment import Experiment
from liveloop.worlds.world import World


def test_settings_come_flat_dotted_nested_or_short():
    forms = [
        {"harm.base_rate": 0.1, "accounts": 3},
        {"harm": {"base_rate": 0.1}, "accounts": 3},
        {"base_rate": 0.1, "accounts": 3},
    ]
    assert {World.from_settings(form) for form in forms} == {World(accounts=3, harm=Harm(base_rate=0.1))}


def test_lists_of_tables_become_drifts_and_experiments():
    world = World.from_settings(
        {
            "drift": [{"kind": "topic", "onset_day": 3, "strength": 0.5}],
            "experiments": [{"name": "x", "unit": "account", "effect": 0}],
            "starts_at": "2026-01-05T00:00:00+00:00",
            "model.threshold_changes": [[3, 0.5]],
            "traffic.corpus": "somewhere.csv",
        }
    )
    assert world.drift == (Drift("topic", 3.0, 0.5),)
    assert world.experiments == (Experiment("x", unit="account", effect=0.0),)
    assert world.starts_at == datetime(2026, 1, 5, tzinfo=UTC)
    assert world.model.threshold_changes == ((3, 0.5),)
    assert world.traffic.corpus == Path("somewhere.csv")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"acounts": 3}, "unknown setting 'acounts'"),
        ({"harm.bas_rate": 0.1}, "unknown setting"),
        ({"harm": {"bas_rate": 0.1}}, "unknown setting 'bas_rate'"),
        ({"harm": 3}, "harm"),
        ({"accounts": 0}, "accounts = 0 is out of range"),
        ({"accounts": 2.5}, "a whole number"),
        ({"accounts": "many"}, "accounts = 'many'"),
        ({"accounts": True}, "accounts = True"),
        ({"harm.base_rate": 2}, "harm.base_rate = 2.0"),
        ({"harm.base_rate": float("nan")}, "harm.base_rate = nan"),
        ({"starts_at": "yesterday"}, "ISO 8601"),
        ({"starts_at": "2026-01-05"}, "a time with a zone"),
        ({"starts_at": 5}, "a time with a zone"),
        ({"drift": "topic"}, "is no list"),
        ({"drift": [3]}, "is no table"),
        ({"drift": [{"kind": "topic"}]}, "'onset_day' is missing"),
        ({"drift": [{"kind": "mood", "onset_day": 1}]}, "topic, length, language, slang"),
        ({"drift": [{"kind": "topic", "onset_day": -1}]}, "onset_day = -1"),
        ({"drift": [{"kind": "topic", "onset_day": 1, "strength": 2}]}, "strength = 2"),
        ({"drift": [{"kind": "topic", "onset": 1}]}, "unknown setting 'onset'"),
        ({"experiments": [{"name": "x", "unit": "planet"}]}, "user, account"),
        ({"experiments": [{"name": ""}]}, "a name"),
        ({"experiments": [{"name": "x"}, {"name": "x"}]}, "one name"),
        ({"experiments": [{"name": "x", "start_day": 5, "end_day": 4}]}, "ends before it starts"),
        ({"people.icc_account": 0.5, "people.icc_user": 0.6}, "at most 0.95"),
        ({"model.threshold_changes": [[1, 2]]}, "pairs"),
        ({"model.threshold_changes": [[5, 0.2], [1, 0.3]]}, "ascending"),
        ({"traffic.text": "opera"}, "grammar, off"),
        ({"messages": 0}, "messages = 0"),
        ({"messages": 100, "accounts": 3}, "one of the two"),
        ({"noise": None}, "review.noise = None"),
    ],
)
def test_bad_settings_are_refused_in_words(settings, words):
    with pytest.raises(BadInput, match=r".") as refused:
        World.from_settings(settings)
    assert words in str(refused.value)


def test_an_unknown_keyword_is_bad_input_too():
    with pytest.raises(BadInput, match="unknown setting 'seed'"):
        World(seed=3)


def test_a_world_is_a_value():
    world = World(accounts=3)
    assert pickle.loads(pickle.dumps(world)) == copy.deepcopy(world) == world
    assert len({world, World(accounts=3), World(accounts=4)}) == 2


def test_but_changes_only_what_it_names():
    world = World(accounts=3, people=People(icc_user=0.3))
    other = world.but(people__icc_account=0.2, days=7)
    assert (other.people, other.days, other.accounts) == (People(icc_user=0.3, icc_account=0.2), 7, 3)


def test_messages_sets_the_size():
    world = World.from_settings({"messages": 60_000, "traffic.text": "off"})
    assert world.draw(3).tables["messages"].num_rows == pytest.approx(60_000, rel=0.2)
