"""Is what would be answered wrongly refused instead, offline and live alike, and nothing written of it?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from liveloop.base.errors import BadInput
from liveloop.features.facts import read_facts, read_times
from liveloop.features.lineage import FeatureSet, Target
from liveloop.features.log import Log
from liveloop.features.store import Store
from liveloop.features.training import training_set
from liveloop.features.view import Source, View

NOON, HOUR = datetime(2026, 1, 5, 12, tzinfo=UTC), timedelta(hours=1)
LABELS = Source("labels", ("user_id",), ("harm",), sort="label", about=("message_id",), embargo=timedelta(days=7))
GROUPS = Source("groups", ("group",), ("x",), about=("message_id",))
TARGET = Target("labels", "message_id")
LAST = View("last_harm", "labels", "user_id", "last", "harm")


def known(**columns):
    count = len(next(iter(columns.values())))
    return pa.table({**columns, "happened_at": [NOON] * count, "known_at": [NOON] * count})


@pytest.mark.parametrize("outer", [{"apart_from": "message_id"}, {"embargo": timedelta(days=7)}])
def test_an_outer_view_does_not_excuse_the_one_through_which_it_reads(outer):
    view = View("x", "groups", "group", "sum", "x", through=LAST, **outer)
    with pytest.raises(BadInput, match=r"x: it reads a label .*x > last_harm > labels.* of last_harm"):
        FeatureSet((view,), (LABELS, GROUPS), TARGET)


def test_an_inner_view_that_is_apart_itself_needs_no_more():
    inner = replace(LAST, apart_from="message_id")
    events = Source("events", ("group",), ("x",))
    assert FeatureSet((View("x", "events", "group", "sum", "x", through=inner),), (LABELS, events), TARGET).views


def test_two_views_of_one_name_are_one_or_refused():
    source = Source("m", ("user_id", "account"), ("a", "b"))
    one, other = (View("x", "m", "user_id", "last", column) for column in "ab")
    both = [View("of_a", "m", "account", "count", through=one), View("of_b", "m", "account", "sum", "a", through=other)]
    facts = read_facts(source, known(user_id=[1], account=[2], a=[2], b=[3]))
    asked = pa.table({"user_id": [1], "decided_at": [NOON]})
    for refused in (lambda: FeatureSet(tuple(both), (source,)), lambda: training_set(both, {"m": facts}, asked)):
        with pytest.raises(BadInput, match="two views that differ are named 'x'"):
            refused()
    shared = replace(both[1], through=replace(one))
    assert training_set([both[0], shared], {"m": facts}, asked).column("of_b").to_pylist() == [2.0]


@pytest.mark.parametrize(
    ("versions", "says"),
    [(["v1"], "holds string"), ([None], "no version"), ([1.0, None], "1 facts have no version, the first in row 2"),
     ([2**60], "beyond 2")],
)  # fmt: skip
def test_a_version_that_is_no_number_is_refused_before_it_is_written(versions, says, tmp_path):
    source = Source("m", ("user_id",), ("x",), fact="id", version="v")
    features = FeatureSet((View("n", "m", "user_id", "count"),), (source,))
    table = known(id=list(range(len(versions))), v=versions, user_id=[1] * len(versions), x=[1.0] * len(versions))
    if versions == [None]:
        table = table.set_column(1, "v", pa.array([None], pa.float64()))
    with Log(tmp_path / "facts.db") as log:
        with pytest.raises(BadInput, match=says):
            Store(features, log).add("m", table)
        assert list(log.read()) == []
    with pytest.raises(BadInput, match=says):
        read_facts(source, table)


def test_what_a_view_is_apart_from_has_to_be_named_and_of_its_kind():
    apart = replace(LAST, apart_from="message_id")
    store = Store(FeatureSet((apart,), (LABELS,), TARGET))
    table = known(user_id=[7], message_id=[70], harm=[1])
    store.add("labels", table)
    with pytest.raises(BadInput, match="is apart from 'message_id', which is not named"):
        store.get({"user_id": 7}, at=NOON)
    with pytest.raises(BadInput, match="asks by message_id='70', texts, and the facts have numbers"):
        store.get({"user_id": 7, "message_id": "70"}, at=NOON)
    assert store.get({"user_id": 7, "message_id": None}, at=NOON) == {"last_harm": 1.0}
    assert store.get({"user_id": 7, "message_id": 70}, at=NOON) == {"last_harm": None}
    with pytest.raises(BadInput, match="user_id is \\[7\\]"):
        store.get({"user_id": [7], "message_id": 70}, at=NOON)
    asked = pa.table({"user_id": [7, 7], "message_id": ["70", "m8"], "decided_at": [NOON] * 2})
    with pytest.raises(BadInput, match="asks by message_id, texts, and the facts have numbers"):
        training_set([apart], {"labels": read_facts(LABELS, table)}, asked)


def test_what_is_written_later_steers_nothing():
    with pytest.raises(BadInput, match="'gone' is written later, and says when"):
        Source("m", ("user_id",), deleted="gone", filled=(("gone", "gone_at"),))
    later = Source("m", ("user_id", "queue"), about=("case",), filled=(("queue", "queued_at"), ("case", "cased_at")))
    for view in (View("n", "m", "queue", "count"), View("n", "m", "user_id", "count", apart_from="case")):
        with pytest.raises(BadInput, match="which is written later"):
            FeatureSet((view,), (later,))


def test_a_target_of_which_nothing_is_declared_would_let_leaks_pass():
    for target, says in ((Target("label", "message_id"), "'label', which is not declared"),
                         (Target("labels", "message"), "'labels' is not about 'message'")):  # fmt: skip
        with pytest.raises(BadInput, match=says):
            FeatureSet((LAST,), (LABELS,), target)
    event = replace(LABELS, sort="event")
    with pytest.raises(BadInput, match="two sources are named 'labels'"):
        FeatureSet((LAST,), (LABELS, event), TARGET)
    circle = (Source("a", ("k",), derived_from=("b",)), Source("b", ("k",), derived_from=("a",)))
    with pytest.raises(BadInput, match="derived from itself"):
        FeatureSet((), circle)
    with pytest.raises(BadInput, match="no operation 'median'"):
        View("m", "labels", "user_id", "median", "harm")
    with pytest.raises(BadInput, match="a source of sort 'labels'"):
        Source("m", ("user_id",), sort="labels")


def test_moments_are_days_of_the_calendar_in_microseconds():
    def read(values, unit):
        return read_times(pa.table({"t": pa.array(values).cast(pa.timestamp(unit, "UTC"))}), "t", "m").tolist()

    assert read([2_000, -3_000], "ns") == [2, -3]
    assert read([-1], "s") == [-1_000_000] and read([5], "ms") == [5_000]
    with pytest.raises(BadInput, match="1 of 2 times are finer than a microsecond, the first in row 2"):
        read([2_000, 2_001], "ns")
    for unit, value in (("us", -(2**63) + 1), ("s", 2**40), ("us", 2**62)):
        with pytest.raises(BadInput, match="outside the years 1 to 9999, the first in row 1"):
            read([value], unit)


def test_keys_are_whole_however_they_are_written():
    source = Source("m", ("k",))
    view = View("n", "m", "k", "count")

    def counts(facts, asked):
        read = {"m": read_facts(source, known(k=facts))}
        return training_set([view], read, pa.table({"k": asked, "decided_at": [NOON] * len(asked)})).column("n")

    great = [2**60, 2**60 + 1, None]
    assert counts(pa.array(great).dictionary_encode(), pa.array(great)).to_pylist() == [1, 1, 0]
    assert counts(pa.array([-1, -1]), pa.array([2**64 - 1], pa.uint64())).to_pylist() == [0]
    assert counts(pa.array([2**63 + 5], pa.uint64()), pa.array([2**63 + 5], pa.uint64())).to_pylist() == [1]
    with pytest.raises(BadInput, match="holds list"):
        counts(pa.array([[1]]), pa.array([1]))


def test_texts_are_no_numbers_with_a_point():
    source = Source("m", ("k",), texts=("said",))
    with pytest.raises(BadInput, match="'said' holds double"):
        read_facts(source, known(k=[1], said=[-0.0]))
    nothing = known(k=[1, 2], said=pa.array([None, None], pa.float64()))
    assert np.isnan(read_facts(source, nothing).values["said"]).all()


def test_columns_that_say_nothing_are_of_any_type():
    source = Source("m", ("k",), ("x",), deleted="gone")
    empty = pa.table({name: pa.array([], pa.string()) for name in ("k", "x", "gone", "happened_at", "known_at")})
    assert read_facts(source, empty).rows == 0
    table = known(k=[1], x=pa.array([None], pa.string()), gone=pa.array([None], pa.string()))
    facts = read_facts(source, table)
    assert np.isnan(facts.values["x"]).all() and facts.deleted is None
    twice = pa.Table.from_arrays([*table.columns, table.column("x")], names=[*table.column_names, "x"])
    with pytest.raises(BadInput, match="has 'x' twice"):
        read_facts(source, twice)


def test_facts_that_do_not_go_together_are_refused():
    store = Store(FeatureSet((View("n", "m", "k", "count"),), (Source("m", ("k",)),)))
    fact = {"k": 1, "happened_at": NOON, "known_at": NOON}
    with pytest.raises(BadInput, match="the times of 'known_at' have no zone, the first in row 2"):
        store.add("m", [fact, fact | {"known_at": datetime(2026, 1, 5, 12)}])
    with pytest.raises(BadInput, match="m: its facts do not go together"):
        store.add("m", [fact, fact | {"k": "one"}])
    assert store.get({"k": 1}, at=NOON + HOUR) == {"n": 0}


def test_the_moment_of_what_is_written_later_is_written_later_too():
    reviews = Source("r", ("user_id",), (), ("resolved_at",), filled=(("verdict", "resolved_at"),))
    with pytest.raises(BadInput, match="seen: it reads 'resolved_at' of 'r', which is written later"):
        FeatureSet((View("seen", "r", "user_id", "count", "resolved_at"),), (reviews,))


def test_a_decision_on_a_session_that_is_by_the_message_is_one_about_the_message():
    judged = Source("j", ("message_id", "user_id"), ("harm",), sort="decision", about=("session_id",))
    for by in ("message_id", "user_id"):
        with pytest.raises(BadInput, match="it reads a decision about the same message_id: h > j"):
            FeatureSet((View("h", "j", by, "last", "harm"),), (LABELS, judged), TARGET)


def test_a_target_whose_source_is_declared_as_an_event_would_let_leaks_pass():
    events = replace(LABELS, sort="event")
    with pytest.raises(BadInput, match="target: 'labels' is declared as an event"):
        FeatureSet((LAST,), (events,), TARGET)
