"""Is every answer of the loop that of thirty plain lines, to the last bit?"""

import pyarrow as pa
import pytest
from logs import SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, moment, table_of
from oracle import feature, same

from liveloop.base.errors import BadInput
from liveloop.features.facts import read_facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.store import Store
from liveloop.features.training import training_set
from liveloop.features.view import View


@pytest.mark.parametrize("ties", ["until", "before"])
@pytest.mark.parametrize("seed", range(60))
def test_what_is_given_is_what_was_known(seed, ties):
    chance = chance_of(seed)
    log, asked = draw_log(chance), draw_asked(chance)
    facts = read_facts(SOURCE, table_of(log))
    made = training_set(VIEWS, {"messages": facts}, asked_table(asked), ties=ties)
    assert made.num_rows == len(asked)
    for view in VIEWS:
        got = made.column(view.name).to_pylist()
        for row, one in enumerate(asked):
            wanted = feature(log, one[view.by], one["t"], view, ties=ties, own=one["message_id"])
            assert same(got[row], wanted), (view.name, row, got[row], wanted)


def test_no_row_is_lost_whatever_is_known():
    """Feast's Dask store drops a row whose only events lie in the future, and rows that share key and time (#6787)."""
    (fact,) = draw_log(chance_of(1), size=1)
    fact |= {"user_id": 1, "happened": 50, "known": 90, "deleted": False}
    times = {"only in the future": (1, 10), "not known yet": (1, 60), "known": (1, 90), "nothing at all": (9, 90)}
    asked = [{"user_id": user, "account_id": 1, "message_id": 9, "t": t} for user, t in times.values()]
    twice = [*asked, *reversed(asked), *asked]
    made = training_set(VIEWS, {"messages": read_facts(SOURCE, table_of([fact]))}, asked_table(twice))
    assert made.select(["user_id", "decided_at"]) == asked_table(twice).select(["user_id", "decided_at"])
    assert made.column("count_ever").to_pylist() == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    nobody = training_set(VIEWS, {"messages": read_facts(SOURCE, table_of([]))}, asked_table(asked))
    assert nobody.column("count_ever").to_pylist() == [0] * 4
    assert training_set(VIEWS, {"messages": read_facts(SOURCE, table_of([fact]))}, asked_table([])).num_rows == 0


def test_what_is_no_whole_number_is_no_key_of_one():
    """A user whose account is said to be 0.1 is not of account 0, offline as live, and texts are refused as keys."""
    facts = draw_log(chance_of(1), size=30)
    for one in facts:
        one |= {"fact": id(one), "account_id": 0, "tokens": 0.1 if one["user_id"] == 1 else 0.0, "topic": "0",
                "deleted": False}  # fmt: skip
    inner = [View(name, "messages", "user_id", "last", name) for name in ("tokens",)]
    features = [View(f"by {one.name}", "messages", "account_id", "count", through=one) for one in inner]
    asked = [{"user_id": user, "account_id": 0, "message_id": 9, "t": 30 * 3_600_000_000} for user in (0, 1)]
    made = training_set(features, {"messages": read_facts(SOURCE, table_of(facts))}, asked_table(asked))
    store = Store(FeatureSet(tuple(features), (SOURCE,)))
    store.add("messages", table_of(facts))
    live = [store.get(one, at=moment(one["t"])) for one in asked]
    assert made.column("by tokens").to_pylist() == [one["by tokens"] for one in live] == [30, 0]
    topic = View(
        "by topic", "messages", "account_id", "count", through=View("t", "messages", "user_id", "last", "topic")
    )
    with pytest.raises(BadInput, match=r"by topic.* asks by account_id, texts, and the facts have numbers"):
        training_set([topic], {"messages": read_facts(SOURCE, table_of(facts))}, asked_table(asked))
    store = Store(FeatureSet((topic,), (SOURCE,)))
    store.add("messages", table_of(facts))
    with pytest.raises(BadInput, match=r"by topic.* asks by account_id, texts, and the facts have numbers"):
        store.get(asked[0], at=moment(asked[0]["t"]))


def test_rows_that_cannot_be_asked_about_are_refused():
    facts = {"messages": read_facts(SOURCE, table_of(draw_log(chance_of(1), size=5)))}
    asked = asked_table(draw_asked(chance_of(1), size=2))
    with pytest.raises(BadInput, match="the rows have a column 'since' already"):
        training_set(VIEWS, facts, asked.append_column("since", pa.array([1.0, 2.0])))
    with pytest.raises(BadInput, match="the rows have no column 'when'"):
        training_set(VIEWS, facts, asked, at="when")
    with pytest.raises(BadInput, match="asks about 'user_id', which the rows have not"):
        training_set(VIEWS, facts, asked.drop_columns(["user_id"]))
    with pytest.raises(BadInput, match="which is not declared"):
        training_set(VIEWS, {}, asked)
