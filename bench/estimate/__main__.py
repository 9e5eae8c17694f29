"""How often does each method's interval hold the truth where the method is at home?

    python bench/estimate [--draws 4000] [--family NAME] [--processes 2] [--lies]

Every world of `liveloop.estimate.regimes` is drawn so many times. A method of level 95 % must cover in 93 to 97 %
of them; where it promises at least its level (few clusters, sequential methods), the draws must not speak against 95 %.
With `--lies` the worlds are drawn in which an assumption fails: what is covered there says how badly.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import liveloop.estimate.regimes as home
from liveloop.estimate.regime import Coverage, Regime, coverage

FAMILIES = [one.name for one in pkgutil.iter_modules(home.__path__)]


def main() -> int:
    """Draw, print, and leave with 1 when a method does not cover."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--draws", type=int, default=4_000)
    reader.add_argument("--family", choices=FAMILIES)
    reader.add_argument("--processes", type=int, default=2)
    reader.add_argument("--lies", action="store_true")
    given = reader.parse_args()
    families = [given.family] if given.family else FAMILIES
    jobs = [(name, at, given.lies, given.draws) for name in families for at in range(len(worlds(name, given.lies)))]
    failed = []
    with ProcessPoolExecutor(given.processes) as pool:
        for (name, at, _, _), (done, seconds) in zip(jobs, pool.map(covered, jobs), strict=True):
            regime = worlds(name, given.lies)[at]
            holds = done.holds(at_least=regime.at_least)
            mark = "" if given.lies else "held   " if holds else "FAILED "
            print(f"{mark}{name}: {done} [{seconds:.0f} s]", flush=True)
            if not holds and not given.lies:
                failed.append(f"{name}: {regime.name}")
    if not given.lies:
        print(f"{len(jobs) - len(failed)} of {len(jobs)} methods cover where they are at home")
        print("\n".join(failed))
    return int(bool(failed))


def worlds(family: str, lies: bool) -> tuple[Regime, ...]:
    """Give the worlds of a family."""
    module = importlib.import_module(f"liveloop.estimate.regimes.{family}")
    return tuple(getattr(module, "LIES" if lies else "REGIMES", ()))


def covered(job: tuple[str, int, bool, int]) -> tuple[Coverage, float]:
    """Draw one world."""
    family, at, lies, draws = job
    began = time.perf_counter()
    return coverage(worlds(family, lies)[at], range(draws)), time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
