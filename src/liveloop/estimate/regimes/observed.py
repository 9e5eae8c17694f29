"""In which worlds are estimates from observed data at home, and in which do they lie?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit, ndtr

from liveloop.base.seeds import Floats, exponentials, flips, integers, normals
from liveloop.estimate.observed.augmented import aipw
from liveloop.estimate.observed.balanced import entropy_balance
from liveloop.estimate.observed.deconfounder import deconfounder
from liveloop.estimate.observed.front import front_door
from liveloop.estimate.observed.matching import match
from liveloop.estimate.observed.omitted import adjusted, omitted_confounder
from liveloop.estimate.observed.partial import partially_linear
from liveloop.estimate.observed.rosenbaum import effect_bounds
from liveloop.estimate.observed.standardised import standardise
from liveloop.estimate.observed.weighting import ipw
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate

EFFECT = 0.5
GROWTH = 0.4  # by how much the effect grows with x
_SLOPE = 0.8  # of the log odds of treatment by x
_HIDDEN = 1.0  # strength of a hidden cause, where there is one
Kept = Callable[[Floats], Floats]


def mean_effect(weight: Kept, effect: Kept = lambda x: EFFECT + GROWTH * x) -> float:
    """Give the mean of an effect over a standard normal x, weighted by a function of it."""
    points, sizes = hermegauss(80)
    counted = sizes * weight(points)
    return float(counted @ effect(points) / counted.sum())


def _score(x: Floats) -> Floats:
    return np.asarray(expit(_SLOPE * x - 0.3))


TRUTHS: Mapping[str, float] = {
    "ATE": EFFECT,
    "ATT": mean_effect(_score),
    "ATC": mean_effect(lambda x: 1 - _score(x)),
    "ATO": mean_effect(lambda x: _score(x) * (1 - _score(x))),
}


def selected(seed: int, estimand: str = "ATE", rows: int = 800, *, bends: bool = False) -> tuple[Data, float]:
    """Draw rows whose x drives treatment, outcome and effect; z drives the outcome alone.

    Parameters
    ----------
    bends
        Whether the outcome bends in x, so that a linear model of it is wrong.
    """
    ids = np.arange(rows)
    x, z = normals(seed, "x", ids), normals(seed, "z", ids)
    t = flips(seed, "t", ids, _score(x)) * 1.0
    shape = x + 0.3 * x**2 if bends else x
    y = (EFFECT + GROWTH * x) * t + shape + 0.5 * z + normals(seed, "y", ids)
    return {"y": y, "t": t, "x": x, "z": z}, TRUTHS[estimand]


def clustered(seed: int, count: int = 60, tied: float = 0.7) -> tuple[Data, float]:
    """Draw clusters of 5 to 24 rows that share a level of x, of treatment and of outcome; the effect is one for all.

    Parameters
    ----------
    tied
        Standard deviation of what clusters share of treatment (in log odds) and of outcome.
    """
    sizes = 5 + integers(seed, "size", range(count), 20)
    cluster = np.repeat(np.arange(count), sizes)
    ids = np.arange(len(cluster))
    x = 0.6 * normals(seed, "shared x", range(count))[cluster] + 0.8 * normals(seed, "x", ids)
    pull = tied * normals(seed, "shared t", range(count))[cluster]
    t = flips(seed, "t", ids, expit(_SLOPE * x + pull)) * 1.0
    shared = tied * normals(seed, "shared y", range(count))[cluster]
    y = EFFECT * t + x + shared + normals(seed, "y", ids)
    return {"y": y, "t": t, "x": x, "cluster": cluster}, EFFECT


def chances(seed: int, rows: int = 1_000) -> tuple[Data, float]:
    """Draw an outcome of 0 and 1 whose log odds are linear in treatment and x."""
    ids = np.arange(rows)
    x = normals(seed, "x", ids)
    t = flips(seed, "t", ids, _score(x)) * 1.0
    y = flips(seed, "y", ids, expit(-0.5 + 0.8 * t + x)) * 1.0
    truth = mean_effect(np.ones_like, lambda x: expit(0.3 + x) - expit(-0.5 + x))
    return {"y": y, "t": t, "x": x}, truth


def kept_middle(seed: int) -> tuple[Data, float]:
    """Draw rows; the effect is that on rows with a score from 0.2 to 0.8."""
    points = np.linspace(-6, 6, 20_001)
    inside = (_score(points) >= 0.2) & (_score(points) <= 0.8)
    counted = inside * np.exp(-(points**2) / 2)
    data, _ = selected(seed)
    return data, float(counted @ (EFFECT + GROWTH * points) / counted.sum())


def many(seed: int, rows: int = 800, count: int = 3) -> tuple[Data, float]:
    """Draw several covariates, all of which drive treatment and outcome, the latter with a bend in the first."""
    ids = np.arange(rows)
    x = {f"x{at}": normals(seed, f"x{at}", ids) for at in range(count)}
    total = np.sum(list(x.values()), axis=0) / np.sqrt(count)
    t = flips(seed, "t", ids, expit(total - 0.7)) * 1.0
    y = EFFECT * t + 1.5 * total + 0.1 * x["x0"] ** 2 + normals(seed, "y", ids)
    return x | {"y": y, "t": t}, EFFECT


def dose(seed: int, rows: int = 500) -> tuple[Data, float]:
    """Draw a dose that x drives in a bend, and an outcome that x drives in a line."""
    ids = np.arange(rows)
    x, z = normals(seed, "x", ids), normals(seed, "z", ids)
    t = x + 0.3 * x**2 + exponentials(seed, "t", ids)
    y = EFFECT * t + 2 * x + z + normals(seed, "y", ids) * (1 + 0.3 * np.abs(z))
    return {"y": y, "t": t, "x": x, "z": z}, EFFECT


def hidden(seed: int, rows: int = 800) -> tuple[Data, float]:
    """Draw rows with one more cause of treatment and outcome, which nobody wrote down."""
    ids = np.arange(rows)
    x, unseen = normals(seed, "x", ids), normals(seed, "unseen", ids)
    t = flips(seed, "t", ids, expit(_SLOPE * x + _HIDDEN * unseen)) * 1.0
    y = EFFECT * t + x + _HIDDEN * unseen + normals(seed, "y", ids)
    return {"y": y, "t": t, "x": x, "unseen": unseen}, EFFECT


def through(seed: int, rows: int = 1_000, *, shared: float = 0.0, few: bool = False) -> tuple[Data, float]:
    """Draw a hidden cause of treatment and outcome, all of the effect going through something seen.

    Parameters
    ----------
    shared
        By how much the hidden cause drives what is seen too: then the front door is open.
    few
        Whether what is seen has three values.
    """
    ids = np.arange(rows)
    unseen = normals(seed, "unseen", ids)
    t = flips(seed, "t", ids, expit(1.5 * unseen)) * 1.0
    seen = t + shared * unseen + normals(seed, "seen", ids)
    if few:
        seen = np.asarray((seen > 0.0) * 1.0 + (seen > 1.0), np.float64)
        shares = [expected_levels(0.0), expected_levels(1.0)]
        truth = EFFECT * (shares[1] - shares[0])
    else:
        truth = EFFECT
    y = EFFECT * seen + 1.5 * unseen + normals(seed, "y", ids)
    return {"y": y, "t": t, "seen": seen}, truth


def expected_levels(centre: float) -> float:
    """Give how many of 0 and 1 a normal number around a centre is above, in the mean."""
    return float(ndtr(centre) + ndtr(centre - 1.0))


def pairs(seed: int, count: int = 60, gamma: float = 1.0) -> tuple[Data, float]:
    """Draw pairs whose one is treated; a hidden trait that raises the outcome makes that gamma times as likely."""
    ids = np.arange(count)
    trait = flips(seed, "trait", ids, 0.5)  # whether the first of the pair has it
    first = flips(seed, "first", ids, np.where(trait, gamma, 1 / gamma) / (1 + np.where(trait, gamma, 1 / gamma)))
    gap = np.where(trait, 2.0, -2.0) + normals(seed, "gap", ids)
    return {"gap": EFFECT + np.where(first, gap, -gap)}, EFFECT


def causes(seed: int, rows: int = 300, count: int = 30, *, alone: float = 0.0, share: float = 1.0,
           others: float = 0.0) -> tuple[Data, float]:  # fmt: skip
    """Draw many treatments that share a hidden cause; the effect of the first is what is wanted.

    Parameters
    ----------
    alone
        Strength of a second hidden cause, of the first treatment and the outcome alone.
    share
        Strength of the shared cause in the treatments.
    others
        Effect of each other treatment.
    """
    ids = np.arange(rows)
    shared, own = normals(seed, "shared", ids), normals(seed, "own", ids)
    a = {f"a{at}": share * shared + normals(seed, f"a{at}", ids) for at in range(count)}
    a["a0"] = a["a0"] + alone * own
    rest = others * np.sum([a[f"a{at}"] for at in range(1, count)], axis=0) if others else 0.0
    y = EFFECT * a["a0"] + rest + 1.5 * shared + 1.5 * alone * own + normals(seed, "y", ids)
    return a | {"y": y}, EFFECT


def with_arms(method: Callable[..., Estimate], *covariates: str, **changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    """Give a method with its columns filled in."""

    def made(data: Data) -> Estimate:
        return method(data, outcome="y", treatment="t", covariates=list(covariates), **changes)

    return made


def _matched(*covariates: str, **changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    return with_arms(match, *covariates, **changes)


def _front(**changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    return lambda data: front_door(data, outcome="y", treatment="t", mediators=["seen"], **changes)


def known_strength(data: Data) -> Estimate:
    """Adjust least squares for a hidden cause whose strength is told, as it is in this world's own rows."""
    plain = omitted_confounder(data, outcome="y", treatment="t", covariates=["x"]).estimate
    with_treatment = _explains(data["unseen"], data["t"], [data["x"]])
    with_outcome = _explains(data["unseen"], data["y"], [data["x"], data["t"]])
    return adjusted(plain, with_treatment, with_outcome)


