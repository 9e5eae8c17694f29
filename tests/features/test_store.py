"""Does a store say of facts that arrive what a training set says of the whole log, to the last bit?"""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from logs import SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, moment, table_of
from oracle import same

from liveloop.base.errors import BadInput
from liveloop.features.facts import read_facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.log import Compacted, Log, facts_of_log
from liveloop.features.store import Store
from liveloop.features.training import training_set


@pytest.mark.parametrize("ties", ["until", "before"])
@pytest.mark.parametrize("seed", range(40))
def test_online_is_offline(seed, ties, tmp_path):
    chance = chance_of(seed)
    log, asked = draw_log(chance), draw_asked(chance)
    offline = training_set(VIEWS, {"messages": read_facts(SOURCE, table_of(log))}, asked_table(asked), ties=ties)
    features = FeatureSet(tuple(VIEWS), (SOURCE,))
    with Log(tmp_path / "facts.db") as file:
        store = Store(features, file, ties=ties)
        at = 0
        while at < len(log):
            size = int(chance.integers(1, 9))
            store.add("messages", table_of(log[at : at + size]))
            at += size
            if chance.random() < 0.1:
                store = Store(features, file, ties=ties)
        for row, one in enumerate(asked):
            got = store.get(one, at=moment(one["t"]))
            for view in VIEWS:
                assert same(got[view.name], offline.column(view.name)[row].as_py()), (view.name, row)


def test_a_process_that_is_killed_loses_nothing_that_it_took(tmp_path):
    chance = chance_of(7)
    log, asked = draw_log(chance, size=300), draw_asked(chance)
    table = table_of(log)
    parquet.write_table(table, tmp_path / "log.parquet")
    features = FeatureSet(tuple(VIEWS), (SOURCE,))
    taken = 0
    for upto in (90, 210):
        taken = killed(tmp_path, taken, upto)
        with Log(tmp_path / "facts.db") as file:
            kept = sum(some.num_rows for _, some in file.read())
        assert taken <= kept <= taken + 1  # what was acknowledged, and at most what was being written
        taken = kept
    with Log(tmp_path / "facts.db") as file:
        store = Store(features, file)
        store.add("messages", table.slice(taken))
        offline = training_set(VIEWS, {"messages": read_facts(SOURCE, table)}, asked_table(asked))
        for row, one in enumerate(asked):
            got = store.get(one, at=moment(one["t"]))
            for view in VIEWS:
                assert same(got[view.name], offline.column(view.name)[row].as_py()), (view.name, row)


