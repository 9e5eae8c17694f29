"""Does a store say of facts that arrive what a training set says of the whole log, to the last bit?"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from logs import SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, moment, table_of
from oracle import same

from liveloop.features.facts import read_facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.log import Log
from liveloop.features.store import Store
from liveloop.features.training import training_set


@pytest.mark.parametrize("ties", ["until", "before"])
@pytest.mark.parametrize("seed", range(40))
def test_online_is_offline(seed, ties, tmp_path):
    chance = chance_of(seed)
    log, asked = draw_log(chance), draw_asked(chance)
    offline = training_set(VIEWS, {"messages": read_facts(SOURCE, table_of(log))}, asked_table(asked), ties=ties)
    features = FeatureSet(tuple(VIEWS), (SOURCE,))
    with Log(tmp_path / "facts.db") as file:
        store = Store(features, file, ties=ties)
        at = 0
        while at < len(log):
            size = int(chance.integers(1, 9))
            store.add("messages", table_of(log[at : at + size]))
            at += size
            if chance.random() < 0.1:
                store = Store(features, file, ties=ties)
        for row, one in enumerate(asked):
            got = store.get(one, at=moment(one["t"]))
            for view in VIEWS:
                assert same(got[view.name], offline.column(view.name)[row].as_py()), (view.name, row)
