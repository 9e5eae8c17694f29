"""Is a pipeline that knows the future found out, and is one that does not left alone?"""

from dataclasses import replace
from datetime import timedelta

import duckdb
import numpy as np
import planted
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from logs import SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, moment, table_of

from liveloop.base.errors import BadInput
from liveloop.features.facts import read_facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.replay import replay
from liveloop.features.training import training_set
from liveloop.features.view import Source, View


def sql(text):
    """Make a pipeline of a query over `f` (facts) and `a` (what is asked, with `n`, its number)."""

    def run(tables, asked):
        with duckdb.connect(config={"threads": 1}) as database:
            database.register("f", tables["messages"])
            database.register("a", asked.append_column("n", pa.array(np.arange(asked.num_rows))))
            answers = database.sql(f"SELECT x FROM ({text}) ORDER BY n").to_arrow_table()
        return asked.append_column("x", answers.column("x"))

    return run


JOIN = "SELECT a.n, {} AS x FROM a LEFT JOIN f ON f.user_id = a.user_id AND {} GROUP BY a.n"
LEAKS = {
    "by event time only": JOIN.format("count(f.fact)", "f.happened_at <= a.decided_at"),
    "the table of today": JOIN.format("count(f.fact)", "true"),
    "the last that happened, known or not": JOIN.format(
        "arg_max(f.tokens, (f.happened_at, f.fact, f.version))", "f.happened_at <= a.decided_at"),
    "an hour too much": JOIN.format("count(f.fact)", "f.known_at <= a.decided_at + INTERVAL 1 HOUR"),
    "the mean of all": "SELECT n, (SELECT avg(tokens) FROM f) AS x FROM a",
    "rank among all": "SELECT n, (SELECT count(*) FROM f WHERE f.user_id < a.user_id) AS x FROM a",
    "the newest version": JOIN.format(
        "sum(f.tokens)",
        "f.happened_at <= a.decided_at AND f.version = (SELECT max(g.version) FROM f g WHERE g.fact = f.fact)"),
    "who will ever be known": "SELECT n, (SELECT count(*) > 0 FROM f WHERE f.user_id = a.user_id) AS x FROM a",
    "time until the next": "SELECT n, (SELECT min(epoch(f.happened_at)) FROM f WHERE f.user_id = a.user_id "
                           "AND f.happened_at > a.decided_at) AS x FROM a",
    "how many labels are missing": JOIN.format("count(f.fact) - count(f.harm)", "f.happened_at <= a.decided_at"),
}  # fmt: skip
CLEAN = {
    "as known": JOIN.format("count(f.fact)", "f.known_at <= a.decided_at"),
    "as known before": JOIN.format("sum(f.tokens)", "f.known_at < a.decided_at - INTERVAL 1 HOUR"),
    "the hour": "SELECT n, hour(decided_at) AS x FROM a",
    "the last that arrived": JOIN.format(
        "arg_max(f.tokens, (f.known_at, f.fact, f.version))", "f.known_at <= a.decided_at"
    ),
    "the mean of what was known": "SELECT n, (SELECT avg(tokens) FROM f WHERE f.known_at <= a.decided_at) AS x FROM a",
}


def drawn(seed=1):
    chance = chance_of(seed)
    log = draw_log(chance, size=120)
    for fact in log:  # a database adds in its own order: nothing that cancels
        fact["tokens"] = fact["tokens"] and min(abs(fact["tokens"]), 9.0)
        fact["user_id"] = fact["fact"] % 40  # of some nothing is known for long
    asked = [one | {"user_id": place % 45} for place, one in enumerate(draw_asked(chance, size=60))]
    return {"messages": table_of(log)}, asked_table(asked)


@pytest.mark.parametrize("name", LEAKS)
def test_what_knows_the_future_is_found_out(name):
    tables, asked = drawn()
    (leak,) = replay(sql(LEAKS[name]), [SOURCE], tables, asked).leaks
    assert leak.column == "x"
    assert leak.before != leak.after
    assert leak.facts
    assert all(fact["known_at"] > leak.at for fact in leak.facts)
    assert len(leak.facts) <= (8 if "ever" in name else 2)


@pytest.mark.parametrize("name", CLEAN)
def test_what_does_not_is_left_alone(name):
    tables, asked = drawn()
    made = replay(sql(CLEAN[name]), [SOURCE], tables, asked)
    assert made.leaks == ()
    assert made.answers > 300


@pytest.mark.parametrize("seed", range(4))
def test_our_own_views_do_not_move(seed):
    tables, asked = drawn(seed)

    def pipeline(tables, asked):
        return training_set(VIEWS, {"messages": read_facts(SOURCE, tables["messages"])}, asked)

    assert replay(pipeline, [SOURCE], tables, asked, seed=seed).leaks == ()


