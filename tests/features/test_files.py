"""Is a file of views read as it says, or refused with the place?"""

from datetime import timedelta

import pytest

from liveloop.base.errors import BadInput
from liveloop.features.files import read_views

TEXT = """
[sources.messages]
file = "messages.parquet"
entities = ["user_id", "account_id"]
numbers = ["tokens"]
about = ["message_id"]

[sources.labels]
entities = ["user_id"]
numbers = ["harm"]
sort = "label"
about = ["message_id"]
embargo = "7d"

[target]
source = "labels"
about = "message_id"

[views.account]
source = "messages"
by = "user_id"
op = "last"
column = "tokens"

[views.of_account]
source = "messages"
by = "account_id"
op = "count"
window = "24h"
through = "account"

[views.harm]
source = "labels"
by = "user_id"
op = "share"
column = "harm"
apart_from = "message_id"
owner = "trust"
version = 2
"""


@pytest.fixture
def put(tmp_path):
    def write(old="", new=""):
        assert old in TEXT
        file = tmp_path / "views.toml"
        file.write_text(TEXT.replace(old, new, 1))
        return file

    return write


def test_a_file_is_read(put, tmp_path):
    written = read_views(put())
    views = {view.name: view for view in written.features.views}
    assert views["of_account"].window == timedelta(days=1)
    assert views["of_account"].through == views["account"]
    assert (views["harm"].owner, views["harm"].version) == ("trust", 2)
    assert written.features.by_source["labels"].embargo == timedelta(days=7)
    assert written.files == {"messages": tmp_path / "messages.parquet"}
    assert written.features.target.about == "message_id"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('op = "count"', 'op = "median"', "views.toml: views.of_account.op: it is 'median'. Allowed: count, sum"),
        ('window = "24h"', "window = 24", "views.of_account.window: it is 24. Allowed: a number and a unit"),
        ('window = "24h"', 'wimdow = "24h"', "views.of_account: unknown field 'wimdow'"),
        ('by = "account_id"\n', "", "views.of_account: it has no 'by'"),
        ('through = "account"', 'through = "nobody"', "views.of_account.through: there is no view 'nobody' before it"),
        ('apart_from = "message_id"\n', "", "harm: it reads a label about the same message_id: harm > labels"),
        ('source = "labels"\nby', 'source = "reviews"\nby', "harm: view 'harm' reads 'reviews', which is not declared"),
        ('numbers = ["tokens"]', 'numbers = "tokens"', "sources.messages.numbers: it is 'tokens'. Allowed: a list"),
        ("[target]", "[target", "it is no TOML"),
        ('column = "harm"\n', "", "harm: share of nothing"),
        ("version = 2", "version = true", "views.harm.version: it is True. Allowed: a whole number"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(put, old, new, words):
    with pytest.raises(BadInput) as refusal:
        read_views(put(old, new))
    assert words in str(refusal.value)


def test_no_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="there is no such file"):
        read_views(tmp_path / "views.toml")
