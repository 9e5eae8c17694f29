"""Is live what was trained on, and is a store that is not found out, with the facts?"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from logs import SOURCE, VIEWS, chance_of, draw_log, table_of

from liveloop.base.errors import BadInput
from liveloop.features import parity as home
from liveloop.features.lineage import FeatureSet
from liveloop.features.parity import moments_to_ask, parity
from liveloop.features.store import Store

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


def test_facts_that_are_not_there_are_refused():
    with pytest.raises(BadInput, match="there are no facts of 'messages'"):
        parity(FEATURES, {}, table_of([]))
    with pytest.raises(BadInput, match="there is not one fact"):
        moments_to_ask(FEATURES, {"messages": table_of([])}, 5)
