"""How soon, and in how much memory, does a large Parquet file become a CUPED estimate with clustered standard errors?

    python bench/estimate/large.py [--rows 1e7] [--clusters 1e5] [--repeat 3] [--together] [--folder DIR]

The same file, one process for each run, ours and its peers by turns: pyfixest and statsmodels, which read it with
pandas. All must give the same value and standard error (CR1). Seconds are from the file to the answer, without the
imports; memory is the most that the process held.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

OURS = """
from liveloop.estimate.size.compress import compress
from liveloop.estimate.size.large import large_difference
def run(file):
    sums = compress(file, outcomes=["y"], treatment="t", clusters="cluster", covariates=["x"])
    made = large_difference(sums, outcome="y", adjust="cuped", correction="CR1")
    return made.value, made.standard_error
"""
PYFIXEST = """
import pandas as pd, pyfixest as pf
def run(file):
    fit = pf.feols("y ~ t + x", pd.read_parquet(file), vcov={"CRV1": "cluster"})
    return float(fit.coef()["t"]), float(fit.se()["t"])
"""
STATSMODELS = """
import pandas as pd, statsmodels.formula.api as smf
def run(file):
    data = pd.read_parquet(file)
    fit = smf.ols("y ~ t + x", data).fit(cov_type="cluster", cov_kwds={"groups": data["cluster"]})
    return float(fit.params["t"]), float(fit.bse["t"])
"""
AROUND = """
import json, resource, sys, time
began = time.perf_counter()
value, error = run(sys.argv[1])
seconds = time.perf_counter() - began
print(json.dumps([value, error, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
RUNS = {"liveloop": OURS, "pyfixest": PYFIXEST, "statsmodels": STATSMODELS}


def main() -> None:
    """Write the file, run all by turns, print the ratios."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rows", type=float, default=1e7)
    reader.add_argument("--clusters", type=float, default=1e5)
    reader.add_argument("--repeat", type=int, default=3)
    reader.add_argument("--folder", type=Path)
    reader.add_argument("--together", action="store_true", help="rows of a cluster lie together in the file")
    given = reader.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        file = Path(folder) / "rows.parquet"
        write(file, int(given.rows), int(given.clusters), together=given.together)
        print(f"{int(given.rows):,} rows in {int(given.clusters):,} clusters, {file.stat().st_size >> 20} MiB")
        times: dict[str, list[list[float]]] = {name: [] for name in RUNS}
        for _ in range(given.repeat):
            for name, code in RUNS.items():
                done = subprocess.run(
                    [sys.executable, "-W", "ignore", "-c", code + AROUND, str(file)], capture_output=True, text=True
                )
                if done.returncode:
                    print(f"{name} failed: {done.stderr.strip().splitlines()[-1]}")
                    continue
                times[name].append(json.loads(done.stdout.splitlines()[-1]))
    ours = summary(times["liveloop"])
    for name, some in times.items():
        if some:
            value, error, seconds, memory = summary(some)
            ratio = (
                f", {seconds / ours[2]:.1f} times as long, {memory / ours[3]:.1f} times the memory"
                if name != "liveloop"
                else ""
            )
            print(f"{name}: {value:.8f} ({error:.8f}), {seconds:.2f} s, {memory:.0f} MB{ratio}")


def summary(runs: list[list[float]]) -> tuple[float, float, float, float]:
    """Give value and error, which are the same in all runs, the median seconds and the most memory."""
    return runs[0][0], runs[0][1], statistics.median(one[2] for one in runs), max(one[3] for one in runs)


def write(file: Path, rows: int, clusters: int, *, together: bool) -> None:
    """Draw rows of clusters that share an error and an arm, with a covariate known before.

    Rows of a cluster lie together, or as they arrive: each row is of any cluster.
    """
    order = f"i * {clusters} // {rows}" if together else f"hash(i) % {clusters}"
    normal = "sqrt(-2 * ln(1 - random())) * cos(6.283185307179586 * random())"
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(
            f"""COPY (
                SELECT cluster, t, x, 5 + 0.1 * t + 0.5 * x + shared + 0.5 * {normal} AS y FROM (
                    SELECT cluster, (hash(cluster) % 2)::TINYINT AS t,
                           (hash(cluster * 7 + 1) % 1000) / 500.0 - 1 AS shared,
                           100 + {normal} AS x
                    FROM (SELECT ({order})::INTEGER AS cluster FROM range({rows}) r(i))))
                TO '{file}' (FORMAT parquet)"""
        )


if __name__ == "__main__":
    main()
