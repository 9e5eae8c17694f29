"""Is a Python file of views taken as it says, or refused with its line and reason?"""

import sys

import pytest

from liveloop.base.errors import BadInput
from liveloop.features.files import read_views

TEXT = """from liveloop.features.lineage import FeatureSet, Target
from liveloop.features.view import Source, View
import beside
messages = Source("messages", ("user_id",), ("tokens",))
count = View("count", "messages", "user_id", "count")
again = count
_draft = View("draft", "messages", "user_id", "count")
"""


@pytest.fixture
def read(tmp_path, monkeypatch):
    def write(text):
        monkeypatch.delitem(sys.modules, "beside", raising=False)
        (tmp_path / "beside.py").write_text("")
        (tmp_path / "views.py").write_text(text)
        before = list(sys.path)
        try:
            return read_views(tmp_path / "views.py")
        finally:
            assert sys.path == before
            sys.modules.pop("beside", None)

    return write


def test_what_stands_at_the_top_is_taken_once(read, tmp_path):
    written = read(TEXT + 'files = {"messages": "some/messages.parquet"}\n')
    assert [view.name for view in written.features.views] == ["count"]
    assert [source.name for source in written.features.sources] == ["messages"]
    assert written.files == {"messages": tmp_path / "some/messages.parquet"}


def test_one_set_of_features_is_what_counts(read):
    written = read(
        TEXT + 'features = FeatureSet((View("sum", "messages", "user_id", "sum", "tokens"),), (messages,))\n'
    )
    assert [view.name for view in written.features.views] == ["sum"]
    assert written.files == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = (", "views.py: line 1: SyntaxError: '(' was never closed"),
        ("x = 1\nraise SystemExit(3)", "views.py: line 2: SystemExit: 3"),
        ("import nothing_of_that_name", "views.py: line 1: ModuleNotFoundError: No module named"),
        ("def f():\n    return {}['a']\n\nf()", "views.py: line 2: KeyError: 'a'"),
        ("x = 1", "views.py: it defines no views. Allowed: a Python file that defines one FeatureSet, or sources and"),
        (TEXT.replace("messages = Source", "_messages = Source"), "views.py: it defines no sources"),
        (TEXT + "both = [FeatureSet((count,), (messages,)) for _ in range(2)]", "views.py: it defines 2 FeatureSets"),
        (TEXT + 'a = Target("messages", "m")\nb = Target("messages", "n")', "views.py: it defines 2 targets"),
        (TEXT + "files = 3", "views.py: files is 3"),
        (TEXT + 'files = {"clicks": "a.csv"}', "views.py: files has 'clicks', which is no source. Allowed: messages"),
        (TEXT + 'View("mean", "messages", "user_id", "mean")', "views.py: line 8: mean: mean of nothing"),
        (TEXT + 'more = View("count", "messages", "user_id", "count")', "views.py: views: two views are named 'count'"),
        ("\0", "views.py: "),
        ("import asyncio\nraise asyncio.CancelledError", "views.py: line 2: CancelledError: CancelledError"),
        ("class Own(BaseException): ...\nraise Own('mine')", "views.py: line 2: Own: mine"),
        (
            "class Mute(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise Mute",
            "views.py: line 4: Mute",
        ),
        ("raise SyntaxError", "views.py: line 1: SyntaxError: "),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(read, text, words):
    with pytest.raises(BadInput) as refusal:
        read(text)
    assert str(refusal.value).startswith(words)


def test_who_wants_to_stop_is_let_go(read):
    with pytest.raises(KeyboardInterrupt):
        read("raise KeyboardInterrupt")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "views.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match=r"views\.py: "):
        read_views(tmp_path / "views.py")
