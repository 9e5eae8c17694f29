"""Is a training set that is made part by part, on disk, the one that is made in memory, to the last bit?"""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from logs import HOUR, SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, moment, table_of

from liveloop.base.errors import BadInput
from liveloop.base.reading import read_table
from liveloop.features.facts import read_facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.spill import LOCK, folder_aside
from liveloop.features.store import Store
from liveloop.features.stream import Room, Wanted, stream_training_set
from liveloop.features.training import said_nothing, training_set
from liveloop.features.view import Source, View

NAMED = replace(SOURCE, name="named", entities=("topic", "account_id"), texts=(), about=())  # by a text
PLAIN = replace(SOURCE, name="plain", fact=None, version=None)  # rows that are never corrected, some taken back
ACCOUNT = View("account", "messages", "user_id", "last", "tokens")  # a number that is rarely that of an account
TOPIC = View("topic", "messages", "user_id", "last", "topic")
MORE = [
    *(replace(view, name=f"plain {view.name}", source="plain") for view in VIEWS),
    View("of account", "messages", "account_id", "sum", "tokens", through=ACCOUNT),
    View("of topic", "named", "topic", "mean", "tokens", through=TOPIC, window=9 * HOUR),
    View("harm of topic", "named", "topic", "last", "harm", through=TOPIC),
    View("account count", "named", "account_id", "count", embargo=HOUR),
    View("of harm", "plain", "account_id", "distinct", "topic",
         through=View("harm of account", "plain", "account_id", "last", "harm", through=ACCOUNT)),
]  # fmt: skip
FEATURES = FeatureSet((*VIEWS, TOPIC, *MORE), (SOURCE, NAMED, PLAIN))
SMALL = Room(memory=10_000, batch=7)


@pytest.fixture
def put(tmp_path):
    def write(asked, **tables):
        files = {}
        for name, table in {**tables, "rows": asked}.items():
            files[name] = tmp_path / f"{name}.parquet"
            parquet.write_table(table, files[name])
        return files

    return write


def streamed(files, features=FEATURES, room=SMALL, **more):
    wanted = Wanted(features, {name: file for name, file in files.items() if name != "rows"}, files["rows"], **more)
    out = BytesIO()
    return stream_training_set(wanted, out, room), parquet.read_table(out)


@pytest.mark.parametrize("seed", range(24))
def test_in_parts_is_in_memory(seed, put):
    chance = chance_of(seed)
    ties = ("until", "before")[seed % 2]
    logs = {name: table_of(draw_log(chance, size=None if seed % 4 else 60)) for name in ("messages", "named", "plain")}
    files = put(asked_table(draw_asked(chance, size=int(chance.integers(0, 40)))), **logs)
    room = replace(SMALL, batch=int(chance.integers(4, 30)), memory=int(chance.choice([5_000, 20_000, 10**9])))
    told, made = streamed(files, ties=ties, room=room)
    facts = {one.name: read_facts(one, read_table(files[one.name])) for one in FEATURES.sources}
    wanted = training_set(FEATURES.views, facts, read_table(files["rows"]), ties=ties)
    assert made.equals(wanted.replace_schema_metadata(made.schema.metadata))
    assert told.rows == wanted.num_rows
    assert told.facts == sum(one.rows for one in facts.values())
    assert told.nothing == {view.name: said_nothing(view, wanted.column(view.name)) for view in FEATURES.views}


def test_floats_are_equal_to_the_sign_of_nothing(put):
    """Arrow takes 0.0 and -0.0 for equal; the bits are looked at."""
    log, asked = draw_log(chance_of(5), size=60), draw_asked(chance_of(5), size=40)
    for one in log[::3]:
        one["tokens"] = -0.0
    files = put(asked_table(asked), messages=table_of(log))
    features = FeatureSet(tuple(VIEWS), (SOURCE,))
    _, made = streamed(files, features)
    wanted = training_set(VIEWS, {"messages": read_facts(SOURCE, table_of(log))}, asked_table(asked))
    for view in VIEWS:
        bits = [table.column(view.name).to_pandas().to_numpy() for table in (made, wanted)]
        if bits[0].dtype.kind == "f":
            assert (bits[0].view("int64") == bits[1].view("int64")).all(), view.name


def test_keys_beyond_doubles_and_texts_that_are_none_are_the_same_everywhere(put):
    """Whole numbers beside missing ones become doubles in pandas: two users would be one, and "7" would be "7.0"."""
    great, at = 2**60, moment(0)
    users = [great, great + 1, None, great + 1]
    clock = pa.array([at] * 4, pa.timestamp("us", "UTC"))
    said = {"flag": [True, False, None, True], "code": [7, None, 8, 9]}
    facts = pa.table({"user_id": pa.array(users, pa.int64()), **said, "happened_at": clock, "known_at": clock})
    source = Source("facts", ("user_id",), texts=("flag", "code"))
    views = (View("count", "facts", "user_id", "count"), View("flag", "facts", "user_id", "last", "flag"),
             View("code", "facts", "user_id", "last", "code"))  # fmt: skip
    asked = pa.table(
        {"user_id": [great, great + 1, great + 2], "decided_at": pa.array([at] * 3, pa.timestamp("us", "UTC"))}
    )
    wanted = {"count": [1, 2, 0], "flag": ["True", "True", None], "code": ["7", "9", None]}
    store = Store(FeatureSet(views, (source,)))
    for row in range(facts.num_rows):
        store.add("facts", facts.slice(row, 1))
    made = training_set(views, {"facts": read_facts(source, facts)}, asked)
    _, aside = streamed(put(asked, facts=facts), store.features, replace(SMALL, memory=500))
    for name, column in wanted.items():
        live = [store.get({"user_id": user}, at=at)[name] for user in asked.column("user_id").to_pylist()]
        assert made.column(name).to_pylist() == aside.column(name).to_pylist() == live == column, name


