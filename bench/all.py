"""Which figures does the README quote? This measures all of them, one bench after the other.

python bench/all.py [--quick]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

OWN = str(Path(__file__).parent / "sqldiff" / "own")
HELD = ["sqldiff", OWN, "--files", "held-*"]
BENCHES = (
    ("hand-in, pages, start, JavaScript", ["handin.py"], ["handin.py", "--samples", "2"]),
    ("sandbox", ["sandbox.py"], ["sandbox.py", "--runs", "40"]),
    ("hostile attempts and /health", ["hostile.py"], ["hostile.py", "--seconds", "10"]),
    ("world", ["world.py"], ["world.py"]),
    ("crash, stand-in examiner", ["crash.py", "--kills", "200"], ["crash.py", "--kills", "10"]),
    ("crash, real examiner", ["crash.py", "--kills", "20", "--engine", "real"], ["crash.py", "--kills", "2"]),
    ("plans", ["plan.py", "--people", "2000"], ["plan.py", "--people", "20"]),
    ("what a text uses or rejects", ["prose.py"], ["prose.py"]),
    ("wrong queries of our own, told apart", [*HELD, "--seconds", "2"], [*HELD, "--sample", "20"]),
    ("wrong queries that the probes miss", ["searched.py"], ["searched.py", "--each", "1", "--seconds", "1"]),
    ("the one change that mends a wrong query", ["placed.py"], ["placed.py", "--samples", "1"]),
    (
        "a large file to an adjusted effect, beside pyfixest and statsmodels",
        ["estimate/large.py"],
        ["estimate/large.py", "--rows", "1e5", "--clusters", "1e3", "--repeat", "1"],
    ),
    (
        "twenty metrics of three arms, up to 1e8 rows",
        ["estimate/metrics.py"],
        ["estimate/metrics.py", "--rows", "1e5", "1e6", "--clusters", "1e3"],
    ),
    (
        "thousands of replicates, beside pyfixest and arrays",
        ["estimate/many.py"],
        ["estimate/many.py", "--replicates", "250", "--loops", "5"],
    ),
    ("wild cluster bootstrap, beside pyfixest's", ["estimate/wild.py"], ["estimate/wild.py", "--repeats", "3"]),
    (
        "a staggered roll-out, beside diff-diff",
        ["estimate/staggered.py"],
        ["estimate/staggered.py", "--replicates", "200", "--loops", "5"],
    ),
    ("what intervals cover", ["estimate"], ["estimate", "--family", "randomised", "--draws", "400"]),
    (
        "the examiner of estimators: its two errors, and its time",
        ["estimate/examiner.py", "--here"],
        ["estimate/examiner.py", "--here", "--right", "15", "--wrong", "1"],
    ),
    (
        "as known under both clocks, beside DuckDB",
        ["features/asof.py"],
        ["features/asof.py", "--rows", "1e4", "--facts", "1e5", "--users", "1e3", "--repeat", "1"],
    ),
    (
        "the last value, beside Feast",
        ["features/feast.py"],
        ["features/feast.py", "--rows", "1e4", "--facts", "1e5", "--users", "1e3"],
    ),
    ("the live store", ["features/live.py"], ["features/live.py", "--facts", "2e4", "--lookups", "500"]),
    ("offline, live and by definition the same", ["features/equal.py"], ["features/equal.py", "--logs", "100"]),
    (
        "planted leaks, and clean pipelines",
        ["features/leaks.py"],
        ["features/leaks.py", "--seeds", "1", "--pairs", "400"],
    ),
    (
        "a training set of up to 1e8 facts",
        ["features/stream.py"],
        ["features/stream.py", "--facts", "1e5", "1e6", "--rows", "1e5"],
    ),
    ("mutants of the probes", ["mutants.py"], ["mutants.py", "--most", "2"]),
)


def main() -> int:
    """Run every bench; a bench that fails is named at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fraction of the runs: does every bench still work?")
    quick = parser.parse_args().quick
    failed = []
    for name, full, short in BENCHES:
        print(f"\n== {name}", flush=True)
        script, *arguments = short if quick else full
        done = subprocess.run([sys.executable, Path(__file__).parent / script, *arguments], check=False)
        if done.returncode:
            failed.append(script)
    print(f"\nfailed: {', '.join(failed) or 'none'}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
