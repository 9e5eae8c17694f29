"""How do time and memory grow when twenty metrics of three arms are read, five of them ratios, up to 1e8 rows?

    python bench/estimate/metrics.py [--rows 1e6 1e7 1e8] [--clusters 1e5] [--memory 2GB] [--folder DIR]

For each size a Parquet file is written and estimated in a process of its own: fifteen means adjusted for a covariate
(CUPED) and five ratios, each of two arms against the control, with standard errors by cluster (CR1): forty estimates.
Seconds are from the file to the last of them; memory is the most that the process held. The exponent is the slope of
log seconds over log rows between the two largest sizes: 1 is linear. Needs some 2 GB of disk at 1e8 rows.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

MEANS, RATIOS = 15, 5
RUN = f"""
import json, resource, sys, time
from liveloop.estimate.size.compress import compress
from liveloop.estimate.size.large import large_difference, large_ratio
began = time.perf_counter()
means, below = [f"m{{at}}" for at in range({MEANS})], [f"r{{at}}" for at in range({RATIOS})]
sums = compress(sys.argv[1], outcomes=[*means, *below], treatment="arm", clusters="cluster", covariates=["x"],
                memory=sys.argv[2])
made = [large_difference(sums, outcome=name, arm=arm, adjust="cuped", correction="CR1")
        for arm in (1, 2) for name in means]
made += [large_ratio(sums, numerator=f"m{{at}}", denominator=name, arm=arm, adjust="none", correction="CR1")
         for arm in (1, 2) for at, name in enumerate(below)]
seconds = time.perf_counter() - began
held = sum(one.low <= 0 <= one.high for one in made)
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(made), held]))
"""


def main() -> None:
    """Write, estimate, print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rows", type=float, nargs="+", default=[1e6, 1e7, 1e8])
    reader.add_argument("--clusters", type=float, default=1e5)
    reader.add_argument("--memory", default="2GB", help="what DuckDB may use")
    reader.add_argument("--folder", type=Path)
    given = reader.parse_args()
    times: list[tuple[float, float]] = []
    for rows in sorted(given.rows):
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            file = Path(folder) / "rows.parquet"
            write(file, int(rows), int(given.clusters))
            size = file.stat().st_size >> 20
            done = subprocess.run(
                [sys.executable, "-c", RUN, str(file), given.memory], capture_output=True, text=True, check=True
            )
        seconds, memory, count, held = json.loads(done.stdout.splitlines()[-1])  # DuckDB shows its progress before
        times.append((rows, seconds))
        print(f"{int(rows):,} rows ({size} MiB): {count} estimates in {seconds:.2f} s, {memory:.0f} MB; "
              f"{held} of {count} intervals hold the truth, which is 0", flush=True)  # fmt: skip
    if len(times) > 1:
        (fewer, sooner), (more, later) = times[-2:]
        print(f"exponent {math.log(later / sooner) / math.log(more / fewer):.2f}")


def write(file: Path, rows: int, clusters: int) -> None:
    """Draw rows of clusters that are dealt one of three arms: counts, as metrics of a product mostly are."""
    means = ", ".join(f"((hash(i * 31 + {at}) % 16 + shared + x) % 24)::UTINYINT AS m{at}" for at in range(MEANS))
    below = ", ".join(f"(1 + hash(i * 37 + {at}) % 8)::UTINYINT AS r{at}" for at in range(RATIOS))
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (
                SELECT cluster, arm, x, {means}, {below} FROM (
                    SELECT i, cluster, (hash(cluster * 3 + 1) % 3)::UTINYINT AS arm,
                           hash(cluster * 7 + 1) % 5 AS shared, (hash(i * 41) % 6)::UTINYINT AS x
                    FROM (SELECT i, (hash(i) % {clusters})::INTEGER AS cluster FROM range({rows}) r(i))))
                TO '{file}' (FORMAT parquet)"""
        )


if __name__ == "__main__":
    main()
