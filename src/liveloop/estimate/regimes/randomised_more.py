"""In which worlds are ratios, strata, predictions, quantiles, capped means and guardrails at home, and where not?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from liveloop.base.seeds import Ints, stream
from liveloop.estimate.randomised.audit import audit
from liveloop.estimate.randomised.guardrail import guardrail
from liveloop.estimate.randomised.mismatch import mismatch
from liveloop.estimate.randomised.population import to_population
from liveloop.estimate.randomised.predicted import predicted
from liveloop.estimate.randomised.quantile import quantile_effect
from liveloop.estimate.randomised.ratio import ratio
from liveloop.estimate.randomised.several import adjust_several, several
from liveloop.estimate.randomised.strata import stratified
from liveloop.estimate.randomised.tails import trimmed, winsorised
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate, Estimates

EFFECT = 0.1
SHARES = np.array([0.4, 0.3, 0.2, 0.1])  # of strata among those who come
EFFECTS = np.array([0.0, 0.2, 0.5, 1.0])  # by stratum
ELSEWHERE = np.array([0.1, 0.2, 0.3, 0.4])  # shares of strata in another population


def _half(chance: np.random.Generator, units: int) -> Ints:
    made = np.zeros(units, np.int64)
    made[chance.permutation(units)[: units // 2]] = 1
    return made


def clicks(seed: int, users: int = 120) -> tuple[Data, float]:
    """Draw sessions of users, from one to dozens; each click rate is higher by the effect, for every view alike."""
    chance = stream(seed, "clicks")
    sizes = 1 + chance.poisson(chance.exponential(6.0, users))
    user = np.repeat(np.arange(users), sizes)
    arm = _half(chance, users)[user]
    views = 1 + chance.poisson(3.0, len(user))
    own = chance.standard_normal(users)
    rate = 1 + 0.3 * own[user]
    made = views * (rate + EFFECT * arm) + np.sqrt(views) * 0.3 * chance.standard_normal(len(user))
    seen = 5 + chance.poisson(10.0, users)
    before = seen * (1 + 0.3 * own) + 0.6 * np.sqrt(seen) * chance.standard_normal(users)
    return {"clicks": made, "views": views, "t": arm, "user": user, "before": before[user], "seen": seen[user]}, EFFECT


def layered(seed: int, rows: int = 300) -> tuple[Data, float]:
    """Draw rows whose stratum decides level, effect and share treated; strata are as many as come."""
    chance = stream(seed, "layered")
    stratum = chance.choice(4, rows, p=SHARES)
    arm = (chance.random(rows) < np.array([0.3, 0.5, 0.5, 0.6])[stratum]).astype(np.int64)
    arm = _both(arm, stratum)
    y = stratum + EFFECTS[stratum] * arm + (1 + 0.5 * arm) * chance.standard_normal(rows)
    return {"y": y, "t": arm, "s": stratum}, float(SHARES @ EFFECTS)


def _both(arm: Ints, stratum: Ints) -> Ints:
    """See to two rows of each arm in each stratum, as one who assigns them would."""
    made = arm.copy()
    for one in np.unique(stratum):
        rows = np.flatnonzero(stratum == one)[:4]
        made[rows] = np.arange(len(rows)) % 2
    return made


def layered_clusters(seed: int, clusters: int = 80) -> tuple[Data, float]:
    """Draw clusters within strata, randomised whole, half of each stratum; effects differ by stratum."""
    chance = stream(seed, "layered clusters")
    layer = np.repeat(np.arange(4), clusters // 4)
    arm = np.concatenate([_half(chance, clusters // 4) for _ in range(4)])
    sizes = np.full(clusters, 8)
    cluster = np.repeat(np.arange(clusters), sizes)
    shared = 0.6 * chance.standard_normal(clusters)
    y = (layer + EFFECTS[layer] * arm + shared)[cluster] + chance.standard_normal(len(cluster))
    return {"y": y, "t": arm[cluster], "s": layer[cluster], "cluster": cluster}, float(EFFECTS.mean())


def pairs(seed: int, count: int = 40) -> tuple[Data, float]:
    """Draw pairs of like units, one of each treated; effects differ by pair."""
    chance = stream(seed, "pairs")
    pair = np.repeat(np.arange(count), 2)
    arm = np.tile([0, 1], count) ^ np.repeat(chance.integers(0, 2, count), 2)
    level, effect = chance.standard_normal(count), EFFECT + 0.5 * chance.standard_normal(count)
    y = (2 * level + effect * 0)[pair] + effect[pair] * arm + chance.standard_normal(2 * count)
    return {"y": y, "t": arm, "s": pair}, EFFECT


def _elsewhere(data: Data, rows: int = 0) -> Estimate:
    """Estimate for another population: its shares, or a sample of it, whose chance comes from the data."""
    given: Any = {at: float(share) for at, share in enumerate(ELSEWHERE)}
    if rows:
        seed = int(abs(float(np.sum(data["y"]))) * 1e9) % 2**40
        given = {"s": stream(seed, "people").choice(4, rows, p=ELSEWHERE)}
    return to_population(data, outcome="y", treatment="t", strata="s", population=given)


def foreseen(seed: int, clusters: int = 60) -> tuple[Data, float]:
    """Draw clusters with ten columns known before, each of which foretells a little."""
    chance = stream(seed, "foreseen")
    cluster = np.repeat(np.arange(clusters), 8)
    x = chance.standard_normal((len(cluster), 8))
    plan = np.array(["free", "paid", "team"])[chance.integers(0, 3, len(cluster))]
    shared = 0.5 * chance.standard_normal(clusters)[cluster]
    arm = _half(chance, clusters)[cluster]
    y = EFFECT * arm + x.sum(axis=1) / 2 + (plan == "team") + shared + chance.standard_normal(len(cluster))
    columns = {f"x{at}": x[:, at] for at in range(8)}
    return {"y": y, "t": arm, "cluster": cluster, "plan": plan, **columns}, EFFECT


_COLUMNS = [*(f"x{at}" for at in range(8)), "plan"]


def skewed(seed: int, rows: int = 800) -> tuple[Data, float]:
    """Draw waiting times; the treatment makes each longer by a fifth. The truth is of the median."""
    chance = stream(seed, "skewed")
    arm = _half(chance, rows)
    y = np.exp(chance.standard_normal(rows)) * (1 + 0.2 * arm)
    return {"y": y, "t": arm}, 0.2


def skewed_clusters(seed: int, clusters: int = 80) -> tuple[Data, float]:
    """Draw waiting times within clusters; each is longer by 0.3 where treated, so every quantile moves by as much."""
    chance = stream(seed, "skewed clusters")
    cluster = np.repeat(np.arange(clusters), 3 + chance.integers(0, 20, clusters))
    arm = _half(chance, clusters)[cluster]
    y = np.exp(0.6 * chance.standard_normal(clusters)[cluster] + 0.6 * chance.standard_normal(len(cluster)))
    return {"y": y + 0.3 * arm, "t": arm, "cluster": cluster}, 0.3


def _capped_effect(cap: float) -> Callable[[int], tuple[Data, float]]:
    def draw(seed: int) -> tuple[Data, float]:
        chance = stream(seed, "spending")
        arm = _half(chance, 1000)
        y = chance.exponential(1.0, 1000) * (1 + 0.2 * arm)
        return {"y": y, "t": arm}, float(1.2 * (1 - np.exp(-cap / 1.2)) - (1 - np.exp(-cap)))

    return draw


def heavy_null(seed: int, clusters: int = 100) -> tuple[Data, float]:
    """Draw very skewed spending within clusters, which the treatment does not move."""
    chance = stream(seed, "heavy null")
    cluster = np.repeat(np.arange(clusters), 10)
    size = np.exp(chance.standard_normal(clusters))[cluster]
    return {"y": size * chance.exponential(1.0, len(cluster)) ** 2, "t": _half(chance, clusters)[cluster],
            "cluster": cluster}, 0.0  # fmt: skip


def long_tails(seed: int, rows: int = 120) -> tuple[Data, float]:
    """Draw rows with tails so long that their mean is hardly known (t with 2 df), moved as a whole."""
    chance = stream(seed, "long tails")
    arm = _half(chance, rows)
    return {"y": 0.3 * arm + chance.standard_t(2, rows), "t": arm}, 0.3


def arrivals(seed: int) -> tuple[Data, float]:
    """Draw units of which a share of 0.52 is in the second arm, not the half that was designed."""
    return {"t": (stream(seed, "arrivals").random(2000) < 0.52).astype(np.int64)}, 0.02


def _share(data: Data, **more: Any) -> Estimate:  # noqa: ANN401 - keywords of `mismatch`
    return mismatch(data, treatment="t", **more)["1"]


def past(seed: int) -> tuple[Data, float]:
    """Draw independent rows of a time without a treatment: an analysis by rows finds 5 %."""
    return {"y": stream(seed, "past").standard_normal(200)}, 0.05


def harmed(seed: int, clusters: int = 60) -> tuple[Data, float]:
    """Draw clusters of unequal size; the treatment makes a metric higher, and lower is better."""
    chance = stream(seed, "harmed")
    cluster = np.repeat(np.arange(clusters), 2 + chance.integers(0, 12, clusters))
    arm = _half(chance, clusters)[cluster]
    y = 5 + 0.2 * arm + 0.5 * chance.standard_normal(clusters)[cluster] + chance.standard_normal(len(cluster))
    return {"y": y, "t": arm, "cluster": cluster}, 0.2


def _bound(data: Data) -> Estimate:
    made = guardrail(data, outcome="y", treatment="t", clusters="cluster", margin=0.3, better="lower")
    return replace(made, low=-np.inf, high=made.harm_at_most, value=made.harm)


def _relative_bound(data: Data) -> Estimate:
    made = guardrail(data, outcome="y", treatment="t", clusters="cluster", margin=0.05, better="lower", relative=True)
    return replace(made, low=-np.inf, high=made.harm_at_most, value=made.harm, standard_error=None)


def _relative(draw: Callable[[int], tuple[Data, float]], base: float) -> Callable[[int], tuple[Data, float]]:
    def drawn(seed: int) -> tuple[Data, float]:
        data, effect = draw(seed)
        return data, effect / base

    return drawn


def metrics(seed: int, clusters: int = 40) -> tuple[Data, float]:
    """Draw ten correlated metrics of clusters that nothing moves."""
    chance = stream(seed, "metrics")
    cluster = np.repeat(np.arange(clusters), 6)
    common = chance.standard_normal((clusters, 1))
    shared = (0.8 * common + 0.6 * chance.standard_normal((clusters, 10)))[cluster]
    y = shared + chance.standard_normal((len(cluster), 10))
    return {"t": _half(chance, clusters)[cluster], "cluster": cluster} | {f"m{k}": y[:, k] for k in range(10)}, 0.0


_METRICS = [f"m{k}" for k in range(10)]


def _all_at_once(made: Estimates) -> Estimate:
    """Cut all intervals of effects that are 0 into one: it holds 0 where each of them does."""
    rows = list(made.rows.values())
    return replace(rows[0], low=max(one.low for one in rows), high=min(one.high for one in rows), standard_error=None)


def _several(data: Data, **more: Any) -> Estimates:  # noqa: ANN401 - keywords of `several`
    return several(data, outcomes=_METRICS, treatment="t", clusters="cluster", draws=4000, **more)


def _by(method: Callable[..., Estimate], **given: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401 - keywords
    def made(data: Data) -> Estimate:
        return method(data, treatment="t", **given)

    return made


_RATIO = {"outcome": "clicks", "denominator": "views", "clusters": "user"}
_BEFORE = [("before", "seen")]

REGIMES = (
    Regime("ratio", "sessions of unequal users, randomised by user", clicks, _by(ratio, **_RATIO)),
    Regime("ratio, cuped", "the same, adjusted by the ratio of the time before", clicks,
           _by(ratio, **_RATIO, covariates=_BEFORE)),
    Regime("ratio, lin", "the same, a slope for each arm and two columns", clicks,
           _by(ratio, **_RATIO, covariates=["before", "seen"], adjust="lin")),
    Regime("ratio, relative", "the same, relative to the control, symmetric", _relative(clicks, 1.0),
           _by(ratio, **_RATIO, scale="relative")),
    Regime("ratio, relative, log", "the same, symmetric in the logarithm", _relative(clicks, 1.0),
           _by(ratio, **_RATIO, scale="relative", interval="log")),
    Regime("ratio, relative, fieller", "the same by Fieller, adjusted", _relative(clicks, 1.0),
           _by(ratio, **_RATIO, covariates=_BEFORE, scale="relative", interval="fieller")),
    Regime("ratio, few clusters", "12 users", lambda seed: clicks(seed, 12), _by(ratio, **_RATIO), at_least=True),
    Regime("strata", "unequal shares treated, effects by stratum, strata as many as come", layered,
           _by(stratified, outcome="y", strata="s")),
    Regime("strata of clusters", "clusters randomised within strata", layered_clusters,
           _by(stratified, outcome="y", strata="s", clusters="cluster", target="sample")),
    Regime("pairs", "pairs of like units whose effects differ", pairs,
           _by(stratified, outcome="y", strata="s", correction="pairs")),
    Regime("another population", "its shares are known", lambda seed: (layered(seed)[0], float(ELSEWHERE @ EFFECTS)),
           _elsewhere),
    Regime("another population, sampled", "its shares are those of 150 people",
           lambda seed: (layered(seed)[0], float(ELSEWHERE @ EFFECTS)), lambda data: _elsewhere(data, 150)),
    Regime("prediction", "60 clusters, nine columns known before", foreseen,
           _by(predicted, outcome="y", predictors=_COLUMNS, clusters="cluster")),
    Regime("quantile, median", "800 skewed rows", skewed, _by(quantile_effect, outcome="y")),
    Regime("quantile, upper tenth, clusters", "80 unequal clusters of skewed rows", skewed_clusters,
           _by(quantile_effect, outcome="y", quantile=0.9, clusters="cluster")),
    Regime("winsorised", "a cap fixed before, an effect below and above it", _capped_effect(3.0),
           _by(winsorised, outcome="y", cap=3.0)),
    Regime("winsorised at a quantile", "very skewed clusters, no effect", heavy_null,
           _by(winsorised, outcome="y", clusters="cluster")),
    Regime("trimmed", "tails without a variance, an effect on all", long_tails, _by(trimmed, outcome="y")),
    Regime("shares of arms", "a share of 0.52 where a half was designed", arrivals, _share),
    Regime("audit", "independent rows, analysed as such: 5 % of 150 relabellings find an effect", past,
           lambda data: audit(data, outcome="y", draws=150), at_least=True),
    Regime("guardrail", "one-sided bound of harm, 60 unequal clusters", harmed, _bound),
    Regime("guardrail, relative", "the same as a share of the control's mean", _relative(harmed, 5.0),
           _relative_bound),
    Regime("several metrics, max-t", "ten correlated metrics, all intervals at once", metrics,
           lambda data: _all_at_once(_several(data))),
    Regime("several metrics, bonferroni", "the same, whatever the correlation", metrics,
           lambda data: _all_at_once(_several(data, how="bonferroni")), at_least=True),
    Regime("several results, holm", "estimates made one by one, then adjusted", metrics,
           lambda data: _all_at_once(adjust_several(_several(data, how="none").rows, "holm")), at_least=True),
)  # fmt: skip


def more_pages(seed: int, users: int = 400) -> tuple[Data, float]:
    """Let no one's click rate change, while those who click little look at more pages. The truth is of a user."""
    chance = stream(seed, "more pages")
    arm, rate = _half(chance, users), chance.choice([0.1, 0.5], users)
    views = 5 + chance.poisson(np.where((rate < 0.3) & (arm == 1), 20.0, 10.0))
    return {"clicks": chance.binomial(views, rate), "views": views, "t": arm, "user": np.arange(users)}, 0.0


