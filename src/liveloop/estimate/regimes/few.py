"""In which worlds are few clusters, several ways of clustering, and plans from past data at home?"""

from __future__ import annotations

from typing import Any

import numpy as np

from liveloop.base.seeds import Floats, integers, normals, uniforms
from liveloop.estimate.randomised.past import icc_of, power_from, sums_of_clusters
from liveloop.estimate.randomised.permutation import permutation_test
from liveloop.estimate.randomised.power import Trial, minimum_detectable_effect
from liveloop.estimate.randomised.regression import regression
from liveloop.estimate.randomised.wild import wild_bootstrap
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.regimes.randomised import clustered, halves
from liveloop.estimate.result import Estimate

EFFECT = 0.2
DRAWS = 999


def some(seed: int, units: int, treated: int) -> Floats:
    """Treat so many units, chosen by chance."""
    made = np.zeros(units)
    made[np.argsort(uniforms(seed, "arm", range(units)))[:treated]] = 1.0
    return made


def few(seed: int, clusters: int, treated: int, *, most: int = 42, icc: float = 0.3) -> tuple[Data, float]:
    """Draw clusters of 3 to `most` rows, of which so many are treated, with a covariate."""
    cluster = np.repeat(np.arange(clusters), 3 + integers(seed, "size", range(clusters), most - 2))
    rows = range(len(cluster))
    arm, before = some(seed, clusters, treated)[cluster], normals(seed, "before", rows)
    shared = np.sqrt(icc) * normals(seed, "cluster", range(clusters))[cluster]
    y = EFFECT * arm + 0.5 * before + shared + np.sqrt(1 - icc) * normals(seed, "row", rows)
    return {"y": y, "t": arm, "cluster": cluster, "x": before}, EFFECT


def uneven(seed: int, rows: int = 90, treated: int = 30) -> tuple[Data, float]:
    """Draw rows whose variance is larger in the arm that has fewer of them: the effect is not the same for all."""
    arm = some(seed, rows, treated)
    return {"y": EFFECT * arm + (1 + 2 * arm) * normals(seed, "row", range(rows)), "t": arm}, EFFECT


def layered(seed: int, strata: int = 4, clusters: int = 8, treated: int = 3) -> tuple[Data, float]:
    """Draw clusters of 6 to 15 rows in strata that differ, so many of each stratum treated."""
    number = strata * clusters
    stratum = np.repeat(np.arange(strata), clusters)
    arm = np.concatenate([some(seed * strata + one, clusters, treated) for one in range(strata)])
    cluster = np.repeat(np.arange(number), 6 + integers(seed, "size", range(number), 10))
    level = stratum + 0.6 * normals(seed, "cluster", range(number)) + EFFECT * arm
    y = level[cluster] + normals(seed, "row", range(len(cluster)))
    return {"y": y, "t": arm[cluster], "cluster": cluster, "stratum": stratum[cluster]}, EFFECT


def pairs(seed: int, number: int = 12) -> tuple[Data, float]:
    """Draw pairs of alike units, one of each treated."""
    first = (uniforms(seed, "arm", range(number)) < 0.5).astype(np.float64)
    arm = np.column_stack([first, 1 - first]).ravel()
    pair = np.repeat(np.arange(number), 2)
    y = 3 * normals(seed, "pair", range(number))[pair] + normals(seed, "unit", range(2 * number)) + EFFECT * arm
    return {"y": y, "t": arm, "pair": pair}, EFFECT


def crossed(seed: int, users: int = 60, days: int = 60) -> tuple[Data, float]:
    """Draw users on days; both the dose and the outcome have something of each user and of each day."""
    user, day = np.repeat(np.arange(users), days), np.tile(np.arange(days), users)
    rows = range(users * days)

    def both(name: str) -> Floats:
        shared = normals(seed, f"user {name}", range(users))[user] + normals(seed, f"day {name}", range(days))[day]
        return np.asarray(0.5 * shared + normals(seed, name, rows))

    dose = both("dose")
    return {"y": EFFECT * dose + both("outcome"), "x": dose, "user": user, "day": day}, EFFECT