def test_nothing_is_left_of_what_was_put_aside(put, tmp_path):
    files = put(asked_table(draw_asked(chance_of(1))), messages=table_of(draw_log(chance_of(1), size=60)))
    features, before = FeatureSet(tuple(VIEWS), (SOURCE,)), sorted(tmp_path.iterdir())
    told, _ = streamed(files, features, replace(SMALL, folder=tmp_path))
    assert told.parts > 1
    assert sorted(tmp_path.iterdir()) == before
    with pytest.raises(BadInput):
        streamed(files, features, replace(SMALL, folder=tmp_path), at="when")
    assert sorted(tmp_path.iterdir()) == before


def test_what_cannot_be_is_refused_with_the_row_of_the_file(put):
    features = FeatureSet(tuple(VIEWS), (SOURCE,))
    asked = asked_table(draw_asked(chance_of(1), size=9))
    table = table_of(draw_log(chance_of(1), size=60))
    place = table.column_names.index("known_at")

    def says(messages=table, rows=asked, **more):
        with pytest.raises(BadInput) as refusal:
            streamed(put(rows, messages=messages), features, **more)
        return str(refusal.value)

    early = table.column("known_at").to_pylist()
    early[31] -= 99 * HOUR
    assert (
        "messages.parquet, rows 29 to 35: messages.known_at: 1 of 7 facts were known before they happened, the "
        in says(table.set_column(place, "known_at", pa.array(early, pa.timestamp("us", "UTC"))))
    )
    early[31] = None
    assert "rows 29 to 35: messages.known_at: 1 of 7 times are missing, the first in row 32" in says(
        table.set_column(place, "known_at", pa.array(early, pa.timestamp("us", "UTC")))
    )
    naive = table.column("known_at").cast(pa.timestamp("us"))
    assert "messages.known_at: the times of 'known_at' have no zone" in says(table.set_column(place, "known_at", naive))
    nameless = [None if row == 40 else row for row in range(60)]
    assert "messages.fact: 1 facts have no identity, the first in row 41" in says(
        table.set_column(table.column_names.index("fact"), "fact", pa.array(nameless))
    )
    assert "source 'messages' has no column 'harm'" in says(table.drop_columns(["harm"]))
    assert "asks about 'user_id', which the rows have not" in says(rows=asked.drop_columns(["user_id"]))
    assert "asks about 'message_id', which the rows have not" in says(rows=asked.drop_columns(["message_id"]))
    assert "the rows have a column 'since' already" in says(rows=asked.append_column("since", pa.array([1.0] * 9)))
    assert "the rows have no column 'when'" in says(at="when")


def test_the_last_rows_and_those_of_a_file_that_is_read_at_once_are_placed(put):
    facts = table_of(draw_log(chance_of(1), size=9))
    fact = pa.array([None if row == 8 else row for row in range(9)])
    files = put(asked_table(draw_asked(chance_of(1))), messages=facts.set_column(0, "fact", fact))
    for batch, place in {7: "messages.parquet, rows 8 to 9: ", 9: "messages.parquet: "}.items():
        with pytest.raises(BadInput, match=f"{place}messages.fact: 1 facts have no identity, the first in row 9"):
            streamed(files, FeatureSet(tuple(VIEWS), (SOURCE,)), replace(SMALL, batch=batch))


def test_names_of_columns_that_are_put_beside_are_refused(put):
    clock = pa.array([moment(0)], pa.timestamp("us", "UTC"))
    facts = pa.table({"user_id": [7], "#until": [1], "happened_at": clock, "known_at": clock})
    files = put(pa.table({"user_id": [7], "decided_at": clock}), facts=facts)
    for view, columns, says in (("#place", (), "the view '#place' begins with #"),
                                ("n", ("#until",), "n: the column '#until' begins with #")):  # fmt: skip
        features = FeatureSet((View(view, "facts", "user_id", "count"),), (Source("facts", ("user_id",), columns),))
        with pytest.raises(BadInput, match=says):
            streamed(files, features)


@pytest.mark.parametrize("given", [{"memory": 0}, {"batch": 0}])
def test_no_room_is_refused(given):
    with pytest.raises(BadInput, match=r"Room: .* of 0\. Allowed: 1 or more"):
        Room(**given)


def test_a_file_that_ends_too_soon_is_refused(put):
    features = FeatureSet(tuple(VIEWS), (SOURCE,))
    for name in ("messages", "rows"):
        files = put(asked_table(draw_asked(chance_of(1))), messages=table_of(draw_log(chance_of(1), size=60)))
        whole = files[name].read_bytes()
        files[name].write_bytes(whole[: len(whole) // 2])
        with pytest.raises(BadInput, match=f"{name}.parquet: cannot be read"):
            streamed(files, features)


def test_what_a_killed_build_left_is_cleared_away_and_what_a_living_one_holds_is_not(tmp_path):
    script = "from pathlib import Path\nfrom liveloop.features.spill import folder_aside\n" \
             f"with folder_aside(Path({str(tmp_path)!r})) as mine: print(mine, flush=True); input()"  # fmt: skip
    build = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    left = Path(build.stdout.readline().strip())
    unlocked = tmp_path / ".features-begun"  # one that another process is about to lock
    unlocked.mkdir()
    (unlocked / LOCK).touch()
    with folder_aside(tmp_path):
        assert left.is_dir()
    build.kill()
    build.communicate()
    assert left.is_dir()
    with folder_aside(tmp_path) as mine:
        assert sorted(tmp_path.iterdir()) == sorted([mine, unlocked])
