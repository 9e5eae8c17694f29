"""Is every public name there, and are things of another kind refused in words where they are given?"""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from liveloop import features
from liveloop.base.errors import BadInput

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SOURCE = features.Source("messages", ("user_id",), ("tokens",))
VIEW = features.View("n", "messages", "user_id", "count")
SET = features.FeatureSet((VIEW,), (SOURCE,))
FACT = {"user_id": 7, "tokens": 1, "happened_at": NOON, "known_at": NOON}


@pytest.mark.parametrize("name", features.__all__)
def test_every_name_is_there_and_says_what_it_does(name):
    thing = getattr(features, name)
    assert thing.__doc__
    assert thing.__doc__.strip().split("\n")[0].rstrip().endswith(".")


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = features.nothing


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: features.Source("m", "user_id"), r"m: entities is 'user_id'. Allowed: a tuple of names"),
        (lambda: features.Source("m", ("user_id",), ["tokens"]), r"m: numbers is \['tokens'\]. Allowed: a tuple"),
        (lambda: features.View("n", "m", "user_id", "count", window="24h"), "n: window is '24h'. Allowed: a timedelta"),
        (
            lambda: features.View("n", "m", "user_id", "count", embargo=timedelta(-1)),
            "n: embargo is datetime.timedelta",
        ),
        (lambda: features.FeatureSet((VIEW,), SOURCE), "sources: they are Source.*Allowed: a tuple of Sources"),
        (lambda: features.FeatureSet([VIEW], (SOURCE,)), r"views: they are \[View.*Allowed: a tuple of Views"),
        (lambda: features.Store(SET, "facts.db"), "log: the log is 'facts.db'. Allowed: Log"),
        (
            lambda: features.Store(SET).get({"user_id": 7}, at="2026-01-05T12:00:00Z"),
            "at: it is '2026.*a datetime with",
        ),
        (lambda: features.Store(SET).add("messages", FACT), "messages: the data cannot be read"),
        (
            lambda: features.training_set([VIEW], {"messages": pa.table({"user_id": [7]})}, []),
            "facts: the facts of 'mes",
        ),
    ],
)
def test_what_is_of_another_kind_is_refused_in_words(make, says):
    with pytest.raises(BadInput, match=says):
        make()


def test_a_live_store_refuses_keys_of_another_kind_and_shares_of_no_flags():
    store = features.Store(SET)
    store.add("messages", [FACT])
    with pytest.raises(BadInput, match="n: view 'n' asks by user_id='7', texts, and the facts have numbers"):
        store.get({"user_id": "7"}, at=NOON)
    share = features.FeatureSet((features.View("s", "messages", "user_id", "share", "tokens"),), (SOURCE,))
    store = features.Store(share)
    with pytest.raises(BadInput, match="takes the share of ones in 'tokens', which says 2"):
        store.add("messages", [FACT | {"tokens": 2}])
    store.add("messages", [FACT, FACT | {"tokens": None}])
    assert store.get({"user_id": 7}, at=NOON) == {"s": 1.0}