def lasting(seed: int, users: int = 40, days: int = 40) -> tuple[Data, float]:
    """Draw users on days, where what a day brings, to dose and outcome alike, is still there days later."""
    user, day = np.repeat(np.arange(users), days), np.tile(np.arange(days), users)
    rows = range(users * days)

    def both(name: str) -> Floats:
        shocks = 0.5 * np.cumsum(normals(seed, f"day {name}", range(days)))
        return np.asarray(shocks[day] + 0.5 * normals(seed, f"user {name}", range(users))[user])

    dose = both("dose") + normals(seed, "dose", rows)
    return {
        "y": EFFECT * dose + both("outcome") + normals(seed, "row", rows),
        "x": dose,
        "user": user,
        "day": day,
    }, EFFECT


def panel(seed: int, firms: int = 40, years: int = 6) -> tuple[Data, float]:
    """Draw firms over years, each with a level that moves the dose too and errors that last."""
    firm = np.repeat(np.arange(firms), years)
    year = np.tile(np.arange(years), firms)
    level = normals(seed, "firm", range(firms))[firm]
    drift = np.cumsum(normals(seed, "drift", range(firms * years)).reshape(firms, years), axis=1).ravel()
    dose = level + normals(seed, "dose", range(firms * years)) + 0.3 * year
    y = EFFECT * dose + 2 * level + 0.5 * drift + 0.2 * year
    return {"y": y, "x": dose, "firm": firm, "year": np.char.add("y", year.astype(str))}, EFFECT


def fanned(seed: int, rows: int = 200) -> tuple[Data, float]:
    """Draw rows whose variance grows with a skewed dose."""
    dose = np.exp(0.4 * normals(seed, "dose", range(rows)))
    return {"y": EFFECT * dose + dose * normals(seed, "row", range(rows)), "x": dose}, EFFECT


def earlier(seed: int, clusters: int = 60, icc: float = 0.1) -> Data:
    """Draw past data: clusters of 3 to 42 rows, and half of what they share and have of their own known before."""
    cluster = np.repeat(np.arange(clusters), 3 + integers(seed, "size", range(clusters), 40))
    rows = range(len(cluster))

    def drawn(name: str) -> Floats:
        shared = normals(seed, f"cluster {name}", range(clusters))[cluster]
        return np.asarray(np.sqrt(icc) * shared + np.sqrt(1 - icc) * normals(seed, name, rows))

    before = drawn("before")
    return {"y": np.sqrt(0.5) * before + np.sqrt(0.5) * drawn("after"), "x": before, "cluster": cluster}


def to_plan(seed: int) -> tuple[Data, float]:
    """Draw past data, and give the smallest effect that 100 such clusters would find with power 0.8."""
    trial = Trial(units=100, size=22.5, size_variation=(1599 / 12) ** 0.5 / 22.5, icc=0.1, correlation=0.5**0.5)
    return earlier(seed), minimum_detectable_effect(trial).effect


def heavy(seed: int, clusters: int = 60) -> tuple[Data, float]:
    """Draw clusters of one size whose levels are log-normal with a long tail; the truth is their ICC."""
    width = 1.5
    spread = np.sqrt((np.exp(width**2) - 1) * np.exp(width**2))
    cluster = np.repeat(np.arange(clusters), 15)
    level = np.exp(width * normals(seed, "cluster", range(clusters))) / spread
    return {"y": level[cluster] + 2 * normals(seed, "row", range(len(cluster))), "cluster": cluster}, 0.2


def regions(seed: int) -> tuple[Data, float]:
    """Draw 24 states in 6 regions; what is shared, and the arm, come by region."""
    region = np.repeat(np.arange(6), 80)
    arm = halves(seed, 6)[region]
    y = EFFECT * arm + 0.5 * normals(seed, "region", range(6))[region] + normals(seed, "row", range(480))
    return {"y": y, "t": arm, "cluster": np.repeat(np.arange(24), 20)}, EFFECT


def unlike(seed: int) -> tuple[Data, float]:
    """Draw two strata with other shares of treated and other effects; the truth is the average effect."""
    stratum = np.repeat([0.0, 1.0], 300)
    arm = np.concatenate([some(2 * seed, 300, 150), some(2 * seed + 1, 300, 15)])
    y = stratum + arm * (0.0 + 1.0 * stratum) + normals(seed, "row", range(600))
    return {"y": y, "t": arm, "s": stratum}, 0.5


