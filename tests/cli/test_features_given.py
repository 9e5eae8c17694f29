"""Does the example of the guide run as written, and is what a person gives by mistake refused with what is allowed?"""

import json
import os
import re
import shutil
import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from asked import refused, said

from liveloop.base.reading import read_table

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs/examples/features"
VIEWS = (EXAMPLE / "views.toml").read_text()


@pytest.fixture
def example(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "docs/examples/features")
    return tmp_path / "docs/examples/features"


@pytest.fixture
def no(monkeypatch, capsys):
    return lambda *arguments: refused(monkeypatch, capsys, *arguments)


def build(example, **more):
    words = [word for name, value in more.items() for word in (f"--{name}", value)]
    return ["build", example / "views.toml", "--rows", example / "decisions.csv", *words]


def test_the_commands_of_the_guide_run_as_written(example, monkeypatch):
    guide = (ROOT / "docs/guide/features.md").read_text()
    commands = re.findall(r"^liveloop features (.*)$", guide, re.MULTILINE)
    assert {line.split()[0] for line in commands} == {"lineage", "build", "get", "parity", "audit"}
    monkeypatch.chdir(example.parents[2])
    for line in commands:
        text = said(*line.split())
        assert "note" not in text
    made = parquet.read_table("training.parquet")
    assert made.num_rows == 48 and len(made.column_names) == 12
    assert Path("lineage.svg").read_text().startswith("<svg")
    readme = re.findall(r"^liveloop features (.*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert set(readme) <= set(commands)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('sort = "label"\n', "", "target: 'labels' is declared as an event.* Allowed: sort = \"label\""),
        ('column = "toxicity"', 'column = "toxcity"', "reads 'toxcity', which 'messages' has not. .*toxicity"),
        (
            'by = "session_id"',
            'by = "session"',
            "is by 'session', which 'messages' is not about. Allowed: user_id",
        ),
        ('source = "messages"', 'source = "mesages"', "reads 'mesages', which is not declared. Allowed: messages"),
        (
            'apart_from = "message_id"',
            'apart_from = "msg"',
            "apart from 'msg', which 'actions' is not about. .*message",
        ),
        (
            'op = "most"\n',
            "",
            "views.toxicity_of_session: it has no 'op'. Allowed: count, sum, mean, share, rate, last",
        ),
        ('op = "most"', 'op = "mean"\ngap = "30m"', "it is '30m'. Allowed: a number and a unit, as '24h': s, min, h"),
        ('apart_from = "message_id"\n', "", "it reads a decision about the same message_id: removed_lately > actions"),
    ],
)
def test_a_slip_in_the_views_is_refused_before_facts_are_read(example, no, old, new, says):
    assert old in VIEWS
    (example / "views.toml").write_text(VIEWS.replace(old, new, 1))
    assert re.search(f"{example / 'views.toml'}: .*{says}", no("lineage", example / "views.toml"))


def test_what_passes_and_may_not_be_meant_is_noted(example, tmp_path):
    views = example / "views.toml"
    views.write_text(VIEWS.replace('embargo = "2d"           # only what was known two days before\n',
                                   'apart_from = "message_id"\n'))  # fmt: skip
    note = "note: harm_settled reads labels that may still change: they are settled after 2 d"
    assert note in " ".join(said("lineage", views).split())
    views.write_text(VIEWS[VIEWS.index("[sources.messages]") :])
    note = "note: nothing is said to be predicted (target), so no view of labels, actions is refused"
    assert note in " ".join(said("lineage", views).split())
    assert note in " ".join(said(*build(example, out=tmp_path / "out.parquet")).split())
    assert json.loads(said("lineage", views, "--json"))["warnings"] == [note.removeprefix("note: ")]


def test_a_column_that_is_not_in_a_file_is_refused_with_those_that_are(example, no, tmp_path):
    (example / "views.toml").write_text(VIEWS.replace('numbers = ["characters",', 'numbers = ["chars",'))
    text = no(*build(example, out=tmp_path / "out.parquet"))
    assert f"{example / 'messages.csv'}: messages: source 'messages' has no column 'chars'" in text
    assert "Allowed: message_id, user_id, session_id, characters, toxicity" in text
    assert text == no(*build(example, out=tmp_path / "out.parquet", memory="1kB"))
    assert "characters" in no("get", example / "views.toml", "user_id=1", "--at", "2026-01-08T12:00:00Z")


def test_keys_are_said_each_once_and_what_is_not_there_yet_as_nothing(example, no):
    get = ["get", example / "views.toml", "--at", "2026-01-08T12:00:00Z"]
    whole = ["user_id=103", "session_id=103-1", "message_id="]
    says = "Allowed: user_id=VALUE, session_id=VALUE, message_id=VALUE, or message_id= where there is none yet"
    for keys, wrong in (
        (whole[:2], "nothing is said of message_id"), (whole[1:], "nothing is said of user_id"),
        ([*whole, "usr=3"], "nothing is known by 'usr'"), (["user_id=", *whole[1:]], "it is 'user_id='"),
        (["user_id", *whole[1:]], "it is 'user_id'"),
    ):  # fmt: skip
        text = no(*get, *keys)
        assert f"key: {wrong}. Allowed: " in text and says.removeprefix("Allowed: ") in text
    assert "user_id is said twice. Allowed: once user_id=VALUE" in no(*get, *whole, "user_id=104")
    assert json.loads(said(*get, *whole, "--json"))["account"] == "a2"


