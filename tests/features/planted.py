"""Which pipelines over the simulated product know the future, and which look alike and do not?

Each is SQL over the product's tables and `a`, the decisions asked about; it gives `n` and `x`.
"""

import duckdb
import numpy as np
import pyarrow as pa

from liveloop.features.view import Source
from liveloop.worlds.world import World

SOURCES = [
    Source("messages", ("user_id",), about=("message_id",)),
    Source("labels", ("message_id",), sort="label", about=("message_id",)),
    Source("decisions", ("message_id",), sort="decision", about=("message_id",)),
    Source("warnings", ("user_id",), filled=(("dismissed_at", "dismissed_at"),)),
    Source("escalations", ("message_id",), filled=(("severity", "resolved_at"), ("resolved_at", "resolved_at"))),
    Source("sessions", ("user_id",), filled=(("ended_at", "ended_at"),)),
    Source("support_messages", ("user_id",)),
]
MINE = "SELECT a.n, {x} AS x FROM a LEFT JOIN {table} f ON f.user_id = a.user_id AND {when} GROUP BY a.n"
LABELLED = (
    "SELECT a.n, {x} AS x FROM a LEFT JOIN (SELECT l.*, m.user_id, m.topic, m.session_id AS sitting FROM labels l "
    "JOIN messages m USING (message_id)) f ON f.user_id = a.user_id AND {when} GROUP BY a.n"
)
EVER, HAPPENED, KNOWN = "true", "f.happened_at <= a.decided_at", "f.known_at <= a.decided_at"
DAY = "f.known_at <= a.decided_at AND f.happened_at > a.decided_at - INTERVAL 24 HOUR"
HARM = "avg(f.harmful::INT)"


def mine(table, x, when):
    return MINE.format(table=table, x=x, when=when)


def labelled(x, when):
    return LABELLED.format(x=x, when=when)


def one(text):
    return f"SELECT n, ({text}) AS x FROM a"