def test_a_pipeline_that_loses_rows_or_tosses_coins_is_refused():
    tables, asked = drawn()
    with pytest.raises(BadInput, match="it gives 59 rows for 60"):
        replay(lambda tables, rows: rows.slice(1), [SOURCE], tables, asked)
    chance = np.random.Generator(np.random.PCG64(1))
    with pytest.raises(BadInput, match="'x' is another when it is run again"):
        replay(lambda tables, rows: rows.append_column("x", pa.array(chance.random(60))), [SOURCE], tables, asked)


def test_the_smallest_evidence_is_one_fact():
    late = {"fact": 1, "version": 1, "happened": 0, "known": 7_200_000_000}
    first = {"fact": 1, "version": 0, "user_id": 1, "account_id": 1, "deleted": False, "message_id": 1, "tokens": 1.0,
             "harm": 0.0, "topic": "a", "happened": 0, "known": 0}  # fmt: skip
    tables = {"messages": table_of([first, first | late | {"harm": 1.0}])}
    asked = asked_table([{"user_id": 1, "account_id": 1, "message_id": 9, "t": 3_600_000_000}])
    (leak,) = replay(sql(JOIN.format("max(f.harm)", "f.happened_at <= a.decided_at")), [SOURCE], tables, asked).leaks
    assert (leak.before, leak.after) == (1.0, 0.0)
    assert [fact["known_at"] for fact in leak.facts] == [moment(0) + timedelta(hours=2)]


def test_a_column_that_is_written_later_is_known_later():
    """A review is known when it begins; what came of it stands in the same row."""
    hours = [0, 1, 2]
    reviews = pa.table({
        "user_id": [1, 2, 3], "harm": [1.0, 0.0, None],
        "happened_at": pa.array([moment(hour * 3_600_000_000) for hour in hours], pa.timestamp("us", "UTC")),
        "known_at": pa.array([moment(hour * 3_600_000_000) for hour in hours], pa.timestamp("us", "UTC")),
        "resolved_at": pa.array([moment(36_000_000_000), moment(7_200_000_000), None], pa.timestamp("us", "UTC")),
    })  # fmt: skip
    asked = asked_table(
        [{"user_id": user, "account_id": 1, "message_id": 9, "t": 18_000_000_000} for user in (1, 2, 3)]
    )
    text = JOIN.format("max(f.harm)", "f.known_at <= a.decided_at")
    source = Source("messages", ("user_id",), ("harm",))
    assert replay(sql(text), [source], {"messages": reviews}, asked).leaks == ()  # as far as the clock of the row says
    source = replace(source, filled=(("harm", "resolved_at"),))
    (leak,) = replay(sql(text), [source], {"messages": reviews}, asked).leaks
    assert (leak.row, leak.before, leak.after) == (0, 1.0, None)
    assert [fact["user_id"] for fact in leak.facts] == [1]
    right = JOIN.format("max(f.harm) FILTER (f.resolved_at <= a.decided_at)", "f.known_at <= a.decided_at")
    assert replay(sql(right), [source], {"messages": reviews}, asked).leaks == ()
    with pytest.raises(BadInput, match="harm: it reads 'harm' of 'messages', which is written later"):
        FeatureSet((View("harm", "messages", "user_id", "share", "harm"),), (source,))


HOURS = pa.array([moment(hour * 3_600_000_000) for hour in range(20)], pa.timestamp("us", "UTC"))
SIMPLE = Source("messages", ("user_id",), ("tokens",))
FACTS = {"messages": pa.table({
    "user_id": [place % 4 for place in range(20)], "tokens": [float(place) for place in range(20)],
    "kind": ["a"] * 15 + ["b"] * 5, "happened_at": HOURS, "known_at": HOURS,
})}  # fmt: skip
ROWS = pa.table({"user_id": [0, 1, 2, 3], "score": pa.array([None, 1.0, None, 2.0]), "decided_at": HOURS[5:13:2]})


def later(tables):
    """Give the facts that became known after all that is asked for."""
    facts = tables["messages"]
    return facts.filter(pc.greater(facts["known_at"], HOURS[15]))


def test_a_leak_into_a_column_that_the_rows_have():
    def filled(tables, rows):
        mean = pc.mean(tables["messages"]["tokens"]).as_py()
        return rows.set_column(1, "score", pc.fill_null(rows["score"], mean))

    (leak,) = replay(filled, [SIMPLE], FACTS, ROWS).leaks
    assert (leak.column, leak.row, leak.before) == ("score", 0, 9.5)
    assert leak.facts

    def scaled(tables, rows):
        return rows.set_column(1, "score", pc.multiply(rows["score"], 2.0))

    made = replay(scaled, [SIMPLE], FACTS, ROWS)
    assert made.leaks == ()
    assert made.answers > 0


