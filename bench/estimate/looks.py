"""How soon are two thousand experiments followed through a thousand looks, and what do looks cost in false alarms?

    python bench/estimate/looks.py [--experiments 2000] [--looks 1000] [--repeat 5] [--json]

No effect in any of them. The same draws are read naively after every unit, by the sequence, and with 20 rows of a
cluster (ICC 0.2) taken for units and taken together. Seconds are the least of the repeats, on the processor, without
the draws; next to them those of one sequence from a table, by rows and by open clusters, and of a plan.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from liveloop.base.seeds import stream
from liveloop.estimate.looks.asymptotic import asymptotic_sequence
from liveloop.estimate.looks.many import many_sequences
from liveloop.estimate.looks.plan import plan_looks


def least(run: Callable[[], Any], repeat: int) -> float:
    """Time a run, on the processor."""
    times = []
    for _ in range(repeat):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times)


def alarms(experiments: int, looks: int) -> dict[str, float]:
    """Count the experiments in which some interval leaves 0 out."""
    alone, arm = stream(1, "alone").standard_normal((experiments, looks)), np.tile([0.0, 1.0], looks // 2)
    size, clusters = 20, 100
    shared = np.repeat(stream(1, "shared").standard_normal((experiments, clusters)), size, axis=1) * 0.2**0.5
    nested = shared + stream(1, "own").standard_normal((experiments, clusters * size)) * 0.8**0.5
    of_cluster = np.tile([0.0, 1.0], clusters // 2)
    sums = nested.reshape(experiments, clusters, size).sum(axis=2)
    found = {
        "naive": many_sequences(alone, arm, naive=True),
        "naive, from the second unit on": many_sequences(alone, arm, naive=True, least=2),
        "sequence": many_sequences(alone, arm),
        "sequence, rows of clusters": many_sequences(nested, np.repeat(of_cluster, size), tuned_for=200),
        "sequence, clusters": many_sequences(sums, of_cluster, size=np.full(clusters, float(size)), tuned_for=clusters),
    }
    return {f"alarms, {name}": round(1 - float(made.holds().mean()), 4) for name, made in found.items()}


def seconds(experiments: int, looks: int, repeat: int) -> dict[str, float]:
    """Time the batch, one table, and plans."""
    draws, arm = stream(1, "alone").standard_normal((experiments, looks)), np.tile([0.0, 1.0], looks // 2)
    one = {"y": draws[0], "t": arm, "when": np.arange(looks), "g": np.arange(looks) // 20 * 2 + arm}
    said = {"outcome": "y", "treatment": "t", "arrived": "when"}
    runs = {
        "batch": lambda: many_sequences(draws, arm),
        "one table by rows": lambda: asymptotic_sequence(one, **said),
        "one table by open clusters": lambda: asymptotic_sequence(one, clusters="g", **said),
        "plan of 5 looks": lambda: plan_looks(5),
        "plan of 50 looks": lambda: plan_looks(50, bound="pocock"),
    }
    return {f"seconds, {name}": round(least(run, repeat), 5) for name, run in runs.items()}


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--experiments", type=int, default=2_000)
    reader.add_argument("--looks", type=int, default=1_000)
    reader.add_argument("--repeat", type=int, default=5)
    reader.add_argument("--json", action="store_true")
    given = reader.parse_args()
    found = {
        **seconds(given.experiments, given.looks, given.repeat),
        **alarms(given.experiments, given.looks),
        **{f"Pocock, {one} looks": round(plan_looks(one, bound="pocock").upper[0], 4) for one in (2, 5, 10)},
    }
    print(json.dumps(found, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