def sorted_afterwards(seed: int, rows: int = 600) -> tuple[Data, float]:
    """Sort rows into strata by what the treatment itself changed."""
    chance = stream(seed, "sorted afterwards")
    arm, own = _half(chance, rows), chance.standard_normal(rows)
    return {"y": own + 0.5 * arm, "t": arm, "s": (own + 0.5 * arm > 0).astype(np.int64)}, 0.5


def volunteers(seed: int, rows: int = 600) -> tuple[Data, float]:
    """Let those come, within each stratum, for whom the change does most. The truth is of the whole population."""
    chance = stream(seed, "volunteers")
    stratum, gain = chance.integers(0, 4, rows), 0.5 + 0.5 * np.abs(chance.standard_normal(rows))
    arm = _half(chance, rows)
    return {"y": stratum + gain * arm + chance.standard_normal(rows), "t": arm, "s": stratum}, 0.5


def measured_late(seed: int, rows: int = 600) -> tuple[Data, float]:
    """Take for a predictor what was measured after the treatment had moved it."""
    chance = stream(seed, "measured late")
    arm = _half(chance, rows)
    late = chance.standard_normal(rows) + 0.5 * arm
    return {"y": late + 0.5 * chance.standard_normal(rows), "t": arm, "late": late}, 0.5


