"""How many replicates are estimated in a second, 2,000 rows in 100 clusters each, beside loops of the peers?

    python bench/estimate/many.py [--replicates 2000] [--loops 60]

Difference, CUPED, instrument and difference-in-differences, each with clustered standard errors (CR1). Ours estimates
all replicates at once, on one core, from arrays that are there, and with the drawing of them. The peers go through
replicates one by one: pyfixest with a data frame, statsmodels with arrays (linearmodels for the instrument, which
statsmodels has not with clusters). Values and standard errors of the replicates that a peer went through must be ours.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyfixest
import statsmodels.api as sm
from linearmodels.iv import IV2SLS
from wild import best

from liveloop.base.seeds import stream
from liveloop.estimate.replicates.batch import Batch, batch_of
from liveloop.estimate.replicates.many import Many, many_changes, many_differences, many_effects_on_takers

ROWS, CLUSTERS = 2_000, 100
EACH = ROWS // CLUSTERS
CLUSTER = np.repeat(np.arange(CLUSTERS), EACH)
STARTS = np.arange(0, ROWS, EACH)
Columns = dict[str, np.ndarray]

WAYS: dict[str, Callable[[Batch], Many]] = {
    "difference": many_differences,
    "CUPED": lambda batch: many_differences(batch, covariates=["x"]),
    "instrument": many_effects_on_takers,
    "DiD": many_changes,
}
FORMULAS = {"difference": "y ~ t", "CUPED": "y ~ t + x", "instrument": "y ~ 1 | d ~ z", "DiD": "y ~ t * post"}
NAMES = {"difference": "t", "CUPED": "t", "instrument": "d", "DiD": "t:post"}


def draw(replicates: int, seed: int) -> Columns:
    """Draw replicates: clusters share an error and an arm, half of the rows come after, most take what they got."""
    chance = stream(seed, "many")
    arm = (np.argsort(chance.random((replicates, CLUSTERS)), axis=1) < CLUSTERS // 2).repeat(EACH, axis=1)
    t = arm.astype(np.float64)
    x = chance.standard_normal((replicates, ROWS))
    d = np.where(chance.random((replicates, ROWS)) < 0.7, t, 0.0)
    shared = chance.standard_normal((replicates, CLUSTERS)).repeat(EACH, axis=1)
    y = chance.standard_normal((replicates, ROWS))
    y += 0.5 * x + 0.3 * d + 0.3 * shared
    return {"y": y, "t": t, "x": x, "d": d, "z": t, "post": np.tile([0.0, 1.0], ROWS // 2)}


def with_pyfixest(way: str, one: Columns) -> tuple[float, float]:
    """Estimate one replicate from a data frame."""
    fit = pyfixest.feols(FORMULAS[way], pd.DataFrame({**one, "g": CLUSTER}), vcov={"CRV1": "g"})
    return float(fit.coef()[NAMES[way]]), float(fit.se()[NAMES[way]])


def with_arrays(way: str, one: Columns) -> tuple[float, float]:
    """Estimate one replicate from arrays, with statsmodels or linearmodels."""
    ones = np.ones(ROWS)
    if way == "instrument":
        made = IV2SLS(one["y"], ones, one["d"], one["z"]).fit(cov_type="clustered", clusters=CLUSTER, debiased=True)
        return float(made.params.iloc[-1]), float(made.std_errors.iloc[-1])
    t, post = one["t"], one["post"]
    design = {"difference": [t], "CUPED": [t, one["x"]], "DiD": [t * post, t, post]}[way]
    fit = sm.OLS(one["y"], np.column_stack([ones, *design])).fit(cov_type="cluster", cov_kwds={"groups": CLUSTER})
    return float(fit.params[1]), float(fit.bse[1])


def main() -> None:
    """Print replicates a second, and how many times those of the peers they are."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--replicates", type=int, default=2_000)
    reader.add_argument("--loops", type=int, default=60, help="replicates that a peer goes through")
    given = reader.parse_args()
    warnings.simplefilter("ignore")
    columns = draw(given.replicates, 1)
    batch = batch_of(columns, STARTS)
    for way, estimate in WAYS.items():
        made = estimate(batch)
        ours = given.replicates / best(lambda estimate=estimate: estimate(batch_of(columns, STARTS)), 5)
        drawing = given.replicates / best(
            lambda estimate=estimate: estimate(batch_of(draw(given.replicates, 2), STARTS)), 2
        )
        print(f"{way}: {ours:,.0f} a second, {drawing:,.0f} with drawing", end="")
        for name, peer in (("pyfixest", with_pyfixest), ("arrays", with_arrays)):
            each, away = looped(peer, way, columns, made, given.loops)
            print(
                f"; {ours * each:,.0f} times {name} ({1e3 * each:.2f} ms; values and errors within {away:.0e})", end=""
            )
        print()


def looped(peer: Callable[..., tuple[float, float]], way: str, columns: Columns, made: Many, loops: int):  # noqa: ANN201
    """Give the least seconds that a peer takes for a replicate, and by how much its figures differ from ours."""
    seconds, away = [], 0.0
    for number in range(loops):
        one = {name: column if column.ndim == 1 else column[number] for name, column in columns.items()}
        began = time.perf_counter()
        value, error = peer(way, one)
        seconds.append(time.perf_counter() - began)
        ours = np.array([made.value[number], made.standard_error[number]])
        away = max(away, float(np.abs(np.array([value, error]) / ours - 1).max()))
    return min(seconds), away


if __name__ == "__main__":
    main()
