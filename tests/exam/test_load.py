"""Is a drill folder refused in words, with the file, the field and what is allowed?"""

from pathlib import Path

import pytest

from liveloop.base.errors import BadInput
from liveloop.exam.ask import builtin_probes, own_probes
from liveloop.exam.load import load, load_all

TOML = """
id = "drl_0123456789"
title = "Messages per user"
kind = "sql"
skills = ["sql.rates"]
week = 1
minutes = 10
difficulty = 1
probes = ["disagrees", "null"]
[world]
accounts = 10
[sql]
tables = ["messages"]
columns = ["user_id", "messages"]
"""
RUBRIC = '[weights]\ncorrectness = 1\n[[criterion]]\nid = "a"\nquestion = "Said it?"\ngood = "Yes."\nweight = 1\n'
PUSHBACKS = '[[pushback]]\nwhen = "any"\nsays = "And live?"\ngood = "An alarm."\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    drill = tmp_path / "sql" / "messages-per-user"
    (drill / "attempts").mkdir(parents=True)
    files = {
        "drill.toml": TOML,
        "prompt.md": "How many messages has each user?",
        "reference.sql": "SELECT user_id, count(*) FROM messages GROUP BY user_id",
        "rubric.toml": RUBRIC,
        "pushbacks.toml": PUSHBACKS,
        "after.md": "Count what?",
        "attempts/clean--alias.sql": "SELECT m.user_id, count(*) FROM messages AS m GROUP BY m.user_id",
        "attempts/disagrees--distinct.sql": "SELECT user_id, count(DISTINCT session_id) FROM messages GROUP BY 1",
    }
    for name, text in files.items():
        (drill / name).write_text(text)
    return drill


def test_a_good_folder_is_a_drill(folder):
    drill = load(folder)
    assert (drill.slug, drill.shelf, drill.kind) == ("messages-per-user", "sql", "sql")
    assert [sample.expected for sample in drill.samples] == [(), ("disagrees",)]
    assert drill.sql.columns == ("user_id", "messages")


@pytest.mark.parametrize(
    ("change", "wrong", "allowed"),
    [
        (("week = 1", "week = 7"), "week is 7", "1 to 6"),
        (("minutes = 10", ""), "the field 'minutes' is missing", "minutes"),
        (("title", "titel"), "unknown field 'titel'", "title"),
        (('kind = "sql"', 'kind = "r"'), "kind is 'r'", "python"),
        (("[sql]", "[sql]\norderd = true"), "unknown field 'orderd' in [sql]", "ordered"),
        (('"null"]', '"nul"]'), "no probe 'nul' for sql", "null"),
        (("week = 1", "week = "), "not valid TOML", "TOML"),
        (('skills = ["sql.rates"]', "skills = []"), "skills is empty", "at least one"),
        (("[sql]", "[python]"), "unknown field 'tables' in [python]", "entry"),
        (("difficulty = 1", 'difficulty = "hard"'), "difficulty is 'hard'", "integer"),
    ],
)
def test_a_wrong_field_is_named(folder, change, wrong, allowed):
    (folder / "drill.toml").write_text(TOML.replace(*change, 1))
    with pytest.raises(BadInput) as refusal:
        load(folder)
    assert wrong in str(refusal.value)
    assert allowed in refusal.value.allowed
    assert "drill.toml" in str(refusal.value)


@pytest.mark.parametrize(
    ("file", "data", "wrong"),
    [
        ("prompt.md", b"\xff\xfe", "not UTF-8 at byte 0"),
        ("after.md", b"  \n", "empty"),
        ("promt.md", b"x", "unknown file 'promt.md'"),
        ("rubric.toml", b"[weights]\ncharm = 1\n", "unknown field 'charm' in [weights]"),
        ("rubric.toml", b"[weights]\ncorrectness = 0\n", "do not add up"),
        ("rubric.toml", b"[weights]\ncorrectness = 1\n", "no [[criterion]]"),
        ("pushbacks.toml", b'[[pushback]]\nwhen = "tie"\nsays = "?"\ngood = "!"\n', "pushback.when is 'tie'"),
        ("pushbacks.toml", b"", "empty"),
        ("attempts/tie--x.sql", b"SELECT 1", "the sample is called 'tie--x.sql'"),
        ("attempts/clean.sql", b"SELECT 1", "the sample is called 'clean.sql'"),
        ("probes.py", b"1/0", "raised ZeroDivisionError"),
        ("reference.sql", b"x" * 300_000, "300000 bytes long"),
    ],
)
def test_a_wrong_file_is_named(folder, file, data, wrong):
    (folder / file).write_bytes(data)
    with pytest.raises(BadInput, match=r".") as refusal:
        load(folder)
    assert wrong in str(refusal.value)
    assert refusal.value.allowed


