"""Can features be built, asked for, proved equal and drawn at the terminal, and is bad input refused with its place?"""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from asked import app, refused, runner, said

from liveloop.base.reading import read_table
from liveloop.features import parity as home
from liveloop.features.files import read_views
from liveloop.features.log import Log
from liveloop.features.parity import Difference, Parity
from liveloop.features.store import Store

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
VIEWS = """
[sources.messages]
file = "messages.parquet"
entities = ["user_id"]
numbers = ["tokens"]
texts = ["topic"]
[sources.labels]
file = "labels.jsonl"
entities = ["user_id"]
numbers = ["harm"]
sort = "label"
about = ["message_id"]
[target]
source = "labels"
about = "message_id"
[views.tokens]
source = "messages"
by = "user_id"
op = "sum"
column = "tokens"
window = "24h"
unit = "tokens"
[views.topic]
source = "messages"
by = "user_id"
op = "last"
column = "topic"
[views.harm]
source = "labels"
by = "user_id"
op = "share"
column = "harm"
apart_from = "message_id"
"""


@pytest.fixture
def folder(tmp_path):
    times = [NOON - timedelta(hours=30), NOON - timedelta(hours=2), NOON - timedelta(hours=1)]
    messages = {"user_id": [7, 7, 8], "tokens": [5, 20, 3], "topic": ["code", "law", None], "happened_at": times,
                "known_at": [times[0], NOON + timedelta(hours=1), times[2]]}  # fmt: skip
    parquet.write_table(pa.table(messages), tmp_path / "messages.parquet")
    label = {"user_id": 7, "message_id": 1, "harm": 1, "happened_at": "2026-01-04T00:00:00Z",
             "known_at": "2026-01-05T00:00:00+01:00"}  # fmt: skip
    (tmp_path / "labels.jsonl").write_text(json.dumps(label) + "\n" + json.dumps(label | {"message_id": 2}) + "\n")
    asked = {
        "user_id": [8, 7, 9, 7],
        "message_id": [5, 1, 6, 3],
        "decided_at": [NOON] * 3 + [NOON + timedelta(hours=2)],
    }
    parquet.write_table(pa.table(asked), tmp_path / "rows.parquet")
    (tmp_path / "views.toml").write_text(VIEWS)
    return tmp_path


def test_a_training_set_has_every_row_in_its_order(folder):
    text = said("build", folder / "views.toml", "--rows", folder / "rows.parquet", "--out", folder / "out.parquet")
    assert "4 rows, 3 features" in " ".join(text.split())
    made = parquet.read_table(folder / "out.parquet")
    assert made.column("user_id").to_pylist() == [8, 7, 9, 7]
    assert made.column("tokens").to_pylist() == [3.0, 0.0, 0.0, 20.0]  # what was not known yet is not there
    assert made.column("topic").to_pylist() == [None, "code", None, "law"]
    assert made.column("harm").to_pylist() == [None, 1.0, None, 1.0]


def test_facts_that_are_larger_than_memory_are_put_aside_and_that_is_said(folder):
    build = ["build", folder / "views.toml", "--rows", folder / "rows.parquet", "--out"]
    said(*build, folder / "out.parquet")
    text = said(*build, folder / "aside.parquet", "--memory", "0.5kB")
    assert "the facts take more than 500 bytes, so they were put aside in" in " ".join(text.split())
    assert parquet.read_table(folder / "aside.parquet").equals(parquet.read_table(folder / "out.parquet"))
    told = json.loads(said(*build, folder / "again.parquet", "--memory", "500B", "--json"))
    assert told["parts"] > 1
    assert json.loads(said(*build, folder / "here.parquet", "--json")) == told | {
        "out": str(folder / "here.parquet"), "parts": None}  # fmt: skip