def losers_on_top(seed: int, rows: int = 800) -> tuple[Data, float]:
    """Give three in five a gain of 0.5, and take 3 from the others, who were on top. The truth is the median gain."""
    chance = stream(seed, "losers on top")
    arm, own = _half(chance, rows), chance.standard_normal(rows)
    return {"y": own + np.where(own < 0.2533, 0.5, -3.0) * arm, "t": arm}, 0.5


def few_pay(seed: int, rows: int = 4000) -> tuple[Data, float]:
    """Let the whole effect be in the one row of a hundred that the cap cuts. The truth is of the plain means."""
    chance = stream(seed, "few pay")
    arm = _half(chance, rows)
    large = chance.random(rows) < 0.01
    return {"y": chance.exponential(1.0, rows) + large * (30 + 20 * arm), "t": arm}, 0.2


def sessions_counted(seed: int, users: int = 300) -> tuple[Data, float]:
    """Split users evenly, and count their sessions, of which some have very many."""
    chance = stream(seed, "sessions counted")
    sizes = 1 + chance.poisson(chance.exponential(20.0, users))
    return {"t": np.repeat(_half(chance, users), sizes)}, 0.0


def accounts(seed: int, count: int = 50) -> tuple[Data, float]:
    """Draw users in accounts. The truth: accounts will be randomised, the analysis by users then finds 39 %."""
    chance = stream(seed, "accounts")
    account = np.repeat(np.arange(count), 20)
    y = 0.5 * chance.standard_normal(count)[account] + chance.standard_normal(len(account))
    return {"y": y, "account": account}, 0.39