def _explains(what: Floats, of: Floats, given: list[Floats]) -> float:
    base = np.column_stack([np.ones(len(of)), *given])
    left = [one - base @ np.linalg.lstsq(base, one, rcond=None)[0] for one in (what, of)]
    return float((left[0] @ left[1]) ** 2 / ((left[0] @ left[0]) * (left[1] @ left[1])))


def _bounded(gamma: float) -> Callable[[Data], Estimate]:
    def made(data: Data) -> Estimate:
        low, high = effect_bounds(data["gap"], gamma)
        return Estimate("constant effect in pairs", (low + high) / 2, low, high, 0.95,
                        f"signed ranks, hidden bias up to {gamma:g}")  # fmt: skip

    return made


def _first_of(count: int) -> Callable[[Data], Estimate]:
    names = [f"a{at}" for at in range(count)]
    return lambda data: deconfounder(data, outcome="y", treatments=names)["a0"]


class Bends:
    """A learner of one's own: least squares on the covariates, their squares and products."""

    def __init__(self) -> None:
        self.beta: Floats = np.zeros(0)

    def fit(self, x: Floats, y: Floats) -> Bends:
        """Learn."""
        self.beta = np.asarray(np.linalg.lstsq(self._wide(x), y, rcond=None)[0], np.float64)
        return self

    def predict(self, x: Floats) -> Floats:
        """Predict."""
        return np.asarray(self._wide(x) @ self.beta)

    @staticmethod
    def _wide(x: Floats) -> Floats:
        pairs_of: list[tuple[int, int]] = [(a, b) for a in range(x.shape[1]) for b in range(a, x.shape[1])]
        return np.column_stack([np.ones(len(x)), x, *(x[:, a] * x[:, b] for a, b in pairs_of)])