def test_keys_of_another_kind_are_refused_and_not_taken_for_strangers(example, no, tmp_path):
    rows = example / "decisions.csv"
    rows.write_text(re.sub(r"^(\d+),(\d+),", r"\1,u\2,", rows.read_text(), flags=re.MULTILINE))
    for memory in ("4GB", "1kB"):
        text = no(*build(example, out=tmp_path / "out.parquet", memory=memory))
        assert "asks by user_id, texts, and the facts have numbers. Allowed: user_id of the kind" in text


def test_the_share_of_what_is_no_flag_is_refused(example, no, tmp_path):
    labels = example / "labels.jsonl"
    labels.write_text(labels.read_text().replace('"harm": 1', '"harm": 2'))
    wrong = "takes the share of ones in 'harm', which says 2. Allowed: 0, 1 or nothing; the mean of other numbers"
    for memory in ("4GB", "1kB"):
        assert wrong in no(*build(example, out=tmp_path / "out.parquet", memory=memory))
    keys = ["user_id=103", "session_id=103-1", "message_id="]
    assert wrong in no("get", example / "views.toml", *keys, "--at", "2026-01-08T12:00:00Z")


def test_what_is_written_says_what_it_is_and_takes_no_place_unasked(example, no):
    out, csv = example / "out.parquet", example / "out.csv"
    assert "--out: it is 'out.csv'. Allowed: a name that ends in .parquet" in no(*build(example, out=csv))
    assert "ends in .svg" in no("lineage", example / "views.toml", "--out", example / "lineage.png")
    said(*build(example, out=out))
    first = out.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~umask()
    assert "the file is there already" in no(*build(example, out=out))
    out.write_text("older")
    said(*build(example, out=out), "--replace")
    assert out.read_bytes() == first
    rows = example / "rows.parquet"
    parquet.write_table(parquet.read_table(out).select(["message_id", "user_id", "session_id", "decided_at"]), rows)
    same = ["build", example / "views.toml", "--rows", rows, "--out", rows, "--replace"]
    assert "rows.parquet is read from. Allowed: another file" in no(*same)
    (example / "labels.jsonl").write_text("{")
    no(*build(example, out=out), "--replace")
    assert out.read_bytes() == first


def umask():
    old = os.umask(0o022)
    os.umask(old)
    return old


def test_a_folder_is_no_file_of_views(example, no):
    assert f"{example}: it is a folder. Allowed: a TOML or Python file" in no("lineage", example)


def test_an_audit_refuses_what_it_would_not_look_at(example, no, tmp_path):
    out = tmp_path / "out.parquet"
    said(*build(example, out=out))
    audit = ["audit", out, "--label", "harm"]
    for words, option in (
        (("--group", "user_id"), "--group"), (("--text", "account"), "--text"), (("--at", "decided_at"), "--at"),
        (("--embargo", "2d"), "--embargo"), (("--label-known", "decided_at"), "--label-known"),
    ):  # fmt: skip
        assert f"{option}: with this alone nothing is looked at. Allowed: beside it" in no(*audit, *words)
    facts = ["--facts", f"labels={example / 'labels.jsonl'}"]
    assert "--facts: facts, of which nothing is computed. Allowed: --views beside them" in no(*audit, *facts)
    assert "--label: there is no column 'harmful'. Allowed: message_id" in no("audit", out, "--label", "harmful")
    assert f"{out}: account: 'account' holds string. Allowed: numbers" in no("audit", out, "--label", "account")
    known = ["--label-known", "decided_at", "--embargo", "2d"]
    assert "--as-of: nobody says when the table was made. Allowed: the moment" in no(*audit, *known)
    assert "--as-of: 2026-01-09 has no zone" in no(*audit, *known, "--as-of", "2026-01-09")
    assert "nothing found" in said(*audit, *known, "--as-of", "2026-02-09T00:00:00Z")
    text = said(*audit, *known, "--as-of", "2026-01-09T00:00:00Z", code=1)
    assert re.search(r"labels may still change: at 2026-\S+ they were known for less than 2 d", " ".join(text.split()))


def test_a_sum_without_end_is_not_told_as_nothing(example):
    """As JSON: it has no word for it, and null is nothing known."""
    messages = read_table(example / "messages.csv")
    place = messages.column_names.index("toxicity")
    endless = pa.array([float("inf")] * messages.num_rows)
    parquet.write_table(messages.set_column(place, "toxicity", endless), example / "messages.parquet")
    (example / "views.toml").write_text(VIEWS.replace("messages.csv", "messages.parquet").replace('"most"', '"sum"'))
    keys = ["user_id=103", "session_id=103-1", "message_id=", "--at", "2026-01-08T12:00:00Z", "--json"]
    assert json.loads(said("get", example / "views.toml", *keys))["toxicity_of_session"] == "inf"