def test_nothing_is_written_of_facts_that_are_refused(folder, monkeypatch, capsys):
    build = ["build", folder / "views.toml", "--rows", folder / "rows.parquet", "--out", folder / "out.parquet"]
    whole = (folder / "messages.parquet").read_bytes()
    (folder / "messages.parquet").write_bytes(whole[:-40])
    before = sorted(folder.iterdir())
    for more in ([], ["--memory", "1B"]):
        text = refused(monkeypatch, capsys, *build, *more)
        assert f"{folder / 'messages.parquet'}: cannot be read" in text
    for size in ("much", "0.5", "0", "9" * 400, "½GB"):
        text = refused(monkeypatch, capsys, *build, "--memory", size)
        assert f"--memory: it is '{size[:60]}'" in text and ". Allowed: a size, as 4GB or 500MB" in text
    assert sorted(folder.iterdir()) == before


PYTHON = """
from datetime import timedelta
from liveloop.features.lineage import Target
from liveloop.features.view import Source, View
print("not for standard output")
messages = Source("messages", ("user_id",), ("tokens",), ("topic",))
labels = Source("labels", ("user_id",), ("harm",), sort="label", about=("message_id",))
target = Target("labels", "message_id")
views = [View("tokens", "messages", "user_id", "sum", "tokens", window=timedelta(hours=24), unit="tokens"),
         View("topic", "messages", "user_id", "last", "topic")]
harm = View("harm", "labels", "user_id", "share", "harm", apart_from="message_id")
files = {"messages": "messages.parquet", "labels": "labels.jsonl"}
"""


def test_views_may_be_written_in_python(folder, monkeypatch, capsys):
    (folder / "views.py").write_text(PYTHON)
    build = ["--rows", folder / "rows.parquet", "--out"]
    said("build", folder / "views.toml", *build, folder / "toml.parquet")
    told = runner.invoke(
        app, list(map(str, ["features", "build", folder / "views.py", *build, folder / "py.parquet", "--json"]))
    )
    assert json.loads(told.stdout)["rows"] == 4
    assert parquet.read_table(folder / "py.parquet").equals(parquet.read_table(folder / "toml.parquet"))
    (folder / "views.py").write_text(PYTHON.replace(', apart_from="message_id"', ""))
    text = refused(monkeypatch, capsys, "build", folder / "views.py", *build, folder / "leak.parquet")
    assert "views.py: harm: it reads a label about the same message_id: harm > labels" in text
    (folder / "views.py").write_text(PYTHON.replace('"sum"', "1 / 0"))
    text = refused(monkeypatch, capsys, "lineage", folder / "views.py")
    assert "views.py: line 9: ZeroDivisionError: division by zero. Allowed: a Python file that defines one" in text


def test_one_entity_is_asked_about(folder):
    text = said("get", folder / "views.toml", "user_id=7", "message_id=9", "--at", "2026-01-05T14:00:00Z", "--json")
    assert json.loads(text) == {"tokens": 20.0, "topic": "law", "harm": 1.0}
    assert "nothing known" in said(
        "get", folder / "views.toml", "user_id=1", "message_id=9", "--at", "2026-01-05T14:00:00Z"
    )


def test_live_is_proved_equal(folder):
    assert "equal to the last bit: 3,000 answers" in said("parity", folder / "views.toml")
    assert (
        json.loads(said("parity", folder / "views.toml", "--rows", folder / "rows.parquet", "--json"))["first"] is None
    )


def test_the_log_of_a_live_store_is_proved_equal(folder, monkeypatch, capsys):
    features = read_views(folder / "views.toml").features
    with Log(folder / "facts.db") as log:
        store = Store(features, log)
        messages = parquet.read_table(folder / "messages.parquet")
        for row in range(messages.num_rows):
            store.add("messages", messages.slice(row, 1))
        log_of_one = ["parity", folder / "facts.db", folder / "views.toml"]
        assert "it holds no facts of 'labels'. Allowed: --facts labels=FILE" in refused(
            monkeypatch, capsys, *log_of_one
        )
        given = ["--facts", f"labels={folder / 'labels.jsonl'}"]
        assert "equal to the last bit: 3,000 answers" in said(*log_of_one, *given)
        given = [*given, "--facts", f"messages={folder / 'messages.parquet'}"]
        assert "--facts: " + str(folder / "facts.db") + " holds the facts of 'messages'" in refused(
            monkeypatch, capsys, *log_of_one, *given
        )
        store.add("labels", read_table(folder / "labels.jsonl"))
    assert "equal to the last bit: 3,000 answers" in said(*log_of_one)
    missing = ["parity", folder / "no.db", folder / "views.toml"]
    assert "no.db: no such file. Allowed: a log that a live store keeps" in refused(monkeypatch, capsys, *missing)
    assert not (folder / "no.db").exists()
    assert "labels.jsonl: cannot be read: file is not a database" in refused(
        monkeypatch, capsys, "parity", folder / "labels.jsonl", folder / "views.toml"
    )
    assert "VIEWS: 3 files" in refused(monkeypatch, capsys, *log_of_one, folder / "views.toml")