def _of(estimand: str, *, bends: bool = False) -> Callable[[int], tuple[Data, float]]:
    return lambda seed: selected(seed, estimand, bends=bends)


REGIMES = (
    *(Regime(f"weighting, {name}", "x drives treatment, outcome and effect", _of(name),
             with_arms(ipw, "x", "z", estimand=name)) for name in ("ATE", "ATT", "ATC", "ATO")),
    Regime("weighting, Horvitz-Thompson", "the same, weights not made to add up to 1", _of("ATE"),
           with_arms(ipw, "x", "z", normalise=False)),
    Regime("weighting, trimmed", "the effect on rows with a score from 0.2 to 0.8", kept_middle,
           with_arms(ipw, "x", trim=0.2)),
    Regime("weighting, clustered", "60 clusters that share x, treatment and outcome", clustered,
           with_arms(ipw, "x", clusters="cluster")),
    Regime("standardised", "outcomes are linear in each arm", _of("ATE"), with_arms(standardise, "x", "z")),
    Regime("standardised, treated", "the same for the treated", _of("ATT"),
           with_arms(standardise, "x", "z", estimand="ATT")),
    Regime("standardised, clustered", "60 clusters", clustered,
           with_arms(standardise, "x", clusters="cluster", interactions=[])),
    Regime("standardised, chances", "an outcome of 0 and 1", chances,
           with_arms(standardise, "x", model="logistic", interactions=[])),
    *(Regime(f"doubly robust, {name}", "both models are right", _of(name), with_arms(aipw, "x", "z", estimand=name))
      for name in ("ATE", "ATT", "ATC")),
    Regime("doubly robust, outcome wrong", "the outcome bends, its model does not", _of("ATE", bends=True),
           with_arms(aipw, "x", "z", folds=1)),
    Regime("doubly robust, treatment wrong", "the odds of treatment bend, their model does not",
           lambda seed: curved(seed, straight=True), with_arms(aipw, "x")),
    Regime("doubly robust, own learner", "the outcome bends, and the learner finds it", _of("ATE", bends=True),
           with_arms(aipw, "x", "z", model=Bends())),
    Regime("doubly robust, clustered", "60 clusters", clustered, with_arms(aipw, "x", clusters="cluster")),
    Regime("partially linear", "a dose that x drives in a bend", dose, with_arms(partially_linear, "x", "z")),
    Regime("partially linear, clustered", "60 clusters", clustered,
           with_arms(partially_linear, "x", clusters="cluster", treatment_model="logistic")),
    Regime("g-estimation", "treatment is logistic in x", lambda seed: many(seed),
           with_arms(partially_linear, "x0", "x1", "x2", model="none", treatment_model="logistic", folds=1)),
    Regime("entropy balancing, treated", "outcomes are linear", _of("ATT"), with_arms(entropy_balance, "x", "z")),
    Regime("entropy balancing, all", "outcomes are linear", _of("ATE"),
           with_arms(entropy_balance, "x", "z", estimand="ATE")),
    Regime("entropy balancing, clustered", "60 clusters", clustered,
           with_arms(entropy_balance, "x", clusters="cluster")),
    Regime("matching, one covariate", "x drives treatment, outcome and effect", _of("ATT"),
           _matched("x", bias_correction=False)),
    Regime("matching, all, four neighbours", "the same for all", _of("ATE"),
           _matched("x", estimand="ATE", neighbours=4)),
    Regime("matching, three covariates", "with bias correction", many, _matched("x0", "x1", "x2")),
    Regime("matching, score", "the effect on all, the score estimated", _of("ATE"),
           _matched("x", "z", metric="score", estimand="ATE")),
    Regime("matching, score, treated", "the effect on the treated", _of("ATT"), _matched("x", "z", metric="logit")),
    Regime("matching, score, bias corrected", "a score, then a regression", many,
           _matched("x0", "x1", "x2", metric="logit", bias_correction=True)),
    Regime("matching, clustered", "60 clusters", clustered, _matched("x", clusters="cluster")),
    Regime("matching, no replacement", "few treated, each untreated row once", lambda seed: scarce(seed),
           _matched("x", replace=False)),
    Regime("front door", "all goes through what is seen", through, _front()),
    Regime("front door, cells", "what is seen has three values", lambda seed: through(seed, few=True),
           _front(way="cells")),
    Regime("omitted, strength known", "a hidden cause whose strength is told", hidden, known_strength),
    Regime("pairs", "treated by chance within pairs", pairs, _bounded(1.0)),
    Regime("pairs, hidden bias", "a trait doubles the odds of treatment; bounds for that",
           lambda seed: pairs(seed, gamma=2.0), _bounded(2.0), at_least=True),
    Regime("deconfounder", "30 treatments share one hidden cause, one has an effect", causes, _first_of(30)),
)  # fmt: skip


