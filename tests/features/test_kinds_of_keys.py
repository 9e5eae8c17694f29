"""Is a key of one kind never taken for one of another, whether it is asked offline, live or in parts?"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from liveloop.base.errors import BadInput
from liveloop.features import (
    FeatureSet,
    Room,
    Source,
    Store,
    View,
    Wanted,
    read_facts,
    stream_training_set,
    training_set,
)
from liveloop.features.kinds import kind_of, kind_of_key

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
KEYS = {
    "numbers": [1, 0], "more numbers": [Decimal(1), Decimal(0)], "texts": ["1", "0"], "flags": [True, False],
    "days": [date(2026, 1, 5), date(2026, 1, 6)], "texts of days": ["2026-01-05", "2026-01-06"],
    "times without a zone": [datetime(2026, 1, 5), datetime(2026, 1, 6)],
    "times": [datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)],
    "times of day": [time(1), time(0)], "bytes": [b"1", b"0"],
}  # fmt: skip
SOURCE = Source("m", ("key",), (), about=("mine",))
VIEW = View("n", "m", "key", "count")


def facts_by(keys):
    return pa.table({"key": keys, "mine": keys, "happened_at": [NOON] * 2, "known_at": [NOON] * 2})


def three_ways(view, facts, keys, folder):
    """Ask offline, live and in parts: what each says, or that it refuses."""
    asked = facts_by(keys).select(["key", "mine"]).append_column("decided_at", pa.array([NOON] * 2))
    features = FeatureSet((view,), (SOURCE,))
    files = {name: folder / f"{name}.parquet" for name in ("m", "rows")}
    parquet.write_table(facts, files["m"])
    parquet.write_table(asked, files["rows"])

    def offline():
        return training_set([view], {"m": read_facts(SOURCE, facts)}, asked).column(view.name).to_pylist()

    def live():
        store = Store(features)
        store.add("m", facts)
        return [store.get({"key": key, "mine": key}, at=NOON)[view.name] for key in asked.column("key").to_pylist()]

    def parts():
        out = BytesIO()
        stream_training_set(Wanted(features, {"m": files["m"]}, files["rows"]), out, Room(memory=1, batch=1))
        return parquet.read_table(out).column(view.name).to_pylist()

    for ask in (offline, live, parts):
        try:
            yield ask()
        except BadInput as refusal:
            yield "refused" if "of the kind that the facts have" in str(refusal) else str(refusal)


@pytest.mark.parametrize("asked", KEYS)
@pytest.mark.parametrize("held", KEYS)
def test_unlike_keys_are_refused_everywhere_and_like_ones_found_everywhere(held, asked, tmp_path):
    facts = facts_by(KEYS[held])
    like = kind_of(facts.schema.field("key").type) == kind_of(facts_by(KEYS[asked]).schema.field("key").type)
    wanted = "refused" if not like else [int(key in KEYS[held]) for key in KEYS[asked]]
    assert list(three_ways(VIEW, facts, KEYS[asked], tmp_path)) == [wanted] * 3
    apart = View("n", "m", "key", "count", apart_from="mine")
    if like:
        wanted = [0 for _ in KEYS[asked]]
    assert list(three_ways(apart, facts, KEYS[asked], tmp_path)) == [wanted] * 3


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_one_key_is_of_the_kind_of_its_column(keys):
    assert {kind_of_key(key) for key in facts_by(keys).column("key").to_pylist()} == {
        kind_of(facts_by(keys).schema.field("key").type)}  # fmt: skip


def test_a_live_store_keeps_to_one_kind_of_key():
    store = Store(FeatureSet((VIEW,), (SOURCE,)))
    store.add("m", facts_by([1, 2]))
    store.add("m", facts_by([Decimal(3), Decimal(4)]))
    with pytest.raises(BadInput, match=r"m\.key: 'key' holds texts, and held numbers before"):
        store.add("m", facts_by(["1", "2"]))
    assert store.get({"key": 3}, at=NOON) == {"n": 1}


@pytest.mark.parametrize("column", ["key", "says", "mine", "fact"])
def test_times_beyond_the_calendar_are_refused_wherever_they_stand(column):
    """As a database writes what never ends: infinity."""
    source = Source("m", ("key",), (), ("says",), about=("mine",), fact="fact")
    facts = facts_by([1, 2]).append_column("fact", pa.array([1, 2])).append_column("says", pa.array(["a", "b"]))
    for never in (pa.array([0, 2**62], pa.timestamp("us")), pa.array([0, 2**30], pa.date32())):
        odd = facts.set_column(facts.column_names.index(column), column, never)
        with pytest.raises(BadInput, match=rf"m\.{column}: \d of \d times lie outside the years 1 to 9999"):
            read_facts(source, odd)
        with pytest.raises(BadInput, match="outside the years"):
            Store(FeatureSet((VIEW,), (source,))).add("m", odd)


@pytest.mark.parametrize(("kind", "day"), [(pa.timestamp("s", "UTC"), 86_400), (pa.timestamp("ms", "UTC"), 86_400_000),
                                           (pa.timestamp("us", "UTC"), 86_400_000_000), (pa.date32(), 1)])  # fmt: skip
def test_the_calendar_ends_with_its_last_day(kind, day):
    first, end = -719_162 * day, 2_932_897 * day  # the first of the year 1, the day after the last of 9999
    for column in ("key", "known_at") if pa.types.is_timestamp(kind) else ("key",):
        for counted, inside in (([first, end - 1], True), ([0, end], False), ([first - 1, end - 1], False)):
            facts = facts_by([1, 2])
            facts = facts.set_column(facts.column_names.index(column), column, pa.array(counted, kind))
            if column == "known_at":  # nothing is known before it happened
                facts = facts.set_column(
                    facts.column_names.index("happened_at"), "happened_at", pa.array(counted, kind)
                )
            if inside:
                read_facts(SOURCE, facts)
            else:
                with pytest.raises(BadInput, match="1 of 2 times lie outside the years 1 to 9999"):
                    read_facts(SOURCE, facts)


def test_a_moment_said_in_two_zones_is_one_text():
    source = Source("m", ("key",), (), ("says",))
    view = View("last", "m", "key", "last", "says")
    facts = pa.table({"key": [1], "says": pa.array([NOON], pa.timestamp("us", "Europe/Berlin")), "happened_at": [NOON],
                      "known_at": [NOON]})  # fmt: skip
    store = Store(FeatureSet((view,), (source,)))
    store.add("m", facts)
    asked = pa.table({"key": [1], "decided_at": [NOON]})
    said = training_set([view], {"m": read_facts(source, facts)}, asked).column("last").to_pylist()
    assert said == [store.get({"key": 1}, at=NOON)["last"]] == ["2026-01-05 12:00:00+00:00"]


def test_lengths_of_time_are_no_keys():
    with pytest.raises(BadInput, match=r"m\.key: 'key' holds duration"):
        read_facts(SOURCE, facts_by([timedelta(days=1), timedelta(0)]))


def test_lists_in_a_dictionary_are_refused():
    lists = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int32()), pa.array([[1]]))
    facts = facts_by([1, 2]).set_column(0, "key", lists)
    with pytest.raises(BadInput, match=r"m\.key: 'key' holds list"):
        read_facts(SOURCE, facts)


def test_where_no_key_stands_there_is_no_kind_to_be_unlike(tmp_path):
    """A file says texts of a column without a value."""
    whole, none = facts_by([1, 2]), facts_by([1, 2]).slice(0, 0)
    nobody = facts_by([None, None]).set_column(0, "key", pa.array([None, None], pa.string()))
    texts = none.set_column(0, "key", pa.array([], pa.string()))
    assert list(three_ways(VIEW, texts, [1, 2], tmp_path)) == [[0, 0]] * 3
    assert list(three_ways(VIEW, nobody, [1, 2], tmp_path)) == [[0, 0]] * 3
    asked = pa.table({"key": pa.array([None], pa.string()), "mine": [None], "decided_at": [NOON]})
    assert training_set([VIEW], {"m": read_facts(SOURCE, whole)}, asked).column("n").to_pylist() == [0]
    store = Store(FeatureSet((VIEW,), (SOURCE,)))
    for some in (texts, nobody, whole):
        store.add("m", some)
    assert store.get({"key": 1}, at=NOON) == {"n": 1}


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(1)])
def test_bytes_are_one_kind(kind):
    facts = facts_by([b"1", b"0"]).set_column(0, "key", pa.array([b"1", b"0"], kind))
    store = Store(FeatureSet((VIEW,), (SOURCE,)))
    store.add("m", facts)
    asked = pa.table({"key": [b"1"], "mine": [b"1"], "decided_at": [NOON]})
    assert store.get({"key": b"1"}, at=NOON) == {"n": 1}
    assert training_set([VIEW], {"m": read_facts(SOURCE, facts)}, asked).column("n").to_pylist() == [1]
