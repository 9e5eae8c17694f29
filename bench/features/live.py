"""How many facts does the live store take in a second with its log on disk, and how soon does it answer?

    python bench/features/live.py [--facts 1e6] [--users 2e4] [--batch 1000] [--lookups 20000] [--folder DIR]

Facts of two entities with a number and a text, known an hour late on average; twenty features over 24 hours. Taken with
and without an identity by which facts may be corrected. Facts a second are of one processor; milliseconds are of the
whole answer to `get`, in process.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from liveloop.base.seeds import stream
from liveloop.features.facts import times_of
from liveloop.features.lineage import FeatureSet
from liveloop.features.log import Log
from liveloop.features.store import Store
from liveloop.features.view import Source, View

HOUR = 3_600_000_000
START = 1_767_225_600_000_000
READS = (("count", None), ("sum", "v"), ("mean", "v"), ("last", "v"), ("since", None), ("distinct", "topic"),
         ("least", "v"), ("most", "v"), ("rate", None), ("last", "topic"))  # fmt: skip
VIEWS = tuple(
    View(f"{by} {op} {column}", "facts", by, op, column, window=timedelta(hours=24))  # type: ignore[arg-type]
    for by in ("user_id", "account_id")
    for op, column in READS
)


def main() -> None:
    """Take facts in, ask, print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--facts", type=float, default=1e6)
    reader.add_argument("--users", type=float, default=2e4)
    reader.add_argument("--batch", type=int, default=1_000)
    reader.add_argument("--lookups", type=int, default=20_000)
    reader.add_argument("--folder", type=Path)
    given = reader.parse_args()
    facts = draw(int(given.facts), int(given.users))
    for identity in (None, "fact_id"):
        source = Source("facts", ("user_id", "account_id"), ("v",), ("topic",), fact=identity)
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            taken(
                Store(FeatureSet(VIEWS, (source,)), Log(Path(folder) / "warm.db")), facts.slice(0, 100), 10
            )  # compiles
            file = Path(folder) / "facts.db"
            with Log(file) as log:
                store = Store(FeatureSet(VIEWS, (source,)), log)
                seconds = taken(store, facts, given.batch)
                answers = asked(store, facts, given.lookups)
            began = time.perf_counter()
            with Log(file) as log:
                Store(FeatureSet(VIEWS, (source,)), log)
            again = time.perf_counter() - began
            size = file.stat().st_size >> 20
        print(f"{'with' if identity else 'without'} identities: {facts.num_rows / seconds:,.0f} facts a second, "
              f"{given.batch} at a time, {size} MiB on disk; {len(VIEWS)} features in p50 {answers[0]:.3f}, p99 "
              f"{answers[1]:.3f}, at most {answers[2]:.2f} ms; opened again in {again:.1f} s", flush=True)  # fmt: skip


def draw(count: int, users: int) -> pa.Table:
    """Draw facts of three days."""
    chance = stream(1, "live")
    user = chance.integers(0, users, count)
    happened = START + np.sort(chance.integers(0, 72 * HOUR, count))
    known = happened + chance.exponential(HOUR, count).astype(np.int64)
    topic = np.array(["code", "law", "health", "travel"])[chance.integers(0, 4, count)]
    times = {"happened_at": times_of(happened), "known_at": times_of(known)}
    return pa.table({"user_id": user, "account_id": user // 4, **times, "v": chance.standard_normal(count),
                     "topic": topic, "fact_id": np.arange(count)})  # fmt: skip


def taken(store: Store, facts: pa.Table, batch: int) -> float:
    """Take all in, give the processor seconds."""
    began = time.process_time()
    for first in range(0, facts.num_rows, batch):
        store.add("facts", facts.slice(first, batch))
    return time.process_time() - began


def asked(store: Store, facts: pa.Table, lookups: int) -> tuple[float, float, float]:
    """Ask for users of facts at the end; give median, 99th percentile and the most, in milliseconds."""
    users = facts.column("user_id").to_numpy()
    end = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=START + 72 * HOUR)
    chance = stream(2, "live")
    store.get({"user_id": int(users[0]), "account_id": int(users[0]) // 4}, at=end)
    times = []
    for place in chance.integers(0, len(users), lookups).tolist():
        keys = {"user_id": int(users[place]), "account_id": int(users[place]) // 4}
        began = time.perf_counter()
        store.get(keys, at=end)
        times.append(1e3 * (time.perf_counter() - began))
    return float(np.percentile(times, 50)), float(np.percentile(times, 99)), max(times)


if __name__ == "__main__":
    main()
