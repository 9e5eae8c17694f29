"""Do stores that share a log in Redis say the same, whoever added what, and are they right to the last bit?"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from logs import SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, moment, table_of
from oracle import same

from liveloop.base.errors import BadInput
from liveloop.features.facts import read_facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.shared import SharedLog
from liveloop.features.store import Store
from liveloop.features.training import training_set
from liveloop.features.view import Source, View

redis = pytest.importorskip("redis", reason="the extra liveloop[redis] is not installed")
FEATURES = FeatureSet(tuple(VIEWS), (SOURCE,))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give the address of a Redis of our own, of this test alone."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server here (Debian: apt-get install redis-server)")
    folder = tmp_path_factory.mktemp("redis")
    socket = folder / "s"
    command = [
        program,
        "--port",
        "0",
        "--unixsocket",
        str(socket),
        "--dir",
        str(folder),
        "--save",
        "",
        "--daemonize",
        "no",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            while not socket.exists():
                assert running.poll() is None, "Redis did not start"
                time.sleep(0.02)
            yield f"unix://{socket}"
        finally:
            running.kill()


@pytest.fixture
def client(server):
    with redis.Redis.from_url(server) as one:
        one.flushall()
        yield one


def said(store, asked):
    return [store.get(one, at=moment(one["t"])) for one in asked]


@pytest.mark.parametrize("seed", range(12))
def test_all_stores_say_what_a_training_set_says(seed, server, client):
    chance = chance_of(seed)
    ties = ("until", "before")[seed % 2]
    log, asked = draw_log(chance, size=50), draw_asked(chance)
    with SharedLog(server) as one, SharedLog(server) as other:
        stores, at = [Store(FEATURES, one, ties=ties), Store(FEATURES, other, ties=ties)], 0
        while at < len(log):
            size = int(chance.integers(1, 9))
            stores[int(chance.integers(0, len(stores)))].add("messages", table_of(log[at : at + size]))
            at += size
            if chance.random() < 0.1:
                stores.append(Store(FEATURES, one, ties=ties))
        offline = training_set(VIEWS, {"messages": read_facts(SOURCE, table_of(log))}, asked_table(asked), ties=ties)
        for store in stores:
            for row, got in enumerate(said(store, asked)):
                for view in VIEWS:
                    assert same(got[view.name], offline.column(view.name)[row].as_py()), (view.name, row)


WRITER = """
import sys; sys.path.insert(0, sys.argv[1])
from logs import SOURCE, VIEWS, chance_of, draw_log, table_of
from liveloop.features.lineage import FeatureSet
from liveloop.features.shared import SharedLog
from liveloop.features.store import Store
store, writer = Store(FeatureSet(tuple(VIEWS), (SOURCE,)), SharedLog(sys.argv[2])), int(sys.argv[3])
for one in draw_log(chance_of(writer), size=3000):
    store.add("messages", table_of([one | {"message_id": writer}]))
    print("taken", flush=True)
"""


def test_processes_that_write_at_once_and_are_killed_lose_nothing_that_they_took(server, client):
    command = [sys.executable, "-c", WRITER, str(Path(__file__).parent), server]
    writers = [subprocess.Popen([*command, str(number)], stdout=subprocess.PIPE, text=True) for number in (1, 2)]
    for writer in writers:
        assert [writer.stdout.readline() for _ in range(40)] == ["taken\n"] * 40
    for writer in writers:
        writer.kill()
    taken = [40 + writer.communicate()[0].count("taken\n") for writer in writers]
    with SharedLog(server) as log:
        tables = [table for _, table in log.read()]
        table = pa.concat_tables(tables)
        store = Store(FEATURES, log)
    for number, count in enumerate(taken, 1):
        kept = table.filter(pc.equal(table.column("message_id"), number))
        assert count <= kept.num_rows <= count + 1  # what was acknowledged, and at most what was being written
        drawn = table_of([one | {"message_id": number} for one in draw_log(chance_of(number), size=3000)])
        assert kept.equals(drawn.slice(0, kept.num_rows).select(kept.column_names))
    asked = draw_asked(chance_of(3))
    offline = training_set(VIEWS, {"messages": read_facts(SOURCE, table)}, asked_table(asked))
    for row, got in enumerate(said(store, asked)):
        for view in VIEWS:
            assert same(got[view.name], offline.column(view.name)[row].as_py()), (view.name, row)


def test_what_another_keeps_in_it_is_passed_over(server, client):
    clicks = Source("clicks", ("user_id",))
    with SharedLog(server) as log:
        mine, other = (
            Store(FEATURES, log),
            Store(FeatureSet((View("n", "clicks", "user_id", "count"),), (clicks,)), log),
        )
        mine.add("messages", table_of(draw_log(chance_of(1), size=9)))
        fact = {"user_id": 1, "happened_at": moment(0), "known_at": moment(0)}
        other.add("clicks", [fact])
        assert other.get({"user_id": 1}, at=moment(0)) == {"n": 1}
        assert len(list(log.read())) == 2


def test_a_log_that_lost_something_is_refused(server, client):
    with SharedLog(server) as log:
        store = Store(FEATURES, log)
        for one in draw_log(chance_of(1), size=6):
            store.add("messages", table_of([one]))
        first = client.xrange(log.key, count=1)[0][0]
        client.xdel(log.key, first)
        with pytest.raises(BadInput, match="liveloop:facts: of 6 batches 5 are left"):
            store.get({"user_id": 1, "account_id": 1}, at=moment(0))
        with pytest.raises(BadInput, match="of 6 batches 5 are left"):
            Store(FEATURES, log)
        client.delete(log.key)
        with pytest.raises(BadInput, match="of 6 batches 0 are left"):
            store.get({"user_id": 1, "account_id": 1}, at=moment(0))


def test_what_is_no_log_is_refused(server, client):
    with SharedLog(server) as log:
        client.set(log.key, "something else")
        with pytest.raises(BadInput, match="liveloop:facts: Redis says: WRONGTYPE"):
            Store(FEATURES, log)
        client.delete(log.key)
        client.xadd(log.key, {"a": "b"})
        with pytest.raises(BadInput, match="is no batch of facts"):
            Store(FEATURES, log)
        client.delete(log.key)
        client.xadd(log.key, {"source": "messages", "body": b"half"})
        with pytest.raises(BadInput, match="is not whole"):
            Store(FEATURES, log)
        client.delete(log.key)
        client.xadd(log.key, {"source": b"\xff", "body": b"half"})
        with pytest.raises(BadInput, match=r"liveloop:facts: the source of entry .* is no text in UTF-8"):
            Store(FEATURES, log)
    with pytest.raises(BadInput, match="liveloop:facts: Redis says: ") as refusal:
        SharedLog("unix:///there/is/none?password=secret")
    assert "secret" not in str(refusal.value)
    with pytest.raises(BadInput, match="url: it is no address of Redis"):
        SharedLog("nowhere")


def test_what_is_refused_is_not_in_the_log(server, client):
    with SharedLog(server) as log:
        store = Store(FEATURES, log)
        bad = table_of(draw_log(chance_of(2), size=4)).drop_columns(["harm"])
        with pytest.raises(BadInput, match="has no column 'harm'"):
            store.add("messages", bad)
        assert list(log.read()) == []