def scarce(seed: int, rows: int = 600) -> tuple[Data, float]:
    """Draw few treated rows, with a near untreated one for each."""
    ids = np.arange(rows)
    x = normals(seed, "x", ids)
    t = flips(seed, "t", ids, expit(0.5 * x - 2.2)) * 1.0
    return {"y": EFFECT * t + x + normals(seed, "y", ids), "t": t, "x": x}, EFFECT


def collided(seed: int, rows: int = 800) -> tuple[Data, float]:
    """Draw a treatment by chance, and a covariate that was measured after it and that it drives."""
    ids = np.arange(rows)
    t = flips(seed, "t", ids, 0.5) * 1.0
    y = EFFECT * t + normals(seed, "y", ids)
    return {"y": y, "t": t, "after": t + y + normals(seed, "after", ids)}, EFFECT


def apart(seed: int, rows: int = 800) -> tuple[Data, float]:
    """Draw arms that hardly overlap: x decides on treatment nearly alone, and the outcome bends."""
    ids = np.arange(rows)
    x = normals(seed, "x", ids)
    t = flips(seed, "t", ids, expit(4 * x)) * 1.0
    y = EFFECT * t + x + 0.5 * x**3 + normals(seed, "y", ids)
    return {"y": y, "t": t, "x": x}, EFFECT