@pytest.mark.parametrize("there", [True, False])
def test_a_column_that_comes_or_goes_with_the_future_is_a_leak(there):
    def kinds(tables, rows):
        coming = later(tables).num_rows == 4
        return (
            rows.append_column("kind_b", pa.array([1.0, 1.0, None, 0.0][: rows.num_rows])) if coming == there else rows
        )

    (leak,) = replay(kinds, [SIMPLE], FACTS, ROWS).leaks
    assert (leak.column, leak.row, leak.way) == ("kind_b", 0, "gone")
    assert (leak.before, leak.after) == ((1.0, None) if there else (None, 1.0))
    assert len(leak.facts) == 1


def test_a_leak_that_shows_only_when_late_facts_say_something_else_has_its_facts():
    def mean(tables, rows):
        late = later(tables)
        first = late["tokens"][0].as_py() if late.num_rows else 16.0
        return rows.append_column("first", pa.array([first] * rows.num_rows))

    (leak,) = replay(mean, [SIMPLE], FACTS, ROWS).leaks
    assert (leak.way, leak.before) == ("other", 16.0)
    assert [fact["tokens"] for fact in leak.facts] == [16.0]


def test_rows_in_another_order_are_refused_and_not_blamed():
    def run(tables, rows):
        return rows.append_column("x", pa.array([1.0, 2.0, 3.0, 4.0])).sort_by([("user_id", "descending")])

    with pytest.raises(BadInput, match="it gives rows in another order: 'user_id' is another in row 1"):
        replay(run, [SIMPLE], FACTS, ROWS)


