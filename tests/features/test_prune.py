"""Does a store that let go of facts say what one says that kept them all, whatever arrives afterwards?"""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from logs import HOUR, SOURCE, VIEWS, chance_of, draw_asked, draw_log, moment, table_of
from oracle import same

from liveloop.base.errors import BadInput
from liveloop.features import store as home
from liveloop.features.lineage import FeatureSet
from liveloop.features.log import Log
from liveloop.features.store import Store
from liveloop.features.view import View

PLAIN = replace(SOURCE, fact=None, version=None)
FEW = [  # of which no view is over all time, and one wants the last
    View("sum_3h", "messages", "user_id", "sum", "tokens", window=3 * HOUR),
    View("settled", "messages", "user_id", "mean", "harm", window=5 * HOUR, embargo=2 * HOUR),
    View("last", "messages", "user_id", "last", "tokens"),
    View("last_settled", "messages", "user_id", "last", "topic", embargo=HOUR),
    View("since", "messages", "user_id", "since"),
    View("apart", "messages", "user_id", "count", window=4 * HOUR, apart_from="message_id"),
    View("account", "messages", "account_id", "distinct", "topic", window=2 * HOUR),
    View("of_account", "messages", "account_id", "decayed", window=6 * HOUR, half_life=HOUR,
         through=View("is", "messages", "user_id", "last", "harm")),
]  # fmt: skip
SORTS = {"all, corrected": (VIEWS, SOURCE), "all, plain": (VIEWS, PLAIN), "few, corrected": (FEW, SOURCE),
         "few, plain": (FEW, PLAIN)}  # fmt: skip


def two_stores(seed, sort, ties):
    """Let the same facts, in no order of time, come to two stores, of which one prunes now and then."""
    chance, (views, source) = chance_of(seed), SORTS[sort]
    log = draw_log(chance, size=int(chance.integers(20, 80)))
    features = FeatureSet(tuple(views), (source,))
    whole, pruned, gone, at = Store(features, ties=ties), Store(features, ties=ties), 0, 0
    while at < len(log):
        size = int(chance.integers(1, 12))
        for store in (whole, pruned):
            store.add("messages", table_of(log[at : at + size]))
        at += size
        if chance.random() < 0.3:
            gone += pruned.prune(before=moment(int(chance.integers(0, 30)) * 1_800_000_000)).gone
    asked = [one for one in draw_asked(chance, 40) if horizon(pruned) <= one["t"]]
    return whole, pruned, asked, gone


def horizon(store):
    return 0 if store.horizon is None else store.horizon - int(moment(0).timestamp()) * 1_000_000


@pytest.mark.parametrize("ties", ["until", "before"])
@pytest.mark.parametrize("sort", SORTS)
def test_no_answer_from_the_horizon_on_is_another(sort, ties):
    asked_at_all = gone_at_all = 0
    for seed in range(40):
        whole, pruned, asked, gone = two_stores(seed, sort, ties)
        gone_at_all += gone
        for one in asked:
            asked_at_all += 1
            wanted, got = whole.get(one, at=moment(one["t"])), pruned.get(one, at=moment(one["t"]))
            assert all(same(wanted[name], got[name]) for name in wanted), (seed, one, wanted, got)
    assert asked_at_all > 200
    assert gone_at_all > 50


@pytest.mark.parametrize("lie", ["the last of what may be corrected", "a window that is too short", "a session's past"])
def test_a_store_that_lets_go_of_more_is_found_out(lie, monkeypatch):
    def eager(plans, *, named):
        who = real(plans, named=named)
        if lie.startswith("the last"):
            return replace(who, settled=np.ones_like(who.settled))
        if lie.startswith("a window"):
            return replace(who, windows=np.where(who.windows < 10**17, who.windows - 1_800_000_000, who.windows))
        return replace(who, gaps=np.zeros_like(who.gaps), windows=np.where(who.gaps > 0, 2 * who.gaps, who.windows))

    real = home.readers
    monkeypatch.setattr(home, "readers", eager)
    session = [View("session", "messages", "user_id", "count", gap=2 * HOUR)]
    monkeypatch.setitem(SORTS, "sessions", (session, SOURCE))
    sort = "sessions" if lie.startswith("a session") else "few, corrected"
    for seed in range(60):
        whole, pruned, asked, _ = two_stores(seed, sort, "until")
        for one in asked:
            if whole.get(one, at=moment(one["t"])) != pruned.get(one, at=moment(one["t"])):
                return
    pytest.fail("nothing was found")