def _wild(**changes: Any) -> Any:  # noqa: ANN401 - keywords of the method
    def made(data: Data) -> Estimate:
        return wild_bootstrap(data, outcome="y", treatment="t", clusters="cluster", draws=DRAWS, **changes)

    return made


def _permuted(**changes: Any) -> Any:  # noqa: ANN401 - keywords of the method
    def made(data: Data) -> Estimate:
        return permutation_test(data, outcome="y", treatment="t", draws=DRAWS, **changes)

    return made


def _regressed(name: str = "x", **changes: Any) -> Any:  # noqa: ANN401 - keywords of the method
    def made(data: Data) -> Estimate:
        return regression(data, outcome="y", **{"covariates": [name], "coefficients": [name]} | changes)[name]

    return made


def _icc(data: Data) -> Estimate:
    return icc_of(sums_of_clusters(data["y"] - data["y"].mean(), data["cluster"]))


def _planned(data: Data) -> Estimate:
    return power_from(data, outcome="y", clusters="cluster", covariates=["x"], units=100)


REGIMES = (
    Regime("wild bootstrap, equal clusters", "12 clusters of 15 rows, ICC 0.3, 6 treated",
           lambda seed: clustered(seed, [15] * 12, 0.3), _wild()),
    Regime("wild bootstrap, unequal clusters", "20 clusters of 3 to 42 rows, ICC 0.3, 10 treated, a covariate",
           lambda seed: few(seed, 20, 10), _wild(covariates=["x"]), at_least=True),
    Regime("wild bootstrap, the wider of both", "12 clusters of 3 to 42 rows, ICC 0.3, 6 treated, a covariate",
           lambda seed: few(seed, 12, 6), _wild(covariates=["x"], kind="both"), at_least=True),
    Regime("wild bootstrap, unrestricted", "30 clusters of 15 rows, ICC 0.3, 15 treated",
           lambda seed: clustered(seed, [15] * 30, 0.3), _wild(kind="WCU")),
    Regime("permutation, few clusters", "10 clusters of 3 to 42 rows, 5 treated, all 252 assignments",
           lambda seed: few(seed, 10, 5), _permuted(clusters="cluster"), at_least=True),
    Regime("permutation, strata and a covariate", "4 strata of 8 clusters, 3 of each treated",
           layered, _permuted(clusters="cluster", strata="stratum")),
    Regime("permutation, pairs", "12 pairs, one of each treated", pairs, _permuted(strata="pair")),
    Regime("permutation, variances differ", "30 of 90 rows treated, with three times the spread", uneven, _permuted()),
    Regime("regression in two ways", "60 users on 60 days, both shared by dose and outcome", crossed,
           _regressed(clusters=["user", "day"])),
    Regime("regression, absorbed", "40 firms over 6 years, errors that last; firms absorbed, years as columns", panel,
           _regressed(covariates=["x", "year"], absorb="firm", clusters="firm")),
    Regime("regression, variances differ", "200 rows whose spread grows with a skewed dose", fanned, _regressed()),
    Regime("ICC", "60 clusters of 3 to 42 rows, ICC 0.1", lambda seed: (earlier(seed), 0.1), _icc),
    Regime("power from past data", "60 such clusters; the smallest effect that 100 would find", to_plan, _planned),
)  # fmt: skip

LIES = (
    Regime("wild bootstrap, two clusters treated", "2 of 12 clusters treated, unrestricted",
           lambda seed: few(seed, 12, 2), _wild(kind="WCU")),
    Regime("wild bootstrap, clusters too fine", "24 states are given as clusters; 6 regions share shocks and the arm",
           regions, _wild()),
    Regime("permutation of rows", "clusters were randomised, rows are permuted", lambda seed: few(seed, 20, 10),
           _permuted()),
    Regime("permutation of the plain difference", "30 of 90 rows treated, with three times the spread", uneven,
           _permuted(statistic="difference")),
    Regime("regression in one way", "60 users on 60 days, clustered by user alone", crossed,
           _regressed(clusters="user")),
    Regime("regression in two ways, shocks that last", "what a day brings is still there days later", lasting,
           _regressed(clusters=["user", "day"])),
    Regime("regression on strata that differ", "the coefficient weights strata by the variance of the arm, not by size",
           unlike, _regressed("t", covariates=["t", "s"])),
    Regime("ICC, heavy tails", "levels of clusters are log-normal: most samples lack the largest", heavy, _icc),
)  # fmt: skip