def test_a_pipeline_that_does_not_run_without_the_future_is_blamed_in_words():
    def stops(tables, rows):
        most = max(tables["messages"]["tokens"].to_pylist())
        return rows.append_column("x", pa.array([1 / (most > 15)] * 4))

    def joins(tables, rows):
        found = tables["messages"]["user_id"].to_pylist()
        return rows.filter(pa.array([found.count(user) > 4 for user in rows["user_id"].to_pylist()]))

    whole = "once what became known of 'messages' after .* is taken away; on all as it is it runs"
    with pytest.raises(BadInput, match=f"it stops with ZeroDivisionError: division by zero, {whole}"):
        replay(stops, [SIMPLE], FACTS, ROWS)
    with pytest.raises(BadInput, match=f"it gives 0 rows for 4, {whole}"):
        replay(joins, [SIMPLE], FACTS, ROWS)
    with pytest.raises(ZeroDivisionError):  # one that never runs is its author's to mend
        replay(lambda tables, rows: rows.slice(1 // 0), [SIMPLE], FACTS, ROWS)


def test_what_knows_of_rows_that_are_asked_for_later_is_a_leak():
    def scaled(tables, rows):
        return rows.append_column("z", pc.subtract(pc.fill_null(rows["score"], 0.0), pc.mean(rows["score"])))

    def busy(tables, rows):
        users = rows["user_id"].to_pylist()
        return rows.append_column("asked", pa.array([users.count(user) for user in users]))

    def earlier(tables, rows):
        users = rows["user_id"].to_pylist()
        return rows.append_column("asked", pa.array([users[:place].count(user) for place, user in enumerate(users)]))

    often = ROWS.set_column(0, "user_id", pa.array([0, 1, 0, 1]))
    (leak,) = replay(scaled, [SIMPLE], FACTS, often).leaks
    assert (leak.column, leak.source, leak.row, leak.way, len(leak.facts)) == ("z", "rows asked for", 0, "gone", 1)
    (leak,) = replay(busy, [SIMPLE], FACTS, often).leaks
    assert (leak.before, leak.after, [row["user_id"] for row in leak.facts]) == (2, 1, [0])
    assert leak.facts[0]["decided_at"] > leak.at
    assert replay(earlier, [SIMPLE], FACTS, often).leaks == ()


def test_what_reads_the_label_of_its_own_row_is_a_leak_where_the_label_is_named():
    rows = ROWS.append_column("harm", pa.array([True, False, False, True]))

    def copied(tables, rows):
        return rows.append_column("hint", pc.cast(rows["harm"], pa.int8()))

    assert replay(copied, [SIMPLE], FACTS, rows).leaks == ()  # nobody said that it is what is predicted
    (leak,) = replay(copied, [SIMPLE], FACTS, rows, label="harm").leaks
    assert (leak.column, leak.source, leak.way) == ("hint", "harm", "other")
    assert leak.facts == (rows.slice(leak.row, 1).to_pylist()[0],)

    def before(tables, rows):
        harm = rows["harm"].to_pylist()
        return rows.append_column("last", pa.array([None, *harm[:-1]]))

    (leak,) = replay(before, [SIMPLE], FACTS, rows, label="harm").leaks
    assert leak.facts == (rows.slice(leak.row - 1, 1).to_pylist()[0],)

    def checks(tables, rows):
        assert rows["harm"].to_pylist()[:2] in ([True, False], [True])
        return rows

    with pytest.raises(BadInput, match=r"it stops with AssertionError: .*, once the labels of rows after"):
        replay(checks, [SIMPLE], FACTS, rows, label="harm")
    with pytest.raises(BadInput, match="label: there is no column 'harmful'"):
        replay(copied, [SIMPLE], FACTS, rows, label="harmful")


@pytest.mark.parametrize("seed", range(6))
def test_a_join_by_when_it_happened_is_found_where_one_fact_in_a_hundred_is_late(seed):
    chance = chance_of(seed)
    hours = np.sort(chance.integers(0, 500, 2000))
    late = chance.random(2000) < 0.01
    happened = [HOURS[0].as_py() + timedelta(minutes=int(hour)) for hour in hours]
    known = [at + timedelta(minutes=int(by) * 30) for at, by in zip(happened, late, strict=True)]
    users = chance.integers(0, 20, 2000)
    facts = {"messages": pa.table({"user_id": users, "tokens": [1.0] * 2000, "happened_at": happened,
                                   "known_at": known})}  # fmt: skip
    rows = pa.table({"user_id": chance.integers(0, 20, 200), "decided_at": [
        HOURS[0].as_py() + timedelta(minutes=int(minute)) for minute in chance.integers(100, 500, 200)]})  # fmt: skip

    def joined(tables, asked):
        by = tables["messages"]["user_id"].to_numpy()
        when = tables["messages"]["happened_at"].cast(pa.int64()).to_numpy()
        pairs = zip(asked["user_id"].to_pylist(), asked["decided_at"].cast(pa.int64()).to_pylist(), strict=True)
        return asked.append_column("count", pa.array([int(((by == user) & (when <= at)).sum()) for user, at in pairs]))

    whom = zip(rows["user_id"].to_pylist(), rows["decided_at"].to_pylist(), strict=True)
    held = [at for user, at in whom
            if any(u == user and a <= at < k for u, a, k in zip(users, happened, known, strict=True))]  # fmt: skip
    leaks = replay(joined, [SIMPLE], facts, rows).leaks
    assert bool(leaks) == bool(held)


def test_what_is_not_there_is_refused():
    def same(tables, rows):
        return rows

    with pytest.raises(BadInput, match="0 cuts"):
        replay(same, [SIMPLE], FACTS, ROWS, cuts=0)
    with pytest.raises(BadInput, match="there is no table of the source 'messages'"):
        replay(same, [SIMPLE], {}, ROWS)
    with pytest.raises(BadInput, match="source 'messages' has no column 'seen_at'"):
        replay(same, [replace(SIMPLE, known="seen_at")], FACTS, ROWS)
    with pytest.raises(BadInput, match="there is no column 'at'"):
        replay(same, [SIMPLE], FACTS, ROWS, at="at")
    with pytest.raises(BadInput, match="it gives a DataFrame"):
        replay(lambda tables, rows: rows.to_pandas(), [SIMPLE], FACTS, ROWS)
    with pytest.raises(BadInput, match="it gives two columns named 'score'"):
        replay(lambda tables, rows: rows.append_column("score", rows["score"]), [SIMPLE], FACTS, ROWS)


def test_a_moment_finer_than_a_microsecond_is_rounded_down():
    fine = pc.add(HOURS.cast(pa.timestamp("ns", "UTC")), pa.scalar(1, pa.duration("ns")))
    facts = {"messages": FACTS["messages"].append_column("read_at", fine)}
    source = replace(SIMPLE, filled=(("kind", "read_at"),))
    made = replay(
        lambda tables, rows: rows.append_column("x", pa.array([[float("nan")]] * rows.num_rows)), [source], facts, ROWS
    )
    assert made.leaks == ()


def test_a_leak_in_the_product_is_found_and_its_like_left_alone():
    """All of them: bench/features/leaks.py."""
    tables, asked = planted.product(rows=80)

    def replayed(text):
        return replay(planted.pipeline(text), planted.SOURCES, tables, asked, cuts=1)

    (leak,) = replayed(planted.LEAKS["warnings that were dismissed"]).leaks
    assert len(leak.facts) == 1
    assert replayed(planted.CLEAN["warnings dismissed by then"]).leaks == ()