def killed(folder, first, upto):
    """Let a process add facts one by one from a place on, kill it somewhere beyond another, give how many it took."""
    text = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "import pyarrow.parquet as parquet\nfrom logs import SOURCE, VIEWS\nfrom pathlib import Path\n"
        "from liveloop.features.lineage import FeatureSet\nfrom liveloop.features.log import Log\n"
        "from liveloop.features.store import Store\n"
        "table = parquet.read_table(Path(sys.argv[1]) / 'log.parquet')\n"
        "store = Store(FeatureSet(tuple(VIEWS), (SOURCE,)), Log(Path(sys.argv[1]) / 'facts.db'))\n"
        "for row in range(int(sys.argv[3]), table.num_rows):\n"
        "    store.add('messages', table.slice(row, 1)); print(row + 1, flush=True)\n"
    )
    command = [sys.executable, "-c", text, str(folder), str(Path(__file__).parent), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        done = 0
        for line in writer.stdout:
            done = int(line)
            if done >= upto:
                writer.kill()
                break
        return max([done, *(int(line) for line in writer.stdout if line.endswith("\n"))])


def test_what_is_refused_is_nowhere(tmp_path):
    with Log(tmp_path / "facts.db") as file:
        store = Store(FeatureSet(tuple(VIEWS), (SOURCE,)), file)
        good, bad = table_of(draw_log(chance_of(1), size=4)), table_of(draw_log(chance_of(2), size=4))
        happened = bad.column("happened_at").to_pylist()
        early = pa.array([one - timedelta(hours=1) for one in happened], pa.timestamp("us", "UTC"))
        bad = bad.set_column(bad.column_names.index("known_at"), "known_at", early)
        store.add("messages", good)
        with pytest.raises(BadInput, match="4 of 4 facts were known before they happened, the first in row 1"):
            store.add("messages", bad)
        store.add("messages", [])
        assert [some.num_rows for _, some in file.read()] == [4]
    with pytest.raises(BadInput, match="there is no source 'clicks'"):
        store.add("clicks", good)
    with pytest.raises(BadInput, match="has no zone"):
        store.get({"user_id": 1}, at=datetime(2026, 1, 5))
    with pytest.raises(BadInput, match="there is no view 'nobody'"):
        store.get({"user_id": 1}, at=moment(0), names=["nobody"])
    with pytest.raises(BadInput, match="asks about 'user_id', which is not named"):
        store.get({}, at=moment(0))


def test_a_file_that_is_no_log_is_refused(tmp_path):
    (tmp_path / "facts.db").write_text("not a database, but long enough to be read as one" * 100)
    with pytest.raises(BadInput, match="cannot be opened: file is not a database"):
        Log(tmp_path / "facts.db")


@pytest.mark.parametrize("table", ["users (name TEXT)", "batches (number INTEGER, colour TEXT)"])
def test_the_database_of_somebody_else_is_refused_and_left_as_it_was(tmp_path, table):
    file = tmp_path / "app.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"CREATE TABLE {table}")
    whole = file.read_bytes()
    for read in (Log, facts_of_log):
        with pytest.raises(BadInput, match=f"its tables are not those of a log: {table.split()[0]}"):
            read(file)
    assert file.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_no_log_is_not_read(tmp_path):
    (tmp_path / "none.db").write_bytes(b"")
    (tmp_path / "text.db").write_text("not a database, but long enough to be read as one" * 100)
    with Log(tmp_path / "odd.db"), closing(sqlite3.connect(tmp_path / "odd.db")) as database:
        database.execute("INSERT INTO batches (source, body) VALUES ('messages', 'text')")
        database.commit()
    for name, says in {"none": "it has no tables", "text": "cannot be read: file is not a database",
                       "odd": "batch 1 is no batch of facts"}.items():  # fmt: skip
        with pytest.raises(BadInput, match=f"{name}.db: {says}"):
            facts_of_log(tmp_path / f"{name}.db")


def test_a_log_is_read_without_a_trace_also_while_a_store_writes_in_it(tmp_path):
    file = tmp_path / "a log #1 %41?.db"
    facts = [table_of(draw_log(chance_of(1), size=4)), table_of(draw_log(chance_of(2), size=3))]
    with Log(file) as log:
        log.append("messages", facts[0])
        before = file.read_bytes()
        assert facts_of_log(file).facts["messages"].equals(facts[0])  # it lies beside the file, not yet in it
        log.append("messages", facts[1])
        assert facts_of_log(file).facts["messages"].equals(pa.concat_tables(facts))
        (tmp_path / "link").symlink_to(file)
        assert facts_of_log(tmp_path / "link").facts["messages"].num_rows == 7
        (tmp_path / "link").unlink()
        assert file.read_bytes() == before
    whole = file.read_bytes()
    assert facts_of_log(file).facts["messages"].num_rows == 7
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (whole, [file])


def test_batches_of_other_numbers_and_zones_go_together(tmp_path):
    def one(tokens, hour, zone):
        at = pa.array([moment(0).replace(hour=hour)], pa.timestamp("us", zone))
        return pa.table({"user_id": [7], "tokens": [tokens], "happened_at": at, "known_at": at})

    with Log(tmp_path / "facts.db") as log:
        log.append("messages", one(20, 9, "UTC"))
        log.append("messages", one(0.5, 10, "Europe/Berlin"))
        made = facts_of_log(tmp_path / "facts.db").facts["messages"]
        assert made.column("tokens").to_pylist() == [20.0, 0.5]
        assert [time.hour for time in made.column("known_at").to_pylist()] == [9, 10]
        for more in (True, None, Decimal("1.50")):
            log.append("messages", one(more, 11, "UTC"))
        made = facts_of_log(tmp_path / "facts.db").facts["messages"]
        assert made.column("tokens").to_pylist() == [20.0, 0.5, 1.0, None, 1.5]
        log.append("messages", pa.table({"user_id": ["seven"]}))
        with pytest.raises(BadInput, match=r"facts.db: its batches do not go together: .*user_id"):
            facts_of_log(tmp_path / "facts.db")


def test_a_log_that_is_locked_or_closed_is_refused(tmp_path):
    facts, what = table_of(draw_log(chance_of(1), size=4)), Compacted("messages", 0, ())
    log = Log(tmp_path / "facts.db")
    log._database.execute("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(tmp_path / "facts.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for ask in (lambda: log.append("messages", facts), lambda: log.compact(what, np.empty(0, np.bool_))):
            with pytest.raises(BadInput, match=r"facts.db: SQLite says: database is locked\. Allowed: a log that"):
                ask()
        other.execute("ROLLBACK")
    log.append("messages", facts)
    log.close()
    for ask in (
        lambda: log.append("messages", facts),
        lambda: list(log.read()),
        lambda: log.compact(what, np.ones(4, np.bool_)),
        log.compacted,
    ):
        with pytest.raises(BadInput, match=r"facts.db: SQLite says: Cannot operate on a closed database"):
            ask()


def test_a_log_from_which_facts_were_let_go_is_whole_where_its_room_is_not_given_back(tmp_path):
    facts = table_of(draw_log(chance_of(1), size=4))
    with Log(tmp_path / "facts.db") as log:
        log._database.execute("PRAGMA busy_timeout = 1")
        log.append("messages", facts)
        log.append("messages", facts)
        with closing(sqlite3.connect(tmp_path / "facts.db", isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM batches").fetchone()
            log.compact(Compacted("messages", 0, ()), np.array([False] * 4 + [True] * 4))
        assert [some.num_rows for _, some in log.read()] == [0, 4]


def test_facts_that_say_nothing_are_taken():
    store = Store(FeatureSet(tuple(VIEWS), (SOURCE,)))
    (one,) = draw_log(chance_of(3), size=1)
    row = {key: value for key, value in one.items() if key not in ("happened", "known")} | {
        "tokens": None, "harm": None, "topic": None, "happened_at": moment(0), "known_at": moment(0)}  # fmt: skip
    store.add("messages", [row])
    got = store.get(row, at=moment(0))
    assert (got["count_5h"], got["tokens_5h"], got["mean_ever"], got["topics"]) == (1, 0.0, None, 0)
