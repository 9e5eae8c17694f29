"""Does the conformance suite let honest worlds pass, and does it catch each liar at the right check?"""

from dataclasses import fields, replace

import numpy as np
import pyarrow as pa
import pytest

from liveloop.worlds.checks import broken, check_world
from liveloop.worlds.draw import Draw
from liveloop.worlds.drift import Drift
from liveloop.worlds.review import slots
from liveloop.worlds.setup import Setup
from liveloop.worlds.tabulate import moments
from liveloop.worlds.traffic import take_census
from liveloop.worlds.treatment import Experiment
from liveloop.worlds.truth import seal, unseal
from liveloop.worlds.world import World

SETTINGS = {
    "accounts": 200,
    "traffic.keep": 0.6,
    "reaction.lapse_share": 0.1,
    "drift": [
        Drift("slang", 20.0, 0.6),
        Drift("topic", 25.0, 0.4),
        Drift("length", 18.0, 0.3),
        Drift("language", 22.0, 0.3),
    ],
    "experiments": [
        Experiment("e", effect=0.12, within_account=1.0, across_templates=0.8, start_day=5.0, end_day=40.0)
    ],
}
SEED = 5


def honest(world, **lies):
    """Draw the world as it is, or with other settings than it claims."""
    plain = World(**{item.name: getattr(world, item.name) for item in fields(Setup)})
    return plain.changed(lies)


class Liar(World):
    """A world that draws something else than it claims."""

    def draw(self, seed, *, chunk_accounts=None):
        drawn = self.lie(seed, chunk_accounts)
        draw = Draw(self, seed, drawn.tables)
        team = moments(slots(self, take_census(self, seed).messages / self.days))
        seal(draw, replace(unseal(drawn), slots=team))
        return draw

    def lie(self, seed, chunk_accounts):
        return honest(self, **self.lies).draw(seed, chunk_accounts=chunk_accounts)


def claiming(**lies):
    """Make a liar that draws with other settings than it claims."""
    lies = {name.replace("__", "."): value for name, value in lies.items()}
    return type("Liar", (Liar,), {"lies": lies})


def tampering(change):
    """Make a liar that draws honestly and then changes the tables."""

    class Tampered(Liar):
        def lie(self, seed, chunk_accounts):
            drawn = honest(self).draw(seed, chunk_accounts=chunk_accounts)
            tampered = Draw(self, seed, {**drawn.tables, **change(dict(drawn.tables))})
            seal(tampered, unseal(drawn))
            return tampered

    return Tampered


def put(table, name, values, mask=None):
    place = table.column_names.index(name)
    kind = table.schema.field(name).type
    if pa.types.is_timestamp(kind):
        column = pa.array(np.asarray(values), mask=mask).view(kind)
    else:
        column = pa.array(values, type=kind)
    return table.set_column(place, name, column)


def micros(table, name):
    return table[name].cast(pa.int64()).fill_null(-1).to_numpy().copy()