def half_see_it(seed: int, rows: int = 2000) -> tuple[Data, float]:
    """Show the change to half of the treated. The truth is the harm to those who saw it."""
    chance = stream(seed, "half see it")
    arm = _half(chance, rows)
    saw = arm * (chance.random(rows) < 0.5)
    return {"y": 5 + 0.4 * saw + chance.standard_normal(rows), "t": arm, "cluster": np.arange(rows)}, 0.4


def winners(seed: int, rows: int = 300) -> tuple[Data, float]:
    """Hand in the three of thirty metrics that moved most, as if there had been three. Nothing moved."""
    chance = stream(seed, "winners")
    arm, y = _half(chance, rows), chance.standard_normal((rows, 30))
    seen = np.argsort(-np.abs(y[arm == 1].mean(axis=0) - y[arm == 0].mean(axis=0)))[:3]
    return {"t": arm} | {f"m{k}": y[:, at] for k, at in enumerate(seen)}, 0.0


LIES = (
    Regime("ratio whose denominator moves", "users of a low rate look at more pages; no rate changes", more_pages,
           _by(ratio, **_RATIO)),
    Regime("strata sorted afterwards", "the stratum is what the treatment changed", sorted_afterwards,
           _by(stratified, outcome="y", strata="s")),
    Regime("volunteers within strata", "those come for whom it does most", volunteers, _elsewhere),
    Regime("predictor measured late", "it holds part of the effect", measured_late,
           _by(predicted, outcome="y", predictors=["late"])),
    Regime("quantile read as a person's gain", "most gain, the median falls", losers_on_top,
           _by(quantile_effect, outcome="y")),
    Regime("effect above the cap", "a few who pay much pay more", few_pay, _by(winsorised, outcome="y")),
    Regime("effect in the part that is trimmed", "a few who pay much pay more", few_pay,
           _by(trimmed, outcome="y", share=0.05, sides="upper")),
    Regime("sessions counted as units", "users were split evenly", sessions_counted, _share),
    Regime("audit at another unit", "users are relabelled, accounts will be randomised", accounts,
           lambda data: audit(data, outcome="y", draws=200)),
    Regime("guardrail diluted", "half of the treated never saw the change", half_see_it, _bound),
    Regime("winners handed in", "three metrics of thirty, chosen by what they showed", winners,
           lambda data: _all_at_once(several(data, outcomes=["m0", "m1", "m2"], treatment="t", draws=4000))),
)  # fmt: skip
