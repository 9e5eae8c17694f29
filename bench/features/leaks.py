"""How many of the planted leaks does the replay find, and how many clean pipelines does it blame?

    python bench/features/leaks.py [--seed 3] [--processes 2]

The pipelines are those of `tests/features/planted.py`: SQL over the simulated product's tables, in which columns are
written later, labels are late and selective, and reviews are open for days.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "features"))
import planted

from liveloop.features.replay import Replay, replay


def main() -> int:
    """Run all, print what was found and what should not have been."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--seed", type=int, default=3)
    reader.add_argument("--processes", type=int, default=2)
    given = reader.parse_args()
    began = time.perf_counter()
    with ProcessPoolExecutor(given.processes) as pool:
        leaks = dict(zip(planted.LEAKS, pool.map(partial(run, given.seed), planted.LEAKS.values()), strict=True))
        clean = dict(zip(planted.CLEAN, pool.map(partial(run, given.seed), planted.CLEAN.values()), strict=True))
    missed = [name for name, made in leaks.items() if not made.leaks]
    blamed = [name for name, made in clean.items() if made.leaks]
    alone = sum(len(made.leaks[0].facts) == 1 for made in leaks.values() if made.leaks)
    print(f"{len(leaks) - len(missed)} of {len(leaks)} planted leaks found, {alone} of them shown by one fact; "
          f"{len(blamed)} of {len(clean)} clean pipelines blamed; {time.perf_counter() - began:.0f} s")  # fmt: skip
    for name in missed:
        print(f"  missed: {name}")
    for name in blamed:
        print(f"  blamed: {name}")
    return int(bool(missed or blamed))


def run(seed: int, text: str) -> Replay:
    """Replay one pipeline."""
    tables, asked = planted.product(seed)
    return replay(planted.pipeline(text), planted.SOURCES, tables, asked, cuts=4)


if __name__ == "__main__":
    sys.exit(main())
