"""Is a draw whole, sealed, plausible and always the same?"""

import dataclasses
import gc
import pickle

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveloop.base.errors import BadInput
from liveloop.worlds.checks import broken, check_world
from liveloop.worlds.draw import Draw
from liveloop.worlds.schema import SCHEMA
from liveloop.worlds.truth import Truth, unseal
from liveloop.worlds.world import World


@pytest.fixture(scope="module")
def draw():
    return World(accounts=120).draw(11)


def ask(draw, sql):
    with duckdb.connect() as base:
        base.execute("SET TimeZone = 'UTC'")
        for name, table in draw.tables.items():
            base.register(name, table)
        return base.execute(sql).fetchall()


def test_duckdb_sees_the_declared_types(draw):
    for declared in SCHEMA:
        seen = ask(draw, f"SELECT column_name, column_type FROM (DESCRIBE {declared.name})")
        names = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}
        assert seen == [(column.name, names.get(column.type, column.type)) for column in declared.columns]


def test_every_nullable_column_is_sometimes_null_and_never_always(draw):
    for declared in SCHEMA:
        for column in declared.columns:
            nulls = draw.tables[declared.name][column.name].null_count
            assert (0 < nulls < draw.tables[declared.name].num_rows) == column.nullable, (declared.name, column.name)


def test_rates_are_those_of_a_product(draw):
    rows = {name: table.num_rows for name, table in draw.tables.items()}
    assert 0.01 < rows["warnings"] / rows["messages"] < 0.05
    assert 0.005 < rows["escalations"] / rows["messages"] < 0.05
    assert 3 < rows["users"] / rows["accounts"] < 15
    assert 3 < rows["messages"] / rows["sessions"] < 8


def test_people_rest_at_weekends_and_at_night_in_their_own_zone(draw):
    local = "SELECT timezone(u.time_zone, s.happened_at) t FROM sessions s JOIN users u USING (user_id)"
    ((weekend, night),) = ask(
        draw, f"SELECT avg((isodow(t) >= 6)::INT), avg((hour(t) BETWEEN 1 AND 6)::INT) FROM ({local})"
    )
    assert 0.10 < weekend < 0.22
    assert night < 0.12


RETENTION = """
WITH w AS (SELECT user_id, happened_at t FROM warnings WHERE happened_at < (SELECT max(happened_at) FROM sessions) - INTERVAL 7 DAY),
     r AS (SELECT EXISTS (SELECT 1 FROM support_messages m WHERE m.user_id = w.user_id AND m.direction = 'to_user'
                          AND m.happened_at > t AND m.happened_at <= t + INTERVAL 24 HOUR) helped,
                  EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = w.user_id AND s.happened_at > t
                          AND s.happened_at <= t + INTERVAL 7 DAY) back FROM w)
SELECT helped, count(*), avg(back::INT) FROM r GROUP BY helped ORDER BY helped
"""  # noqa: E501


def test_retention_after_a_warning_is_neither_nothing_nor_all(draw):
    (_, alone, stayed), (_, helped, returned) = ask(draw, RETENTION)
    assert min(alone, helped) > 50
    assert 0.4 < stayed < 0.9
    assert 0.4 < returned < 0.95


def test_a_drill_world_has_answers_on_both_sides_of_24_hours():
    hours = ask(
        World().draw(3),
        """SELECT epoch(s.happened_at - w.happened_at) / 3600 FROM warnings w JOIN support_messages s USING (user_id)
           WHERE s.direction = 'to_user' AND s.happened_at > w.happened_at""",
    )
    near = np.array(hours).ravel()
    assert ((near > 21) & (near <= 24)).sum() >= 3
    assert ((near > 24) & (near < 27)).sum() >= 3


def test_support_helps_people_back():
    world = World.from_settings({"accounts": 400, "traffic.text": "off", "reaction.lapse_share": 0.6})
    none = world.but(support__after_warning=0.0)
    assert world.draw(2).tables["sessions"].num_rows > 1.01 * none.draw(2).tables["sessions"].num_rows


def test_labels_come_later_when_more_is_handed_over():
    world = World.from_settings({"accounts": 300, "traffic.text": "off"})
    waits = []
    for threshold in (0.6, 0.05):
        cases = world.but(model__threshold=threshold).draw(2)
        waits.append(ask(cases, "SELECT median(epoch(resolved_at - known_at)) FROM escalations")[0][0])
    assert waits[1] > 2 * waits[0]


