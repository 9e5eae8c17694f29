"""How long, and in how much memory, is a training set made of up to a hundred million facts that lie in a file?

    python bench/features/stream.py [--facts 1e6 1e7 1e8] [--rows 1e6] [--memory 4e9] [--identities] [--folder DIR]

Facts of users and accounts, some of which have very many, with a number and a text, known an hour late on average; with
`--identities` one in twenty corrects another. Nine views, one of them through another. Files are drawn a piece at a
time; each size is built in a process of its own, whose most memory is given. The exponent is the slope of log time on
log facts; starting the process and the rows that are asked about cost the same for each, so it is also given for what
each size takes beyond the smallest.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from liveloop.base.seeds import stream
from liveloop.features.facts import times_of

HOUR = 3_600_000_000
START = 1_767_225_600_000_000
PIECE = 1_000_000
BUILT = """
import json, resource, sys, time
from datetime import timedelta
from pathlib import Path
from liveloop.features.lineage import FeatureSet
from liveloop.features.stream import Room, Wanted, stream_training_set
from liveloop.features.view import Source, View
facts, rows, out, memory, identities = sys.argv[1:6]
more = {"fact": "fact_id", "version": "version"} if identities == "True" else {}
source = Source("facts", ("user_id", "account_id"), ("value", "account_id"), ("topic",), **more)
day, week = timedelta(days=1), timedelta(days=7)
account = View("account", "facts", "user_id", "last", "account_id")
views = (
    View("last", "facts", "user_id", "last", "value"), View("since", "facts", "user_id", "since"),
    View("count", "facts", "user_id", "count", window=day), View("sum", "facts", "user_id", "sum", "value", window=day),
    View("topics", "facts", "user_id", "distinct", "topic", window=week),
    View("topic", "facts", "user_id", "last", "topic"), account,
    View("of account", "facts", "account_id", "sum", "value", window=day),
    View("through", "facts", "account_id", "count", window=day, through=account),
)
began, used = time.perf_counter(), time.process_time()
wanted = Wanted(FeatureSet(views, (source,)), {"facts": Path(facts)}, Path(rows))
with open(out, "wb") as file:
    made = stream_training_set(wanted, file, Room(int(float(memory)), folder=Path(out).parent))
print(json.dumps({"seconds": time.perf_counter() - began, "processor": time.process_time() - used,
                  "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9, "parts": made.parts}))
"""


def main() -> None:
    """Draw, build, print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--facts", type=float, nargs="+", default=[1e6, 1e7, 1e8])
    reader.add_argument("--rows", type=float, default=1e6)
    reader.add_argument("--memory", type=float, default=4e9)
    reader.add_argument("--identities", action="store_true")
    reader.add_argument("--folder", type=Path, default=Path("build"))
    given = reader.parse_args()
    given.folder.mkdir(exist_ok=True)
    runs = []
    for facts in map(int, given.facts):
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            files = draw(Path(folder), facts, int(given.rows), given.identities)
            size = Path(files[0]).stat().st_size / 1e9
            call = [sys.executable, "-c", BUILT, *files, f"{folder}/out.parquet", str(given.memory),
                    str(given.identities)]  # fmt: skip
            run = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
        runs.append((facts, run))
        print(f"{facts:,} facts ({size:.2f} GB of Parquet), {int(given.rows):,} rows: {run['seconds']:.1f} s, "
              f"processor {run['processor']:.1f} s, at most {run['memory']:.2f} GB, {run['parts']} parts",
              flush=True)  # fmt: skip
    for what in ("seconds", "processor"):
        if len(runs) > 1:
            first = runs[0]
            beyond = [(facts - first[0], run[what] - first[1][what]) for facts, run in runs[1:]]
            print(f"exponent of {what}: {slope([(facts, run[what]) for facts, run in runs]):.2f}"
                  + (f", beyond the smallest {slope(beyond):.2f}" if len(beyond) > 1 else ""))  # fmt: skip


def slope(points: list[tuple[float, float]]) -> float:
    """Fit an exponent by least squares on logarithms."""
    x, y = (np.log([one[at] for one in points]) for at in (0, 1))
    return float(np.polyfit(x, y, 1)[0])


def draw(folder: Path, facts: int, rows: int, identities: bool) -> tuple[str, str]:
    """Write facts and rows, a piece at a time."""
    users = max(1_000, facts // 100)
    month = 30 * 24 * HOUR
    pieces = math.ceil(facts / PIECE)
    writer: parquet.ParquetWriter | None = None
    for piece in range(pieces):
        chance, count = stream(piece, "facts"), min(PIECE, facts - piece * PIECE)
        happened = START + month * piece // pieces + np.sort(chance.integers(0, month // pieces, count))
        known = happened + chance.exponential(HOUR, count).astype(np.int64)
        user = someone(chance, users, count)
        place = np.arange(count) + piece * PIECE
        columns = {
            "user_id": user, "account_id": user // 4, "happened_at": times_of(happened), "known_at": times_of(known),
            "value": chance.standard_normal(count),
            "topic": np.array(["code", "law", "health", "travel"])[chance.integers(0, 4, count)],
        }  # fmt: skip
        if identities:
            corrects = chance.random(count) < 0.05
            columns["fact_id"] = np.where(corrects, chance.integers(0, place + 1), place)
            columns["version"] = corrects.astype(np.int64)
        table = pa.table(columns)
        writer = writer or parquet.ParquetWriter(folder / "facts.parquet", table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()
    chance = stream(1, "rows")
    asked = {"user_id": someone(chance, users, rows)}
    asked["account_id"] = asked["user_id"] // 4
    moments = {"decided_at": times_of(START + chance.integers(0, month, rows))}
    parquet.write_table(pa.table({**asked, **moments}), folder / "rows.parquet")
    return str(folder / "facts.parquet"), str(folder / "rows.parquet")


def someone(chance: np.random.Generator, users: int, count: int) -> np.ndarray:
    """Draw users, some of whom come very often: the chance falls with the root of the number."""
    return (users * chance.random(count) ** 2).astype(np.int64)


if __name__ == "__main__":
    main()