def moved(table_name, column, by):
    def change(tables):
        table = tables[table_name]
        at = micros(table, column)
        missing = at < 0
        at[: max(1, len(at) // 2)] += by
        return {table_name: put(table, column, at, missing)}

    return change


def orphaned(tables):
    return {"users": tables["users"].slice(3)}


def repeated(tables):
    return {"labels": pa.concat_tables([tables["labels"], tables["labels"].slice(0, 2)]).combine_chunks()}


def emptied(tables):
    return {"messages": put(tables["messages"], "text", [None, *tables["messages"]["text"].to_pylist()[1:]])}


def widened(tables):
    messages = tables["messages"]
    place = messages.column_names.index("tokens")
    return {"messages": messages.set_column(place, "tokens", messages["tokens"].cast(pa.int64()))}


def reworded(tables):
    actions = tables["decisions"]["action"].to_pylist()
    return {"decisions": put(tables["decisions"], "action", ["permit", *actions[1:]])}


def stricter(tables):
    return {"decisions": put(tables["decisions"], "threshold", tables["decisions"]["threshold"].to_numpy() * 1.5)}


def made_up(tables):
    allowed = (
        tables["decisions"].filter(pa.compute.equal(tables["decisions"]["action"], "allow"))["message_id"].to_pylist()
    )
    messages = tables["messages"]
    first = messages.slice(messages["message_id"].to_pylist().index(allowed[0]), 1)
    warning = tables["warnings"].slice(0, 1)
    for name in ("message_id", "user_id", "happened_at", "known_at", "dismissed_at"):
        values = first["known_at" if name.endswith("_at") else name]
        warning = warning.set_column(warning.column_names.index(name), name, values)
    warning = put(warning, "warning_id", [10**9])
    return {"warnings": pa.concat_tables([tables["warnings"], warning]).combine_chunks()}


def swapped(tables):
    users = tables["warnings"]["user_id"].to_pylist()
    return {"warnings": put(tables["warnings"], "user_id", users[1:] + users[:1])}


def labelled_everybody(tables):
    messages = tables["messages"].slice(0, 500)
    labels = pa.table(
        {
            "label_id": pa.array(np.arange(500) + 10**9),
            "message_id": messages["message_id"],
            "reviewer_id": pa.array(np.full(500, 501)),
            "harmful": pa.array([False] * 500),
            "revision": pa.array(np.ones(500, dtype=np.int32)),
            "happened_at": messages["known_at"],
            "known_at": messages["known_at"],
        }
    )
    return {"labels": pa.concat_tables([tables["labels"], labels.cast(tables["labels"].schema)])}


def unwatched(tables):
    cases = tables["escalations"]
    resolved = np.minimum(micros(cases, "known_at") + 60_000_000, micros(cases, "known_at").max())
    return {"escalations": put(cases, "resolved_at", resolved)}


def exposed_all(tables):
    rows = tables["assignments"]
    treated = np.array([arm == "treatment" for arm in rows["arm"].to_pylist()])
    return {"assignments": put(rows, "exposed_at", micros(rows, "happened_at"), ~treated)}


class Forgetful(Liar):
    """Its dice go on where the last draw stopped."""

    calls = 0

    def lie(self, seed, chunk_accounts):
        type(self).calls += 1
        return honest(self).draw(seed + self.calls, chunk_accounts=chunk_accounts)


class Chunky(Liar):
    """Its dice start anew with each chunk."""

    def lie(self, seed, chunk_accounts):
        return honest(self).draw(seed + (chunk_accounts or 0), chunk_accounts=chunk_accounts)


class Coupled(Liar):
    """One policy's dice are not the other's."""

    def lie(self, seed, chunk_accounts):
        return honest(self).draw(seed + int(1000 * self.model.threshold), chunk_accounts=chunk_accounts)


def experiment(**changes):
    return [replace(SETTINGS["experiments"][0], **changes)]


def drifting(kind, **changes):
    return [replace(d, **changes) if d.kind == kind else d for d in SETTINGS["drift"]]


LIARS = {
    "wrong type": (tampering(widened), "schema"),
    "missing text": (tampering(emptied), "nulls"),
    "label told twice": (tampering(repeated), "keys"),
    "users gone": (tampering(orphaned), "references"),
    "new word": (tampering(reworded), "words"),
    "warning of another": (tampering(swapped), "authors"),
    "known before it happened": (tampering(moved("warnings", "known_at", -3_600_000_000)), "clocks"),
    "ended before it began": (tampering(moved("sessions", "ended_at", -100 * 3_600_000_000)), "clocks"),
    "known before its session": (tampering(moved("sessions", "known_at", 3_600_000_000)), "clock order"),
    "known in the future": (tampering(moved("labels", "known_at", 100 * 86_400_000_000)), "snapshot"),
    "account correlation": (claiming(people__icc_account=0.4), "icc account"),
    "user correlation": (claiming(people__icc_user=0.5), "icc user"),
    "account correlation of harm": (claiming(people__icc_account=0.4), "harm icc account"),
    "user correlation of harm": (claiming(people__icc_user=0.5), "harm icc user"),
    "more harm": (claiming(harm__base_rate=0.045), "harm rate"),
    "more adversaries": (claiming(harm__adversary_share=0.12), "adversary share"),
    "no weekends": (claiming(traffic__weekend=0.6), "weekend"),
    "no nights": (claiming(traffic__night=0.2), "night"),
    "warned below the threshold": (tampering(stricter), "actions"),
    "warning without a decision": (tampering(made_up), "actions"),
    "always in time": (claiming(traffic__offline_share=0.0), "late arrival"),
    "labels for everybody": (tampering(labelled_everybody), "selectivity"),
    "infinite capacity": (claiming(review__capacity_per_1000_messages=5000.0), "capacity"),
    "closed at once": (tampering(unwatched), "capacity"),
    "slow hands": (claiming(review__handling_minutes=20.0), "label delay"),
    "slow records": (claiming(review__recording_minutes=40.0), "label recording"),
    "fewer audits": (claiming(review__audit_share=0.001), "audit share"),
    "perfect reviewers": (claiming(review__noise=0.0), "label noise"),
    "modest reviewers": (claiming(review__unsure=0.2), "unsure"),
    "silent support": (claiming(support__after_warning=0.1), "answers"),
    "late slang": (claiming(drift=drifting("slang", onset_day=26.0)), "onset slang"),
    "early topic": (claiming(drift=drifting("topic", onset_day=21.0)), "onset topic"),
    "late length": (claiming(drift=drifting("length", onset_day=22.0)), "onset length"),
    "early language": (claiming(drift=drifting("language", onset_day=18.0)), "onset language"),
    "all treated": (claiming(experiments=experiment(share_treated=0.9)), "treated e"),
    "all comply": (tampering(exposed_all), "compliance e"),
    "no effect": (claiming(experiments=experiment(effect=0.0)), "effect e"),
    "no spillover": (claiming(experiments=experiment(within_account=0.0)), "spillover account e"),
    "no template spillover": (claiming(experiments=experiment(across_templates=-0.8)), "spillover template e"),
    "forgetful dice": (Forgetful, "twin equality"),
    "chunky dice": (Chunky, "chunk independence"),
    "coupled dice": (Coupled, "twin isolation"),
}


@pytest.mark.parametrize("name", LIARS)
def test_a_liar_fails_at_the_right_check(name):
    kind, check = LIARS[name]
    liar = kind.from_settings(SETTINGS)
    redraw = issubclass(kind, Forgetful | Chunky | Coupled)
    assert check in broken(check_world(liar, liar.draw(SEED), redraw=redraw))


@pytest.mark.parametrize("settings", [SETTINGS, {}, {"experiments": [{"name": "x", "unit": "account"}], "drift": []}])
def test_an_honest_world_passes(settings):
    world = World.from_settings(settings)
    readings = check_world(world, world.draw(SEED))
    assert broken(readings) == ()


def test_every_check_measures_something_in_the_world_of_the_liars():
    world = World.from_settings(SETTINGS)
    readings = check_world(world, world.draw(SEED))
    assert [reading.name for reading in readings if reading.holds is None] == []
    assert {check for _, check in LIARS.values()} == {reading.name for reading in readings}


def test_false_alarms_are_as_rare_as_the_guide_says():
    world = World.from_settings({"accounts": 40, "traffic.text": "off"})
    alarms = sum(bool(broken(check_world(world, world.draw(seed), redraw=False))) for seed in range(100, 140))
    # The guide says 6 in 100 draws: then 40 draws give more than 6 alarms with a probability of 0.005.
    assert alarms <= 6


def test_a_tiny_world_has_nothing_to_measure_but_is_sound():
    world = World(accounts=1, days=1, drift=(), experiments=())
    readings = check_world(world, world.draw(1))
    assert broken(readings) == ()
    assert any(reading.holds is None for reading in readings)