def curved(seed: int, rows: int = 800, *, straight: bool = False) -> tuple[Data, float]:
    """Draw treatment and outcome that both bend in x, so that both models are wrong; or a `straight` outcome."""
    ids = np.arange(rows)
    x = normals(seed, "x", ids)
    t = flips(seed, "t", ids, expit(x**2 - 1.2)) * 1.0
    y = EFFECT * t + (x if straight else x**2) + normals(seed, "y", ids)
    return {"y": y, "t": t, "x": x}, EFFECT


def uneven(seed: int, rows: int = 800) -> tuple[Data, float]:
    """Draw rows most of which are treated; those that could be in either arm have small effects."""
    ids = np.arange(rows)
    x = normals(seed, "x", ids)
    t = flips(seed, "t", ids, expit(1.5 * x + 1.5)) * 1.0
    return {"y": (EFFECT + 0.8 * x) * t + normals(seed, "y", ids), "t": t, "x": x}, EFFECT


LIES = (
    Regime("weighting, something hidden", "a cause of treatment and outcome was not written down", hidden,
           with_arms(ipw, "x")),
    Regime("weighting, no overlap", "x decides on treatment nearly alone", apart, with_arms(ipw, "x")),
    Regime("weighting, measured after", "a covariate that the treatment drives", collided, with_arms(ipw, "after")),
    Regime("weighting, clusters ignored", "clusters share much of treatment and outcome",
           lambda seed: clustered(seed, tied=1.5), with_arms(ipw, "x")),
    Regime("standardised, wrong form", "arms hardly overlap and the outcome bends", apart, with_arms(standardise, "x")),
    Regime("doubly robust, both wrong", "treatment and outcome bend, both models are straight", curved,
           with_arms(aipw, "x")),
    Regime("partially linear, effects differ", "the mean effect on all is wanted; it grows with x", uneven,
           with_arms(partially_linear, "x", treatment_model="logistic")),
    Regime("entropy balancing, wrong form", "treatment and outcome bend, means alone are balanced", curved,
           with_arms(entropy_balance, "x")),
    Regime("matching, many covariates", "six covariates, no bias correction",
           lambda seed: many(seed, 800, 6), _matched(*(f"x{at}" for at in range(6)), bias_correction=False)),
    Regime("front door, mediator confounded", "the hidden cause drives what is seen too",
           lambda seed: through(seed, shared=0.5), _front()),
    Regime("omitted, hidden cause", "least squares with a hidden cause", hidden,
           lambda data: omitted_confounder(data, outcome="y", treatment="t", covariates=["x"]).estimate),
    Regime("pairs, bias ignored", "a trait doubles the odds of treatment; taken for chance",
           lambda seed: pairs(seed, gamma=2.0), _bounded(1.0)),
    Regime("deconfounder, cause of one", "a hidden cause of the first treatment and the outcome alone",
           lambda seed: causes(seed, alone=1.0), _first_of(30)),
    Regime("deconfounder, few treatments", "four treatments do not settle what they share",
           lambda seed: causes(seed, count=4, others=0.5), _first_of(4)),
)  # fmt: skip
