"""Does a log keep what it was given, whoever else writes in it, and say of what it let go?"""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from liveloop.base.errors import BadInput
from liveloop.cli.main import app
from liveloop.features import FeatureSet, Log, Source, Store, View, read_facts, training_set
from liveloop.features.log import facts_of_log

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = Source("m", ("user_id",), ("tokens",))


def features(window=HOUR, source=SOURCE):
    return FeatureSet((View("n", "m", "user_id", "count", window=window),), (source,))


def facts(*hours):
    times = [START + hour * HOUR for hour in hours]
    return pa.table({"user_id": [7] * len(hours), "tokens": [1] * len(hours), "happened_at": times, "known_at": times})


def test_a_store_does_not_write_where_another_has_written(tmp_path):
    file = tmp_path / "facts.db"
    one = Store(features(), Log(file))
    one.add("m", facts(0, 1, 2, 100, 101, 102))
    other = Store(features(), Log(file))
    other.prune(before=START + 50 * HOUR)
    assert other.compact() == 3
    one.prune(before=START + 50 * HOUR)
    for write in (one.compact, lambda: one.add("m", facts(103))):
        with pytest.raises(BadInput, match=r"facts\.db: another store has written in it since it was read"):
            write()
    assert facts_of_log(file).facts["m"].num_rows == 3  # nothing of what is left is gone
    other.add("m", facts(103))
    again = Store(features(), Log(file))
    again.add("m", facts(104))
    assert again.get({"user_id": 7}, at=START + 104 * HOUR) == {"n": 1}
    assert facts_of_log(file).facts["m"].num_rows == 5


def compacted(folder, window=HOUR):
    with Log(folder / "facts.db") as log:
        store = Store(features(window), log)
        store.add("m", facts(0, 1, 2, 3, 100))
        store.prune(before=START + 50 * HOUR)
        assert store.compact() == 4
    (folder / "views.toml").write_text(
        '[sources.m]\nentities = ["user_id"]\nnumbers = ["tokens"]\n'
        '[views.n]\nsource = "m"\nby = "user_id"\nop = "count"\nwindow = "1h"\n')  # fmt: skip


def proven(folder, *words, views="views.toml"):
    done = CliRunner().invoke(app, ["features", "parity", str(folder / "facts.db"), str(folder / views), *words])
    if isinstance(done.exception, BadInput):
        return str(done.exception)
    assert done.exit_code == 0, done.output
    return done.output


def test_parity_of_a_log_asks_for_nothing_that_was_let_go_of(tmp_path):
    compacted(tmp_path)
    said = (tmp_path / "views.toml").read_text()
    (tmp_path / "month.toml").write_text(said.replace('"1h"', '"30d"'))
    assert "facts were let go of that it may want" in proven(tmp_path, views="month.toml")
    (tmp_path / "rows.csv").write_text("user_id,decided_at\n7,2026-01-08T00:00:00Z\n7,2026-01-05T02:00:00Z\n")
    early = "1 moments lie before 2026-01-07T02:00:00+00:00, for which facts were let go, the first in row 2"
    assert early in proven(tmp_path, "--rows", str(tmp_path / "rows.csv"))
    assert "equal to the last bit: 40 answers at 40 moments" in " ".join(proven(tmp_path, "--draws", "40").split())


def test_facts_that_get_an_identity_after_some_were_let_go_of_are_refused(tmp_path):
    compacted(tmp_path)
    named = Source("m", ("user_id",), ("tokens",), fact="user_id")
    with pytest.raises(BadInput, match="'m' has facts with an identity, and some without one were let go of"):
        Store(features(source=named), Log(tmp_path / "facts.db"))


def test_what_a_log_says_in_no_letters_is_refused(tmp_path):
    with Log(tmp_path / "facts.db") as log:
        Store(features(), log).add("m", facts(1))
        body = log._database.execute("SELECT body FROM batches").fetchone()[0]
        log._database.execute("UPDATE batches SET body = ?", (body.replace(b"happened_at", b"\xfeappened_at"),))
    for read in (facts_of_log, lambda file: Store(features(), Log(file))):
        with pytest.raises(BadInput, match="batch 1 is not whole"):
            read(tmp_path / "facts.db")


def test_a_window_longer_than_a_life_is_refused_and_one_of_a_hundred_years_read():
    for name in ("window", "gap", "embargo"):
        with pytest.raises(BadInput, match=f"{name} is .*a timedelta, 0 to 36525 days"):
            View("n", "m", "user_id", "count", **{name: timedelta.max})
    view = View("n", "m", "user_id", "count", window=timedelta(days=36_525))
    asked = pa.table({"user_id": [7], "decided_at": [START + 9 * HOUR]})
    assert training_set([view], {"m": read_facts(SOURCE, facts(1, 2))}, asked).column("n").to_pylist() == [2]


def test_a_log_is_of_the_store_that_took_it_last(tmp_path):
    log = Log(tmp_path / "facts.db")
    one = Store(features(), log)
    one.add("m", facts(0))
    other = Store(features(), log)
    other.add("m", facts(1))
    assert len(list(log.read())) == 2  # to read what is there lets nobody in again
    for write in (lambda: one.add("m", facts(2)), one.compact):
        with pytest.raises(BadInput, match="another store has taken it"):
            write()
    assert other.get({"user_id": 7}, at=START + HOUR) == {"n": 1}
