"""How much processor time does the last value before each decision take, beside Feast's DuckDB store?

    python bench/features/feast.py [--rows 3e5] [--facts 3e6] [--users 3e4] [--peer PYTHON] [--folder DIR]

By the time of the event alone, for Feast's join knows no other clock; PYTHON is an interpreter that has
`feast[duckdb]`, else an environment of its own is made. Both are given the same files, in processes of their own, and
give a table with a row for each decision; ours loads the files within the time that is taken. The answers must agree.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from asof import draw

from peer import interpreter

PACKAGE = "feast[duckdb]==0.67.0"
TOLD = """
import json, resource, sys, time
def told(last, began):
    seconds = time.process_time() - began
    known = last[last == last]
    print(json.dumps({"seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                      "rows": len(last), "known": len(known), "sum": float(known.sum())}))
"""
OURS = (
    TOLD
    + """
import pyarrow.parquet as parquet
from liveloop.features.facts import read_facts
from liveloop.features.training import training_set
from liveloop.features.view import Source, View
source = Source("f", ("user_id",), ("value",), known="happened_at")  # one clock: known when it happened
views = [View("last", "f", "user_id", "last", "value")]
def run(facts, asked):
    return training_set(views, {"f": read_facts(source, facts)}, asked)
run(*(parquet.read_table(file).slice(0, 100) for file in sys.argv[1:3]))  # compiles, or reads what was compiled
began = time.process_time()
made = run(*(parquet.read_table(file) for file in sys.argv[1:3]))
told(made.column("last").to_numpy(), began)
"""
)
FEAST = (
    TOLD
    + """
import pathlib, warnings
warnings.simplefilter("ignore")
import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64
from datetime import timedelta
folder = pathlib.Path(sys.argv[3])
store = FeatureStore(config=RepoConfig(
    project="bench", provider="local", registry=str(folder / "registry.db"), entity_key_serialization_version=3,
    offline_store={"type": "duckdb"}, online_store={"type": "sqlite", "path": str(folder / "online.db")}))
user = Entity(name="user", join_keys=["user_id"], value_type=ValueType.INT64)
source = FileSource(path=sys.argv[1], timestamp_field="happened_at")
view = FeatureView(name="f", entities=[user], ttl=timedelta(days=3650), schema=[Field(name="value", dtype=Float64)],
                   source=source)
store.apply([user, view])
asked = pd.read_parquet(sys.argv[2]).rename(columns={"decided_at": "event_timestamp"})
began = time.process_time()
made = store.get_historical_features(entity_df=asked, features=["f:value"]).to_df()
told(made["value"].to_numpy(), began)
"""
)


def main() -> int:
    """Draw, run both, compare, print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rows", type=float, default=3e5)
    reader.add_argument("--facts", type=float, default=3e6)
    reader.add_argument("--users", type=float, default=3e4)
    reader.add_argument("--peer")
    reader.add_argument("--folder", type=Path)
    given = reader.parse_args()
    peer = given.peer or interpreter("feast", PACKAGE)
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        files = draw(Path(folder), int(given.rows), int(given.facts), int(given.users))
        ours = min((run(sys.executable, OURS, *files) for _ in range(3)), key=lambda one: one["seconds"])
        theirs = run(peer, FEAST, *files, folder)
    print(f"{int(given.rows):,} decisions, {int(given.facts):,} facts; the last value by the time of the event alone")
    for name, one in (("liveloop", ours), (PACKAGE, theirs)):
        print(f"{name}: {one['seconds']:.2f} processor seconds, {one['memory']:.0f} MB, {one['rows']:.0f} rows, "
              f"{one['known']:.0f} with a value")  # fmt: skip
    print(f"Feast takes {theirs['seconds'] / ours['seconds']:.1f} times as much")
    same = ours["rows"] == theirs["rows"] and ours["known"] == theirs["known"]
    if not same or abs(ours["sum"] - theirs["sum"]) > 1e-6 * max(1.0, abs(ours["sum"])):
        print(f"the answers differ: {ours}, {theirs}")
        return 1
    return 0


def run(python: str, script: str, *arguments: str) -> dict[str, float]:
    """Run a script in a process of its own."""
    done = subprocess.run([python, "-c", script, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    made: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return made


if __name__ == "__main__":
    sys.exit(main())
