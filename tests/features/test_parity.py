"""Is live what was trained on, and is a store that is not found out, with the facts?"""

import pyarrow as pa
import pytest
from logs import SOURCE, VIEWS, chance_of, draw_log, moment, table_of

from liveloop.base.errors import BadInput
from liveloop.features import parity as home
from liveloop.features.lineage import FeatureSet
from liveloop.features.parity import facts_about, moments_to_ask, parity
from liveloop.features.store import Store
from liveloop.features.view import Source, View

FEATURES = FeatureSet(tuple(VIEWS), (SOURCE,))


@pytest.mark.parametrize("ties", ["until", "before"])
@pytest.mark.parametrize("seed", range(8))
def test_live_is_what_was_trained_on(seed, ties):
    tables = {"messages": table_of(draw_log(chance_of(seed), size=60))}
    asked = moments_to_ask(FEATURES, tables, 40, seed)
    made = parity(FEATURES, tables, asked, ties=ties)
    assert made.first is None
    assert (made.rows, made.facts) == (40, 60)
    assert made.answers == 40 * len(VIEWS)


class Forgetful(Store):
    """Forgets every fifth batch."""

    batches = 0

    def add(self, source, facts):
        self.batches += 1
        if self.batches % 5:
            super().add(source, facts)


class Prophet(Store):
    """Answers of a minute later."""

    def get(self, keys, *, at, names=None):
        return super().get(keys, at=at + home.timedelta(minutes=1), names=names)


class LastArrived(Store):
    """Takes what arrived last for what happened last."""

    def _fold(self, name, table, read=None):
        column = table.column("known_at")
        place = table.column_names.index("happened_at")
        super()._fold(name, table.set_column(place, "happened_at", column))


@pytest.mark.parametrize("liar", [Forgetful, Prophet, LastArrived])
def test_a_store_that_says_something_else_is_found_out(liar, monkeypatch):
    monkeypatch.setattr(home, "Store", liar)
    tables = {"messages": table_of(draw_log(chance_of(3), size=80))}
    first = parity(FEATURES, tables, moments_to_ask(FEATURES, tables, 60)).first
    assert first is not None
    assert first.offline != first.online
    assert all(
        fact[view.by] == first.keys[view.by] for view in VIEWS if view.name == first.view for fact in first.facts
    )


def test_a_difference_is_told_by_the_clocks_of_its_source_and_of_a_key_that_no_fact_can_have():
    hours = pa.array([moment(0), moment(3_600_000_000)], pa.timestamp("us", "UTC"))
    table = pa.table({"user_id": pa.array([1, 1], pa.int32()), "begun": hours, "seen": hours})
    source = Source("visits", ("user_id",), happened="begun", known="seen")
    view = View("n", "visits", "user_id", "count")
    (fact,) = facts_about(view, source, {"user_id": 1}, table, moment(0))
    assert fact["seen"] == moment(0)
    for key in (2**40, "one"):
        assert facts_about(view, source, {"user_id": key}, table, moment(0)) == ()


def clicks_and_visits(click, visits, kind):
    """Give facts by a user whose key is of one kind here and of another there."""
    clock = pa.array([moment(0)] * 2, pa.timestamp("us", "UTC"))
    clicks = Source("clicks", ("user_id",)), Source("visits", ("user_id", "session_id"))
    views = View("n", "clicks", "user_id", "count"), View("k", "visits", "session_id", "count")
    tables = {
        "clicks": pa.table({"user_id": pa.array(click, kind), "happened_at": clock, "known_at": clock}),
        "visits": pa.table({"user_id": [1, 2], "session_id": [5, 6], "happened_at": clock, "known_at": clock}),
    }
    return FeatureSet(views, clicks), tables | {"visits": tables["visits"].slice(0, visits)}


@pytest.mark.parametrize("visits", [0, 2])
def test_keys_may_be_narrow_here_and_wide_there_or_of_nobody(visits):
    features, tables = clicks_and_visits([1, 2], visits, pa.int32())
    asked = moments_to_ask(features, tables, 20, at="when")
    assert set(asked.column_names) == {"user_id", "session_id", "when"}
    made = parity(features, tables, asked, at="when")
    assert (made.first, made.rows) == (None, asked.num_rows)


def test_keys_of_two_kinds_are_refused():
    with pytest.raises(BadInput, match=r"facts: the keys of the sources do not go together: .*user_id"):
        moments_to_ask(*clicks_and_visits(["a", "b"], 2, pa.string()), 20)


def test_facts_that_are_not_there_are_refused():
    with pytest.raises(BadInput, match="there are no facts of 'messages'"):
        parity(FEATURES, {}, table_of([]))
    with pytest.raises(BadInput, match="there is not one fact"):
        moments_to_ask(FEATURES, {"messages": table_of([])}, 5)