def test_moments_are_drawn_under_the_name_that_is_asked_for(folder):
    assert "equal to the last bit" in said("parity", folder / "views.toml", "--at", "when")


DAYS = """
[sources.days]
file = "days.parquet"
entities = ["key"]
[views.n]
source = "days"
by = "key"
op = "count"
"""


@pytest.mark.parametrize(
    ("key", "kind", "given", "wrong", "allowed"),
    [
        (date(2026, 1, 5), pa.date32(), "2026-01-05", "2026-13-05", "a date, as 2026-01-05"),
        (Decimal("1.50"), pa.decimal128(9, 2), "1.5", "much", "a number, as 1.50"),
        (True, pa.bool_(), "true", "perhaps", "true or false"),
        (NOON, pa.timestamp("us", "UTC"), "2026-01-05T12:00:00Z", "noon", "a time, as 2026-01-05T09:00:00Z"),
        (-7, pa.int8(), "-7", "--7", "a whole number"),
        (7, pa.int64(), "7", "²", "a whole number"),
        (7, pa.int64(), "7", "9" * 20, "a whole number"),
        ("law", pa.string(), "law", None, None),
    ],
)
def test_a_key_is_read_as_the_kind_that_the_facts_have(folder, monkeypatch, capsys, key, kind, given, wrong, allowed):
    (folder / "days.toml").write_text(DAYS)
    days = pa.table({"key": pa.array([key], kind), "happened_at": [NOON], "known_at": [NOON]})
    parquet.write_table(days, folder / "days.parquet")
    at = ["--at", "2026-01-05T14:00:00Z"]
    assert json.loads(said("get", folder / "days.toml", f"key={given}", *at, "--json")) == {"n": 1}
    if wrong is not None:
        text = refused(monkeypatch, capsys, "get", folder / "days.toml", f"key={wrong}", *at)
        assert f"key: key is '{wrong}'. Allowed: {allowed}." in text


def test_what_is_long_is_cut_in_a_refusal(folder, monkeypatch, capsys):
    asked = ["get", folder / "views.toml", "user_id=" + "7" * 5000, "--at", "2026-01-05T14:00:00Z"]
    text = refused(monkeypatch, capsys, *asked)
    assert f"user_id is '{'7' * 60}' and 4,940 more. Allowed: a whole number." in text


def test_a_difference_is_told_of_keys_and_to_paths_that_look_like_markup(folder, monkeypatch):
    first = Difference("n", {"user": "[/x]"}, NOON, 1, 2, ())
    monkeypatch.setattr(home, "parity", lambda *_, **__: Parity(1, 1, 1, first))
    assert "n differs for {'user': '[/x]'} at 2026-01-05T12:00:00+00:00:" in " ".join(
        said("parity", folder / "views.toml", code=1).split()
    )
    (folder / "[").mkdir()
    build = ["build", folder / "views.toml", "--rows", folder / "rows.parquet", "--out", folder / "[" / "x].parquet"]
    assert "[/x].parquet" in "".join(said(*build).split())
    drawn = said("lineage", folder / "views.toml", "--out", folder / "[" / "x].svg")
    assert "[/x].svg" in "".join(drawn.split())


def test_lineage_is_told_and_drawn(folder):
    text = " ".join(said("lineage", folder / "views.toml", "--out", folder / "lineage.svg").split())
    assert "share harm by user_id, apart from message_id" in text
    drawn = (folder / "lineage.svg").read_text()
    assert drawn.startswith("<svg") and drawn.count('rx="6"') == 6


