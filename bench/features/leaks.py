"""How many planted leaks are found, and how many clean pipelines and tables are blamed?

    python bench/features/leaks.py [--seeds 3] [--pairs 1400] [--processes 2]

Pipelines, which the replay looks at, are those of `tests/features/planted.py`: SQL over the simulated product's tables,
in which columns are written later, labels are late and selective, and reviews are open for days. Tables, which the
audit looks at, are those of `tests/features/handed_leaks.py`: over the matched twins of HatemojiBuild where that is in
`../shared/data`, and over drawn ones.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "features"))
import handed
import planted
from handed_clean import CLEAN, TOLD_APART
from handed_leaks import LEAKS

from liveloop.features.audit import audit
from liveloop.features.replay import replay

Job = tuple[str, bool, int, int]  # name, whether it leaks, seed, pairs


def main() -> int:
    """Run all, print what was found and what should not have been."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--seeds", type=int, default=3)
    reader.add_argument("--pairs", type=int, default=1_400)
    reader.add_argument("--processes", type=int, default=2)
    given = reader.parse_args()
    parts: list[tuple[str, Callable[[Job], bool], Sequence[str], Sequence[str]]] = [
        ("pipelines over the product", pipeline, list(planted.LEAKS), list(planted.CLEAN)),
        ("tables of drawn twins", drawn, list(LEAKS), list(CLEAN)),
    ]
    if handed.PUBLIC.is_dir():
        clean = [name for name in CLEAN if name not in TOLD_APART]
        parts.append(("tables of HatemojiBuild", people, list(LEAKS), clean))
    failed = False
    with ProcessPoolExecutor(given.processes) as pool:
        for what, run, leaks, clean in parts:
            began = time.perf_counter()
            jobs = [(name, leak, seed, given.pairs) for seed in range(1, given.seeds + 1)
                    for leak, names in ((True, leaks), (False, clean)) for name in names]  # fmt: skip
            right = list(pool.map(run, jobs, chunksize=4))
            wrong = [job for job, fine in zip(jobs, right, strict=True) if not fine]
            missed = sum(leak for _, leak, *_ in wrong)
            print(f"{what}, {given.seeds} seeds: {len(leaks) * given.seeds - missed} of {len(leaks) * given.seeds} "
                  f"leaks of {len(leaks)} kinds found; {len(wrong) - missed} of {len(clean) * given.seeds} clean ones "
                  f"of {len(clean)} kinds blamed; {time.perf_counter() - began:.0f} s", flush=True)  # fmt: skip
            for name, leak, seed, _ in wrong:
                print(f"  {'missed' if leak else 'blamed'}: {name}, seed {seed}")
            failed |= bool(wrong)
    return int(failed)


def pipeline(job: Job) -> bool:
    """Replay one pipeline; say whether what was found is right."""
    name, leaks, seed, _ = job
    tables, asked = planted.product(seed)
    text = (planted.LEAKS if leaks else planted.CLEAN)[name]
    return bool(replay(planted.pipeline(text), planted.SOURCES, tables, asked, cuts=4).leaks) is leaks


def drawn(job: Job) -> bool:
    """Audit one table of drawn twins."""
    _, _, seed, pairs = job
    return _audited(handed.drawn(pairs, handed.chance_of(100 + seed)), job)


def people(job: Job) -> bool:
    """Audit one table of twins that people wrote."""
    return _audited(handed.hatemoji(job[3]), job)


def _audited(corpus: handed.Corpus, job: Job) -> bool:
    name, leaks, seed, _ = job
    kind, make = LEAKS[name] if leaks else (None, CLEAN[name])
    made = make(handed.handed(corpus, seed))
    found = {one.kind for one in audit(made.rows, made.asked)}
    return kind in found if leaks else not found


if __name__ == "__main__":
    sys.exit(main())