def test_a_missing_file_is_named(folder):
    (folder / "prompt.md").unlink()
    with pytest.raises(BadInput, match=r"prompt\.md: cannot be read: No such file"):
        load(folder)


def test_a_drill_brings_its_own_probe(folder):
    (folder / "probes.py").write_text(
        "from liveloop.author import Probe\n\n\nclass Own(Probe):\n"
        '    """Ask."""\n\n    code = "own"\n    question = why = "?"\n    dimension = "correctness"\n'
        '    skill = {"sql": "sql.rates"}\n'
    )
    (folder / "drill.toml").write_text(TOML.replace('"null"', '"own"'))
    assert load(folder).probes == ("disagrees", "own")


OWN = """
from liveloop.author import Probe

class Own(Probe):
    code = "own"
    question = why = "?"
    dimension = "correctness"
    skill = {"sql": "sql.rates"}
"""


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (("class Own", "import sys\nsys.exit()\nclass Own"), "raised SystemExit"),
        (("code =", "def __init__(self):\n        1 / 0\n    code ="), "raised ZeroDivisionError"),
        (("code =", "@property\n    def code(self):\n        1 / 0\n    kode ="), "raised ZeroDivisionError"),
        (('code = "own"', "pass"), "the probe Own has no code"),
        (('code = "own"', "code = 7"), "the code of the probe Own is 7"),
        (('code = "own"', 'code = ""'), "the code of the probe Own is empty"),
        (("why = ", ""), "the probe Own has no why"),
        (('"correctness"', '"charm"'), "the dimension of the probe Own is 'charm'"),
        (('skill = {"sql": "sql.rates"}', "pass"), "the probe Own has no skill"),
        (('skill = {"sql": "sql.rates"}', 'skill = "sql.rates"'), "the skill of the probe Own is 'sql.rates'"),
        (('{"sql": "sql.rates"}', '{"prose": "x"}'), "the skill of the probe Own is {'prose': 'x'}"),
    ],
)
def test_a_bad_probe_of_its_own_is_refused(folder, change, wrong):
    (folder / "probes.py").write_text(OWN.replace(*change))
    with pytest.raises(BadInput, match=r"probes\.py: .*Allowed: ") as refusal:
        load(folder)
    assert wrong in refusal.value.wrong
    told: list[BadInput] = []
    assert load_all(folder.parents[1], tell=told.append) == {} and len(told) == 1


def test_a_key_pressed_while_loading_is_heard(folder):
    (folder / "probes.py").write_text("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load(folder)


def test_an_own_probe_is_executed_once_and_again_when_changed(folder):
    count = folder.parent / "count.txt"
    body = OWN + f"with open({str(count)!r}, 'a') as file:\n    file.write('x')\n"
    (folder / "probes.py").write_text(body)
    for _ in range(3):
        assert list(own_probes(folder)) == ["own"]
    assert count.read_text() == "x"
    (folder / "probes.py").write_text(body.replace('"own"', '"other"'))
    assert list(own_probes(folder)) == ["other"]
    assert count.read_text() == "xx"


def test_two_drills_may_not_share_a_slug_or_an_id(folder, tmp_path):
    twin = tmp_path / "other" / folder.name
    folder.parent.joinpath(folder.name).rename(folder)
    import shutil

    shutil.copytree(folder, twin)
    with pytest.raises(BadInput, match="it has the slug of"):
        load_all(tmp_path)
    twin.rename(twin.with_name("another"))
    with pytest.raises(BadInput, match="it has the id of"):
        load_all(tmp_path)
    told: list[BadInput] = []
    assert list(load_all(tmp_path, tell=told.append)) == ["another"]
    assert [refusal.where for refusal in told] == [str(folder)]


def test_every_builtin_probe_says_what_it_asks():
    probes = builtin_probes()
    assert len(probes) >= 12
    for code, probe in probes.items():
        assert probe.code == code
        assert probe.question.endswith("?")
        assert probe.why
        assert probe.skill