def test_a_table_is_audited(folder):
    said("build", folder / "views.toml", "--rows", folder / "rows.parquet", "--out", folder / "out.parquet")
    made = parquet.read_table(folder / "out.parquet").append_column("label", pa.array([True, False, True, False]))
    made = made.append_column("part", pa.array(["train", "train", "test", "test"]))
    parquet.write_table(made, folder / "training.parquet")
    asked = ["audit", folder / "training.parquet", "--label", "label", "--at", "decided_at"]
    assert "nothing found in what was asked: columns as they were known" in said(
        *asked, "--views", folder / "views.toml"
    )
    text = said(*asked, "--split", "part", "--group", "user_id", code=1)
    assert "shared group: 1 of 2 test rows have a user_id that is in training too (1 of them: 7)" in " ".join(
        text.split()
    )
    today = made.set_column(made.column_names.index("tokens"), "tokens", pa.array([3.0, 20.0, 0.0, 20.0]))
    parquet.write_table(today, folder / "training.parquet")
    (wrong,) = json.loads(said(*asked, "--views", folder / "views.toml", "--json", code=1))
    assert (wrong["kind"], wrong["column"], wrong["example"]) == ("knew more", "tokens", "row 2: 20.0, as known 0.0")


def test_bad_input_is_refused_with_its_place(folder, monkeypatch, capsys):
    views, rows, out = folder / "views.toml", folder / "rows.parquet", folder / "out.parquet"

    def says(*arguments):
        return refused(monkeypatch, capsys, *arguments)

    def build():
        return says("build", views, "--rows", rows, "--out", out)

    assert "2026-01-05T14:00:00 has no zone" in says("get", views, "user_id=7", "--at", "2026-01-05T14:00:00")
    assert "user_id is 'seven'" in says("get", views, "user_id=seven", "--at", "2026-01-05T14:00:00Z")
    assert "nothing is known by 'team_id'" in says("get", views, "team_id=7", "--at", "2026-01-05T14:00:00Z")
    assert "--ties: it is 'after'. Allowed: until, before" in says("parity", views, "--ties", "after")
    assert "--facts: it is 'clicks=x'" in says("parity", views, "--facts", "clicks=x")
    whole = (folder / "labels.jsonl").read_text()
    (folder / "labels.jsonl").write_text(whole[:-30])
    assert "labels.jsonl: line 2: is not whole" in build()
    (folder / "labels.jsonl").write_text(whole.replace("00:00:00Z", "00:00:00"))
    assert "labels.jsonl: labels.happened_at: the times of 'happened_at' have no zone" in build()
    for other in (["get", views, "user_id=7", "--at", "2026-01-05T14:00:00Z"], ["parity", views]):
        assert "labels.jsonl: labels.happened_at: the times of" in says(*other)
    (folder / "labels.jsonl").write_text(whole.replace("2026-01-05T00:00:00+01:00", "2026-01-03T00:00:00Z", 1))
    assert "1 of 2 facts were known before they happened, the first in row 1" in build()
    (folder / "labels.jsonl").write_text(whole.replace('"harm"', '"harmful"'))
    late = parquet.read_table(rows)
    naive = late.set_column(2, "decided_at", late.column("decided_at").cast(pa.timestamp("us")))
    parquet.write_table(naive, folder / "naive.parquet")
    (folder / "labels.jsonl").write_text(whole)
    for more in ([], ["--memory", "1B"]):
        text = says("build", views, "--rows", folder / "naive.parquet", "--out", out, *more)
        assert "naive.parquet: asked.decided_at: the times of 'decided_at' have no zone" in text
    (folder / "labels.jsonl").write_text(whole.replace('"harm"', '"harmful"'))
    assert "labels.jsonl: labels: source 'labels' has no column 'harm'" in build()
    (folder / "labels.jsonl").write_text(whole)
    views.write_text(VIEWS.replace('apart_from = "message_id"\n', ""))
    assert "it reads a label about the same message_id: harm > labels" in build()
    assert not out.exists()
