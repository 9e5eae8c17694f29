"""How much processor time do a million decisions take on ten million facts, under both clocks, beside DuckDB's SQL?

    python bench/features/asof.py [--rows 1e6] [--facts 1e7] [--users 1e5] [--repeat 3] [--folder DIR]

The last value, and the count and sum of 24 hours, of each user, as known at the decision: what had happened and was
known. Facts become known an hour late on average, each by its own chance; some users have very many. Each run is a
process of its own that loads the same Parquet files and is then timed: processor seconds of all its threads, and the
most memory that it held. For DuckDB each part is taken from the quickest of the queries below; all answers must agree.
"""

from __future__ import annotations

import argparse
import json
import statistics
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

LOADED = """
import json, resource, sys, time
import pyarrow.parquet as parquet
loaded = [parquet.read_table(file) for file in sys.argv[1:3]]
def told(answers, seconds):
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory": memory, **answers}))
"""
OURS = (
    LOADED
    + """
from datetime import timedelta
from liveloop.features.facts import read_facts
from liveloop.features.training import training_set
from liveloop.features.view import Source, View
source, day = Source("f", ("user_id",), ("value",)), timedelta(hours=24)
views = [View("last", "f", "user_id", "last", "value"), View("count", "f", "user_id", "count", window=day),
         View("sum", "f", "user_id", "sum", "value", window=day)]
def run(facts, asked):
    return training_set(views, {"f": read_facts(source, facts)}, asked)
run(*(table.slice(0, 100) for table in loaded))  # compiles, or reads what was compiled
began = time.process_time()
made = run(*loaded)
seconds = time.process_time() - began
last = made.column("last").to_numpy()
told({"count": int(made.column("count").to_numpy().sum()), "sum": float(made.column("sum").to_numpy().sum()),
      "last": float(last[last == last].sum())}, seconds)
"""
)
KNOWN = "f.user_id = a.user_id AND f.happened_at <= a.decided_at AND f.known_at <= a.decided_at"
LASTS = {
    "arg_max": f"""SELECT a.n, arg_max(f.value, f.happened_at) AS last FROM asked a LEFT JOIN facts f
        ON {KNOWN} GROUP BY a.n""",
    "pruned, as of": """
        SELECT a.n, f.value AS last FROM asked a ASOF LEFT JOIN (
            SELECT * FROM (SELECT *, max(happened_at) OVER (PARTITION BY user_id ORDER BY known_at, happened_at
                                                            ROWS UNBOUNDED PRECEDING) AS newest FROM facts)
            WHERE happened_at = newest) f
        ON f.user_id = a.user_id AND f.known_at <= a.decided_at""",
}
WINDOWS = {
    "join": f"""SELECT a.n, count(f.user_id) AS count, sum(f.value) AS sum FROM asked a LEFT JOIN facts f
        ON {KNOWN} AND f.happened_at > a.decided_at - INTERVAL 24 HOUR GROUP BY a.n""",
}
SQL = (
    LOADED
    + """
import duckdb
database = duckdb.connect()
database.execute("SET TimeZone = 'UTC'")
for name, table in zip(("facts", "asked"), loaded):
    database.register("arrow", table)
    database.execute(f"CREATE TABLE {name} AS SELECT *, row_number() OVER () AS n FROM arrow")
began = time.process_time()
database.execute("CREATE TABLE made AS " + sys.argv[3])
seconds = time.process_time() - began
names = database.sql("FROM made LIMIT 0").columns[1:]
told({name: database.sql(f"SELECT sum({name})::DOUBLE FROM made").fetchall()[0][0] for name in names}, seconds)
"""
)


def main() -> None:
    """Draw, time by turns, compare, print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rows", type=float, default=1e6)
    reader.add_argument("--facts", type=float, default=1e7)
    reader.add_argument("--users", type=float, default=1e5)
    reader.add_argument("--repeat", type=int, default=3)
    reader.add_argument("--folder", type=Path)
    given = reader.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        files = draw(Path(folder), int(given.rows), int(given.facts), int(given.users))
        ours = [run(OURS, *files) for _ in range(given.repeat)]
        lasts = {name: run(SQL, *files, text) for name, text in LASTS.items()}
        windows = {name: run(SQL, *files, text) for name, text in WINDOWS.items()}
    mine = statistics.median(one["seconds"] for one in ours)
    print(f"{int(given.rows):,} decisions, {int(given.facts):,} facts; processor seconds after loading")
    print(f"liveloop: {mine:.2f} s for all three, {max(one['memory'] for one in ours):.0f} MB")
    for name, one in {**lasts, **windows}.items():
        print(f"DuckDB, {name}: {one['seconds']:.2f} s, {one['memory']:.0f} MB")
    least = sum(min(one["seconds"] for one in some.values()) for some in (lasts, windows))
    print(f"DuckDB's quickest for all three: {least:.2f} s, {least / mine:.1f} times as much")
    for some in (*lasts.values(), *windows.values()):
        for name in {"last", "count", "sum"} & set(some):
            away = abs(some[name] - ours[0][name]) / max(1.0, abs(some[name]))
            if away > 1e-6:
                raise SystemExit(f"{name} differs: {ours[0][name]} here, {some[name]} there")


def draw(folder: Path, rows: int, facts: int, users: int) -> tuple[str, str]:
    """Write facts and decisions."""
    chance = stream(1, "asof")
    weight = chance.lognormal(0, 1.2, users)
    weight /= weight.sum()

    def times(count: int) -> np.ndarray:
        return START + np.sort(chance.integers(0, 30 * 24 * HOUR, count))

    happened = times(facts)
    known = happened + chance.exponential(HOUR, facts).astype(np.int64)
    write(folder / "facts.parquet", {"user_id": chance.choice(users, facts, p=weight), "happened_at": happened,
                                     "known_at": known, "value": chance.standard_normal(facts)})  # fmt: skip
    order = chance.permutation(rows)
    write(folder / "asked.parquet", {"user_id": chance.choice(users, rows, p=weight), "decided_at": times(rows)[order]})
    return str(folder / "facts.parquet"), str(folder / "asked.parquet")


def write(file: Path, columns: dict[str, np.ndarray]) -> None:
    """Write columns; those of times have a zone."""
    laid = {name: times_of(column) if name.endswith("_at") else pa.array(column) for name, column in columns.items()}
    parquet.write_table(pa.table(laid), file)


def run(script: str, *arguments: str) -> dict[str, float]:
    """Run a script in a process of its own."""
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    made: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return made


if __name__ == "__main__":
    main()