LEAKS = {
    "label of the message itself": one("SELECT max(harmful::INT) FROM labels l WHERE l.message_id = a.message_id"),
    "how often the message was judged": one("SELECT count(*) FROM labels l WHERE l.message_id = a.message_id"),
    "harm of the user, ever": labelled(HARM, EVER),
    "harm of the user, by when it was judged": labelled(
        HARM, "f.happened_at <= a.decided_at + INTERVAL 1 DAY AND f.message_id <> a.message_id"),
    "last verdict on the user": labelled("arg_max(f.harmful::INT, f.known_at)", EVER),
    "revisions of the user's labels": labelled("sum(f.revision)", EVER),
    "reviewers that will see the user": labelled("count(DISTINCT f.reviewer_id)", EVER),
    "harm of the topic, over all": one(
        "SELECT avg(l.harmful::INT) FROM labels l JOIN messages m USING (message_id) WHERE m.topic = a.topic"),
    "harm of the account, over all": one(
        "SELECT avg(l.harmful::INT) FROM labels l JOIN messages m USING (message_id) JOIN users u USING (user_id) "
        "WHERE u.account_id = a.account_id"),
    "messages of the user, ever": mine("messages", "count(f.message_id)", EVER),
    "messages of today, to its end": mine(
        "messages", "count(f.message_id)", "date_trunc('day', f.happened_at) = date_trunc('day', a.decided_at)"),
    "messages of the week, to its end": mine(
        "messages", "count(f.message_id)", "date_trunc('week', f.happened_at) = date_trunc('week', a.decided_at)"),
    "twelve hours on both sides": mine(
        "messages", "count(f.message_id)",
        "f.happened_at BETWEEN a.decided_at - INTERVAL 12 HOUR AND a.decided_at + INTERVAL 12 HOUR"),
    "messages of the session": one("SELECT count(*) FROM messages m WHERE m.session_id = a.session_id"),
    "the last of the session": one(
        "SELECT max(m.message_id) = a.message_id FROM messages m WHERE m.session_id = a.session_id"),
    "topic of the next message": mine("messages", "arg_min(f.topic, f.happened_at)", "f.happened_at > a.decided_at"),
    "time to the next message": mine("messages", "epoch(min(f.happened_at) - any_value(a.decided_at))",
                                     "f.happened_at > a.decided_at"),
    "topics of the user, ever": mine("messages", "count(DISTINCT f.topic)", EVER),
    "tokens beside the mean of all": one("SELECT a.tokens - avg(tokens) FROM messages"),
    "rank of tokens among all": one("SELECT count(*) FROM messages m WHERE m.tokens < a.tokens"),
    "the longest that was ever": one("SELECT max(tokens) FROM messages m WHERE m.user_id = a.user_id"),
    "how often the like was written, ever": one(
        "SELECT count(*) FROM messages m WHERE m.topic = a.topic AND m.tokens = a.tokens"),
    "an hour too much": mine("messages", "count(f.message_id)", "f.known_at <= a.decided_at + INTERVAL 1 HOUR"),
    "blocks of the user, ever": one(
        "SELECT count(*) FROM decisions d JOIN messages m USING (message_id) "
        "WHERE m.user_id = a.user_id AND d.action <> 'allow'"),
    "the mean score of all": one("SELECT a.score - avg(score) FROM decisions"),
    "higher scores that come": one(
        "SELECT count(*) FROM decisions d WHERE d.happened_at > a.decided_at AND d.score > a.score"),
    "warnings, ever": mine("warnings", "count(f.warning_id)", EVER),
    "warned within a day after": mine(
        "warnings", "count(f.warning_id)",
        "f.happened_at BETWEEN a.decided_at AND a.decided_at + INTERVAL 24 HOUR"),
    "warnings that were dismissed": mine("warnings", "count(f.dismissed_at)", KNOWN),
    "escalated": one("SELECT count(*) FROM escalations e WHERE e.message_id = a.message_id"),
    "severity of the user's reviews": one(
        "SELECT sum(e.severity) FROM escalations e JOIN messages m USING (message_id) "
        "WHERE m.user_id = a.user_id AND e.known_at <= a.decided_at"),
    "reviews that were closed": one(
        "SELECT count(e.resolved_at) FROM escalations e JOIN messages m USING (message_id) "
        "WHERE m.user_id = a.user_id AND e.known_at <= a.decided_at"),
    "length of the session": one(
        "SELECT max(epoch(s.ended_at - s.happened_at)) FROM sessions s WHERE s.session_id = a.session_id"),
    "sessions that have an end": mine("sessions", "count(f.ended_at)", KNOWN),
    "support within a day after": mine(
        "support_messages", "count(f.support_message_id)",
        "f.happened_at BETWEEN a.decided_at AND a.decided_at + INTERVAL 5 DAY"),
}  # fmt: skip
CLEAN = {
    "messages as known": mine("messages", "count(f.message_id)", KNOWN),
    "messages of 24 hours": mine("messages", "count(f.message_id)", DAY),
    "tokens of 24 hours": mine("messages", "sum(f.tokens)", DAY),
    "mean of tokens": mine("messages", "avg(f.tokens)", KNOWN),
    "longest": mine("messages", "max(f.tokens)", KNOWN),
    "shortest": mine("messages", "min(f.tokens)", KNOWN),
    "median of tokens": mine("messages", "median(f.tokens)", KNOWN),
    "topics": mine("messages", "count(DISTINCT f.topic)", KNOWN),
    "last topic": mine("messages", "arg_max(f.topic, (f.happened_at, f.message_id))", KNOWN),
    "time since the last": mine("messages", "epoch(any_value(a.decided_at) - max(f.happened_at))",
                                "f.known_at < a.decided_at AND f.message_id <> a.message_id"),
    "place in the session": one(
        "SELECT count(*) FROM messages m WHERE m.session_id = a.session_id AND m.known_at <= a.decided_at"),
    "length of the session so far": one("SELECT max(epoch(a.decided_at - s.happened_at)) FROM sessions s "
                                        "WHERE s.session_id = a.session_id AND s.known_at <= a.decided_at"),
    "tokens beside the mean so far": one(
        "SELECT a.tokens - avg(tokens) FROM messages m WHERE m.known_at <= a.decided_at"),
    "rank so far": one("SELECT count(*) FROM messages m WHERE m.tokens < a.tokens AND m.known_at <= a.decided_at"),
    "harm as known": labelled(HARM, f"{KNOWN} AND f.message_id <> a.message_id"),
    "harm of 24 hours as known": labelled(HARM, DAY),
    "verdicts as known": labelled("count(f.label_id)", KNOWN),
    "last verdict as known": labelled("arg_max(f.harmful::INT, (f.known_at, f.label_id))", KNOWN),
    "newest revision as known": labelled("max(f.revision)", KNOWN),
    "harm of the topic as known": one(
        "SELECT avg(l.harmful::INT) FROM labels l JOIN messages m USING (message_id) "
        "WHERE m.topic = a.topic AND l.known_at <= a.decided_at"),
    "harm of the account as known": one(
        "SELECT avg(l.harmful::INT) FROM labels l JOIN messages m USING (message_id) JOIN users u USING (user_id) "
        "WHERE u.account_id = a.account_id AND l.known_at <= a.decided_at"),
    "harm that had settled": labelled(HARM, "f.known_at <= a.decided_at - INTERVAL 7 DAY"),
    "blocks as known": one(
        "SELECT count(*) FROM decisions d JOIN messages m USING (message_id) WHERE m.user_id = a.user_id "
        "AND d.action <> 'allow' AND d.known_at <= a.decided_at"),
    "warnings as known": mine("warnings", "count(f.warning_id)", KNOWN),
    "warnings dismissed by then": mine(
        "warnings", "count(f.dismissed_at) FILTER (f.dismissed_at <= a.decided_at)", KNOWN),
    "reviews open by then": one(
        "SELECT count(*) FROM escalations e JOIN messages m USING (message_id) WHERE m.user_id = a.user_id "
        "AND e.known_at <= a.decided_at AND NOT coalesce(e.resolved_at <= a.decided_at, false)"),
    "severity of what was closed by then": one(
        "SELECT max(e.severity) FROM escalations e JOIN messages m USING (message_id) "
        "WHERE m.user_id = a.user_id AND e.resolved_at <= a.decided_at"),
    "sessions as known": mine("sessions", "count(f.session_id)", KNOWN),
    "sessions ended by then": mine("sessions", "count(*) FILTER (f.ended_at <= a.decided_at)", KNOWN),
    "support as known": mine("support_messages", "count(f.support_message_id)", KNOWN),
    "the hour": one("SELECT hour(a.decided_at)"),
    "the day of the week": one("SELECT dayofweek(a.decided_at)"),
    "tokens of the message": one("SELECT a.tokens"),
}  # fmt: skip