def test_entities_and_subjects_of_which_nothing_is_left_are_forgotten():
    view = View("count", "messages", "user_id", "count", window=HOUR, apart_from="message_id")
    store = Store(FeatureSet((view,), (PLAIN,)))
    facts = draw_log(chance_of(1), size=30)
    for place, one in enumerate(facts):
        at = place * 3_600_000_000
        one |= {"user_id": place, "message_id": place, "happened": at, "known": at, "deleted": False}
    store.add("messages", table_of(facts))
    told = store.prune(before=moment(29 * 3_600_000_000))
    assert (told.gone, told.kept) == (29, 1)
    stream = store.streams["messages"]
    assert (stream.keys["user_id"].known, stream.subjects["message_id"].known) == ({29: 0}, {29: 0})
    store.add("messages", table_of([facts[3] | {"happened": 30 * 3_600_000_000, "known": 30 * 3_600_000_000}]))
    at = moment(30 * 3_600_000_000)
    assert store.get({"user_id": 3, "message_id": 9}, at=at) == {"count": 1}
    assert store.get({"user_id": 3, "message_id": 3}, at=at) == {"count": 0}


@pytest.mark.parametrize("seed", range(12))
def test_a_log_that_is_compacted_says_the_same(seed, tmp_path):
    chance, features = chance_of(seed), FeatureSet(tuple(FEW), (PLAIN,))
    log, whole, at, gone = draw_log(chance, size=80), Store(features), 0, 0
    with Log(tmp_path / "facts.db") as file:
        pruned = Store(features, file)
        while at < len(log):
            size = int(chance.integers(1, 12))
            for store in (whole, pruned):
                store.add("messages", table_of(log[at : at + size]))
            at += size
            if chance.random() < 0.3:
                pruned.prune(before=moment(int(chance.integers(0, 30)) * 1_800_000_000))
                gone += pruned.compact()
            if chance.random() < 0.2:
                pruned = Store(features, file)
        again = Store(features, file)
        assert sum(table.num_rows for _, table in file.read()) == len(log) - gone
    for one in draw_asked(chance, 40):
        if horizon(again) <= one["t"]:
            wanted = whole.get(one, at=moment(one["t"]))
            for store in (pruned, again):
                got = store.get(one, at=moment(one["t"]))
                assert all(same(wanted[name], got[name]) for name in wanted), (one, wanted, got)


def test_a_compacted_log_answers_no_other_view(tmp_path):
    short = View("count", "messages", "user_id", "count", window=HOUR)
    with Log(tmp_path / "facts.db") as file:
        store = Store(FeatureSet((short,), (PLAIN,)), file)
        store.add("messages", table_of(draw_log(chance_of(1), size=40)))
        assert store.compact() == 0  # nothing was pruned
        store.prune(before=moment(20 * 3_600_000_000))
        assert store.compact() == 40
        assert Store(FeatureSet((replace(short, name="other name"),), (PLAIN,)), file).horizon == store.horizon
        with pytest.raises(BadInput, match=r"facts\.db: view 'count' reads 'messages' as count by user_id window 72"):
            Store(FeatureSet((replace(short, window=2 * HOUR),), (PLAIN,)), file)
        corrected = Store(FeatureSet((short,), (SOURCE,)))
        with pytest.raises(BadInput, match="log: there is no log in a file"):
            corrected.compact()
    with Log(tmp_path / "corrected.db") as file:
        store = Store(FeatureSet((short,), (SOURCE,)), file)
        store.add("messages", table_of(draw_log(chance_of(1), size=40)))
        store.prune(before=moment(20 * 3_600_000_000))
        assert store.compact() == 0  # a late version is held against all that came


def test_what_was_let_go_of_is_not_asked_about():
    store = Store(FeatureSet(tuple(VIEWS), (SOURCE,)))
    store.prune(before=moment(5))
    store.prune(before=moment(3))  # the horizon does not come back
    with pytest.raises(BadInput, match=r"lies before 2026-01-05T00:00:00\.000005"):
        store.get({"user_id": 1, "account_id": 1}, at=moment(4))
    assert store.get({"user_id": 1, "account_id": 1, "message_id": 1}, at=moment(5))["count_ever"] == 0
    with pytest.raises(BadInput, match="before: 2026-01-05T00:00:00 has no zone"):
        store.prune(before=datetime(2026, 1, 5))
