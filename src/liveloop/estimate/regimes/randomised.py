"""In which worlds are differences of means at home?"""

from __future__ import annotations

from typing import Any

import numpy as np

from liveloop.base.seeds import Floats, exponentials, integers, normals, uniforms
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate

EFFECT = 0.2


def halves(seed: int, units: int, treated: int | None = None) -> Floats:
    """Treat half of the units, or so many, chosen by chance."""
    made = np.zeros(units)
    made[np.argsort(uniforms(seed, "arm", range(units)))[: units // 2 if treated is None else treated]] = 1.0
    return made


def clustered(
    seed: int,
    sizes: Any,  # noqa: ANN401 - any sequence of whole numbers
    icc: float,
    effect: float = EFFECT,
    treated: int | None = None,
) -> tuple[Data, float]:
    """Draw clusters of given sizes, randomised whole, with a covariate; `icc` is the share of variance between them.

    The effect is that on the average row, and the same for all.
    """
    sizes = np.asarray(sizes)
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.arange(len(cluster))
    arm = halves(seed, len(sizes), treated)[cluster]
    shared = np.sqrt(icc) * normals(seed, "cluster", range(len(sizes)))[cluster]
    before = normals(seed, "before", rows) + shared
    own = np.sqrt(1 - icc) * normals(seed, "row", rows)
    return {"y": 1 + effect * arm + 0.6 * before + shared + own, "t": arm, "cluster": cluster, "x": before}, effect


def independent(seed: int, rows: int = 400) -> tuple[Data, float]:
    """Draw independent rows whose variance differs by arm."""
    arm, before = halves(seed, rows), normals(seed, "before", range(rows))
    y = EFFECT * arm + 0.6 * before + (1 + 0.5 * arm) * normals(seed, "row", range(rows))
    return {"y": y, "t": arm, "x": before}, EFFECT


def heavy(seed: int, rows: int = 4_000) -> tuple[Data, float]:
    """Draw spending: most spend nothing, a few very much."""
    arm = halves(seed, rows)
    spends = uniforms(seed, "spends", range(rows)) < 0.3
    y = spends * exponentials(seed, "spent", range(rows), 1.0) ** 1.5
    return {"y": y, "t": arm}, 0.0


def _difference(**changes: Any) -> Any:  # noqa: ANN401 - keywords of `difference`
    def made(data: Data) -> Estimate:
        return difference(data, outcome="y", treatment="t", **changes)

    return made


def _unequal(seed: int, count: int) -> Any:  # noqa: ANN401
    return 3 + integers(seed, "size", range(count), 40)


REGIMES = (
    Regime("independent rows", "rows stand alone; the variance differs by arm", independent, _difference()),
    Regime("independent rows, adjusted", "the same with a covariate", independent, _difference(covariates=["x"])),
    Regime("heavy tails", "most rows are 0, a few very large; no effect", heavy, _difference()),
    Regime("clustered, equal", "60 clusters of 15 rows, ICC 0.3",
           lambda seed: clustered(seed, [15] * 60, 0.3), _difference(clusters="cluster")),
    Regime("clustered, unequal", "60 clusters of 3 to 42 rows, ICC 0.3",
           lambda seed: clustered(seed, _unequal(seed, 60), 0.3), _difference(clusters="cluster")),
    Regime("clustered, unequal, adjusted", "the same with a covariate",
           lambda seed: clustered(seed, _unequal(seed, 60), 0.3),
           _difference(clusters="cluster", covariates=["x"], adjust="cuped")),
    Regime("few clusters", "10 clusters of 3 to 42 rows, ICC 0.3",
           lambda seed: clustered(seed, _unequal(seed, 10), 0.3), _difference(clusters="cluster"), at_least=True),
    Regime("few clusters, one large", "16 clusters, one of 300 rows, the others of 15; ICC 0.3",
           lambda seed: clustered(seed, [300] + [15] * 15, 0.3), _difference(clusters="cluster"), at_least=True),
    Regime("few clusters treated", "16 clusters of 3 to 42 rows, 3 of them treated; ICC 0.3",
           lambda seed: clustered(seed, _unequal(seed, 16), 0.3, treated=3), _difference(clusters="cluster"),
           at_least=True),
)  # fmt: skip
