"""What may a log of facts hold, drawn at random: ties, late, double, corrected and taken back?"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from liveloop.features.view import Source, View

START = datetime(2026, 1, 5, tzinfo=UTC)
SOURCE = Source("messages", ("user_id", "account_id"), ("tokens", "harm"), ("topic",), fact="fact", version="version",
                deleted="deleted", about=("message_id",))  # fmt: skip
HOUR = timedelta(hours=1)
VIEWS = [
    View("count_ever", "messages", "user_id", "count"),
    View("count_5h", "messages", "user_id", "count", window=5 * HOUR),
    View("tokens_5h", "messages", "user_id", "sum", "tokens", window=5 * HOUR),
    View("mean_ever", "messages", "user_id", "mean", "tokens"),
    View("last_tokens", "messages", "user_id", "last", "tokens"),
    View("last_topic_3h", "messages", "user_id", "last", "topic", window=3 * HOUR),
    View("since", "messages", "user_id", "since"),
    View("since_harm", "messages", "user_id", "since", "harm"),
    View("topics", "messages", "user_id", "distinct", "topic", window=9 * HOUR),
    View("share", "messages", "user_id", "share", "harm", window=9 * HOUR),
    View("rate", "messages", "user_id", "rate", window=4 * HOUR),
    View("decayed", "messages", "user_id", "decayed", half_life=2 * HOUR),
    View("least", "messages", "user_id", "least", "tokens", window=6 * HOUR),
    View("most", "messages", "user_id", "most", "tokens"),
    View("session_count", "messages", "user_id", "count", gap=HOUR),
    View("session_last", "messages", "user_id", "last", "tokens", gap=2 * HOUR),
    View("account_sum", "messages", "account_id", "sum", "tokens", window=8 * HOUR),
    View("settled", "messages", "user_id", "share", "harm", embargo=3 * HOUR),
    View("apart", "messages", "user_id", "count", window=9 * HOUR, apart_from="message_id"),
]  # fmt: skip


def draw_log(chance, size=None):
    """Draw facts, as plain dictionaries in the order of the log; times are on a grid, so that ties are many."""
    size = int(chance.integers(0, 40)) if size is None else size
    facts = []
    for place in range(size):
        happened = int(chance.integers(0, 24)) * 1_800_000_000
        known = happened + int(chance.choice([0, 0, 1, 1, 2, 9])) * 1_800_000_000
        old = facts[int(chance.integers(0, place))] if place and chance.random() < 0.35 else None
        one = {
            "fact": place, "version": 0, "user_id": int(chance.integers(0, 3)),
            "account_id": int(chance.integers(0, 2)), "happened": happened, "known": known, "deleted": False,
            "message_id": int(chance.integers(0, 5)),
            "tokens": None if chance.random() < 0.15 else float(chance.choice([0.1, 0.2, 0.3, 1e16, -1e16, 7.0])),
            "harm": None if chance.random() < 0.3 else float(chance.integers(0, 2)),
            "topic": None if chance.random() < 0.2 else str(chance.choice(["a", "b", "c"])),
        }  # fmt: skip
        if old is not None:  # a correction, a removal, or the same again
            kind = chance.random()
            one |= {"fact": old["fact"], "version": old["version"] + (kind < 0.8), "deleted": bool(kind < 0.25)}
            if kind >= 0.8:
                one = {**old, "known": max(old["happened"], known)}
            elif chance.random() < 0.7:
                one["user_id"], one["account_id"] = old["user_id"], old["account_id"]
        facts.append(one)
    return facts


def table_of(facts):
    """Lay facts out as a table."""
    names = ("fact", "version", "user_id", "account_id", "deleted", "message_id", "tokens", "harm", "topic")
    kinds = {"tokens": pa.float64(), "harm": pa.float64(), "topic": pa.string(), "deleted": pa.bool_()}
    columns = {name: pa.array([one[name] for one in facts], kinds.get(name, pa.int64())) for name in names}
    for name in ("happened", "known"):
        columns[f"{name}_at"] = pa.array([moment(one[name]) for one in facts], pa.timestamp("us", "UTC"))
    return pa.table(columns)


def moment(micros):
    return START + timedelta(microseconds=micros)


def start_micros():
    return int(START.timestamp()) * 1_000_000


def draw_asked(chance, size=12):
    """Draw who is asked about when: also entities of which nothing is known."""
    return [
        {"user_id": int(chance.integers(0, 4)), "account_id": int(chance.integers(0, 3)),
         "message_id": int(chance.integers(0, 6)), "t": int(chance.integers(0, 34)) * 1_800_000_000}
        for _ in range(size)
    ]  # fmt: skip


def asked_table(asked):
    keys = ("user_id", "account_id", "message_id")
    return pa.table({
        **{name: pa.array([one[name] for one in asked], pa.int64()) for name in keys},
        "decided_at": pa.array([moment(one["t"]) for one in asked], pa.timestamp("us", "UTC")),
    })  # fmt: skip


def chance_of(seed):
    return np.random.Generator(np.random.PCG64(seed))