ASKED = """
WITH decided AS (
    SELECT d.message_id, m.user_id, u.account_id, m.session_id, m.topic, m.tokens, d.score,
           greatest(d.known_at, m.known_at) AS decided_at
    FROM decisions d JOIN messages m USING (message_id) JOIN users u USING (user_id)
), kinds AS (
    SELECT d.*, CASE
        WHEN EXISTS (FROM warnings w WHERE w.user_id = d.user_id AND w.known_at <= d.decided_at
                     AND w.dismissed_at > d.decided_at) THEN 'a warning stands'
        WHEN EXISTS (FROM escalations e JOIN messages m USING (message_id) WHERE m.user_id = d.user_id
                     AND e.known_at <= d.decided_at AND e.resolved_at > d.decided_at) THEN 'a review is open'
        WHEN d.message_id IN (SELECT message_id FROM labels) THEN 'it will be judged'
        ELSE 'nothing of these' END AS kind
    FROM decided d
)
SELECT * EXCLUDE (kind) FROM kinds
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY hash(message_id)) <= {each} ORDER BY hash(message_id)
"""


def product(seed=3, accounts=40, days=28, rows=240):
    """Draw the product's tables, and the decisions that are asked about."""
    settings = {"accounts": accounts, "days": days, "audit_share": 0.05, "capacity_per_1000_messages": 80}
    draw = World.from_settings(settings).draw(seed)
    tables = {source.name: draw.tables[source.name] for source in SOURCES}
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        for name, table in draw.tables.items():
            database.register(name, table)
        asked = database.sql(ASKED.format(each=rows // 4)).to_arrow_table()
    return tables | {"users": draw.tables["users"]}, asked


def pipeline(text):
    """Make a pipeline of a query."""

    def run(tables, asked):
        with duckdb.connect(config={"threads": 1}) as database:
            database.execute("SET TimeZone = 'UTC'")
            for name, table in tables.items():
                database.register(name, table)
            database.register("a", asked.append_column("n", pa.array(np.arange(asked.num_rows))))
            answers = database.sql(f"SELECT x FROM ({text}) ORDER BY n").to_arrow_table()
        return asked.append_column("x", answers.column("x"))

    return run