def test_adversaries_come_under_the_threshold():
    world = World.from_settings({"accounts": 300, "harm.adversary_share": 0.2, "traffic.text": "off", "drift": []})
    share = {}
    for evasion in (0.0, 1.0):
        truth = unseal(draw := world.but(harm__evasion=evasion).draw(2))
        adversary = truth.users.filter(truth.users["adversary"])["user_id"]
        base = {"a": pa.table({"user_id": adversary}), "truth": truth.messages, **draw.tables}
        sql = """SELECT avg((action <> 'allow')::INT) FROM decisions d JOIN messages USING (message_id)
                 JOIN a USING (user_id) JOIN truth USING (message_id)
                 WHERE harmful AND d.happened_at > TIMESTAMPTZ '2026-03-23 00:00+00'"""
        share[evasion] = ask(Draw(draw.world, 2, base), sql)[0][0]
    assert share[1.0] < 0.5 * share[0.0]


def test_drift_in_slang_hides_harm_from_the_model():
    world = World.from_settings({"accounts": 300, "drift": [{"kind": "slang", "onset_day": 21, "strength": 0.8}]})
    draw = world.draw(2)
    base = Draw(draw.world, 2, {**draw.tables, "truth": unseal(draw).messages})
    sql = """SELECT avg((action <> 'allow')::INT) FILTER (WHERE happened_at < TIMESTAMPTZ '2026-03-23 00:00+00'),
                    avg((action <> 'allow')::INT) FILTER (WHERE happened_at >= TIMESTAMPTZ '2026-03-23 00:00+00')
             FROM decisions JOIN truth USING (message_id) WHERE harmful"""
    ((before, after),) = ask(base, sql)
    assert after < 0.8 * before


def test_tokens_are_the_words_of_the_text(draw):
    assert ask(draw, "SELECT count(*) FROM messages WHERE tokens <> len(string_split(text, ' '))") == [(0,)]


def test_one_person_may_have_several_logins_with_one_zone(draw):
    several = ask(draw, "SELECT count(DISTINCT time_zone) FROM users GROUP BY person_id HAVING count(*) > 1")
    assert several
    assert {zones for (zones,) in several} == {1}


def test_a_world_too_large_for_memory_is_sent_to_the_stream():
    with pytest.raises(BadInput, match="stream a larger world"):
        World(accounts=60_000, days=60).draw(1)


def test_the_truth_is_sealed(draw):
    assert {field.name for field in dataclasses.fields(draw)} == {"world", "seed", "tables"}
    assert set(vars(draw)) == {"world", "seed", "tables"}
    assert not any(isinstance(held, Truth) for held in gc.get_referents(draw, vars(draw)))
    assert unseal(draw).messages.num_rows == draw.tables["messages"].num_rows
    copied = pickle.loads(pickle.dumps(draw))
    with pytest.raises(KeyError, match="no truth"):
        unseal(copied)


def test_no_table_tells_the_truth(draw):
    truth = unseal(draw).messages
    hidden = set(truth.column_names) - {"message_id", "policy", "topic", "harmful"}  # these have noisy doubles
    assert not hidden & {column.name for declared in SCHEMA for column in declared.columns}


WORLDS = st.fixed_dictionaries(
    {
        "accounts": st.integers(1, 25),
        "days": st.integers(1, 30),
        "starts_at": st.sampled_from(["2026-03-02T00:00:00+00:00", "2025-10-20T17:30:00+05:45"]),
        "harm.base_rate": st.sampled_from([0.0, 0.03, 0.5]),
        "harm.adversary_share": st.sampled_from([0.0, 1.0]),
        "traffic.sessions_per_week": st.sampled_from([0.01, 4.0, 30.0]),
        "traffic.offline_hours": st.sampled_from([0.0, 300.0]),
        "people.several_accounts_share": st.sampled_from([0.0, 1.0]),
        "people.monthly_churn": st.sampled_from([0.0, 0.9]),
        "model.threshold": st.sampled_from([0.001, 0.35, 0.999]),
        "model.guardrail_day": st.sampled_from([None, 0.0]),
        "model.rollback_day": st.sampled_from([None, 3.0]),
        "reaction.lapse_share": st.sampled_from([0.0, 1.0]),
        "review.capacity_per_1000_messages": st.sampled_from([0.1, 500.0]),
        "drift": st.sampled_from([[], [{"kind": "topic", "onset_day": 0, "strength": 1}]]),
        "experiments": st.sampled_from(
            [[], [{"name": "x", "unit": "account", "start_day": 0}, {"name": "y", "policy": "everybody"}]]
        ),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORLDS, st.integers(0, 2**40))
def test_any_world_is_sound(given_settings, seed):
    world = World.from_settings(given_settings)
    readings = check_world(world, world.draw(seed))
    sound = {"schema", "nulls", "keys", "references", "words", "clocks", "clock order", "snapshot", "authors"}
    sound |= {"capacity", "selectivity", "twin equality", "chunk independence", "twin isolation"}
    assert not sound & set(broken(readings)), [reading for reading in readings if reading.holds is False]
