"""How fast is the effect of a staggered roll-out with its standard error, beside diff-diff's, on 500 units x 5 periods?

    python bench/estimate/staggered.py [--replicates 4000] [--loops 40]

Both estimate the mean effect on the treated (Callaway and Sant'Anna, no covariates, never treated as comparison) in the
same replicates. diff-diff takes one data frame after the other, ours all replicates as one array; `group_time_effects`,
one frame after the other, is shown as well. Both must agree to 1e-9 on every replicate that diff-diff is given.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from liveloop.base.seeds import stream
from liveloop.estimate.changes.grouptime import group_time_effects
from liveloop.estimate.changes.many import many_group_time_effects

UNITS, PERIODS = 500, 5
COHORTS = np.repeat([1.0, 3.0, 4.0, np.inf], [20, 40, 131, 309])


def main() -> int:
    """Time both on the same replicates, compare their numbers, print the ratio; fail where they differ."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--replicates", type=int, default=4000)
    reader.add_argument("--loops", type=int, default=40)
    given = reader.parse_args()
    y = stream(1, "bench").standard_normal((given.replicates, UNITS, PERIODS))
    y += (np.arange(PERIODS) >= COHORTS[:, None]) * 1.0
    many_group_time_effects(y[:10], COHORTS)
    batched, made = timed(lambda: many_group_time_effects(y, COHORTS), 3)
    batched /= given.replicates
    frames = [framed(one) for one in y[: given.loops]]
    theirs, their = timed(lambda: [diff_diff(one) for one in frames], 2)
    single, ours = timed(lambda: [one_by_one(one) for one in frames], 2)
    theirs, single = theirs / given.loops, single / given.loops
    both = np.column_stack([made.value, made.standard_error])[: given.loops]
    gap = max(float(np.abs(both - np.asarray(one)).max()) for one in (their, ours))
    print(f"diff-diff, one frame after the other   {1000 * theirs:8.4f} ms a replicate")
    print(f"group_time_effects, one after the other{1000 * single:8.4f} ms, {theirs / single:.1f} times as fast")
    print(f"many_group_time_effects, as one array  {1000 * batched:8.4f} ms, {theirs / batched:.0f} times as fast")
    print(f"largest difference of estimates and standard errors: {gap:.1e}")
    return int(gap > 1e-9 or theirs / batched < 100)


def timed(run: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Give the shortest time of some rounds, and what the last gave."""
    best = np.inf
    for _ in range(rounds):
        began = perf_counter()
        made = run()
        best = min(best, perf_counter() - began)
    return best, made


def framed(outcome: np.ndarray) -> pd.DataFrame:
    """Make a data frame of one replicate, as both take it."""
    since = np.where(np.isinf(COHORTS), 0, COHORTS + 1).astype(int)
    return pd.DataFrame(
        {"y": outcome.ravel(), "unit": np.repeat(np.arange(UNITS), PERIODS),
         "period": np.tile(np.arange(1, PERIODS + 1), UNITS), "since": np.repeat(since, PERIODS)}
    )  # fmt: skip


def diff_diff(frame: pd.DataFrame) -> tuple[float, float]:
    """Estimate with diff-diff."""
    from diff_diff import CallawaySantAnna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = CallawaySantAnna(estimation_method="reg").fit(
            frame, outcome="y", unit="unit", time="period", first_treat="since"
        )
    return float(made.overall_att), float(made.overall_se)


def one_by_one(frame: pd.DataFrame) -> tuple[float, float]:
    """Estimate with ours, one frame."""
    made = group_time_effects(
        frame, outcome="y", unit="unit", period="period", cohort="since", aggregate="simple"
    )["overall"]  # fmt: skip
    assert made.standard_error is not None
    return made.value, made.standard_error


if __name__ == "__main__":
    sys.exit(main())
