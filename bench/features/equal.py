"""On how many generated logs do the training set, the live store and thirty plain lines of Python say the same?

    python bench/features/equal.py [--logs 10000] [--processes 2]

Logs of up to forty facts with ties, late, double, corrected and taken-back ones; twelve moments each; nineteen views.
Each log is answered at once, by a store to which it arrives in batches and which is opened again on the way, and by the
plain definition in `tests/features/oracle.py`. Compared is to the last bit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "features"))
import logs
import oracle

from liveloop.features.facts import read_facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.log import Log
from liveloop.features.store import Store
from liveloop.features.training import training_set


def main() -> int:
    """Draw, answer three times, compare, print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--logs", type=int, default=10_000)
    reader.add_argument("--processes", type=int, default=2)
    given = reader.parse_args()
    parts = [range(at, given.logs, given.processes) for at in range(given.processes)]
    with ProcessPoolExecutor(given.processes) as pool:
        done = list(pool.map(compared, parts))
    answers, differ = sum(one for one, _ in done), sorted(place for _, some in done for place in some)
    print(f"{given.logs:,} logs, {answers:,} answers, each three times: {len(differ)} differ")
    for place in differ[:5]:
        print(f"  log {place[0]}: {place[1]}")
    return int(bool(differ))


def compared(seeds: range) -> tuple[int, list[tuple[int, str]]]:
    """Compare some logs: how many answers, and where they differ."""
    answers, differ = 0, []
    features = FeatureSet(tuple(logs.VIEWS), (logs.SOURCE,))
    for seed in seeds:
        chance = logs.chance_of(seed)
        log, asked = logs.draw_log(chance), logs.draw_asked(chance)
        ties = ("until", "before")[seed % 2]
        table = logs.table_of(log)
        offline = training_set(
            logs.VIEWS, {"messages": read_facts(logs.SOURCE, table)}, logs.asked_table(asked), ties=ties
        )
        with tempfile.TemporaryDirectory() as folder:
            store = arrived(features, Path(folder) / "facts.db", table, chance, ties)
        for row, one in enumerate(asked):
            live = store.get(one, at=logs.moment(one["t"]))
            for view in logs.VIEWS:
                plain = oracle.feature(log, one[view.by], one["t"], view, ties=ties, own=one["message_id"])
                answers += 1
                if not all(
                    oracle.same(plain, other) for other in (offline.column(view.name)[row].as_py(), live[view.name])
                ):
                    differ.append((seed, view.name))
    return answers, differ


def arrived(features: FeatureSet, file: Path, table, chance, ties) -> Store:  # noqa: ANN001
    """Let a log arrive in batches at a store that is closed and opened again somewhere."""
    at, again = 0, int(chance.integers(0, max(1, table.num_rows)))
    with Log(file) as log:
        store = Store(features, log, ties=ties)
        while at < again:
            size = min(int(chance.integers(1, 9)), again - at)
            store.add("messages", table.slice(at, size))
            at += size
    with Log(file) as log:
        store = Store(features, log, ties=ties)
        store.add("messages", table.slice(at))
    return store


if __name__ == "__main__":
    sys.exit(main())
