"""In which worlds do intervals hold that are read while the data come in, and in which do they lie?

For sequences the interval is what those of all looks have in common: it holds the truth when every one of them does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.special import stdtrit

from liveloop.base.seeds import exponentials, flips, integers, normals, uniforms
from liveloop.estimate.looks.arrivals import Columns, Schedule, read_arrivals
from liveloop.estimate.looks.asymptotic import asymptotic_sequence
from liveloop.estimate.looks.bounded import bounded_sequence
from liveloop.estimate.looks.group import group_sequential
from liveloop.estimate.looks.mixture import t_of_normal
from liveloop.estimate.looks.plan import plan_looks
from liveloop.estimate.looks.sequence import ConfidenceSequence
from liveloop.estimate.looks.sprt import mixture_sprt
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate

EFFECT = 0.2
POCOCK = plan_looks(5, bound="pocock")
SPENT = plan_looks(times=(0.3, 0.5, 0.9, 1.0), spending="obrien-fleming")
FUTILE = plan_looks(4, sides=1, spending="power", parameter=1.0, futility=(0.3, 0.6, 0.9), binding=True)


def rows(seed: int, count: int = 500, effect: float = EFFECT, share: float = 0.5) -> tuple[Data, float]:
    """Draw rows one after the other whose variance differs by arm, with a covariate."""
    places = np.arange(count)
    arm = flips(seed, "arm", places, share).astype(np.float64)
    before = normals(seed, "before", places)
    y = effect * arm + 0.6 * before + (1 + 0.5 * arm) * normals(seed, "row", places)
    return {"y": y, "t": arm, "x": before, "when": places + 1}, effect


def skewed(seed: int, count: int = 1_000) -> tuple[Data, float]:
    """Draw spending: most spend nothing, a few much; three in ten are treated, to no effect."""
    places = np.arange(count)
    y = flips(seed, "spends", places, 0.4) * exponentials(seed, "spent", places, 1.0) ** 1.3
    return {"y": y, "t": flips(seed, "arm", places, 0.3) * 1.0, "when": places}, 0.0


def ratio(seed: int, users: int = 500) -> tuple[Data, float]:
    """Draw users with sessions and clicks; a user who likes the product has more sessions and more clicks in each."""
    places = np.arange(users)
    arm = flips(seed, "arm", places, 0.5).astype(np.float64)
    liking = normals(seed, "liking", places)
    sessions = 1.0 + integers(seed, "sessions", places, 5) + 3 * (liking > 0)
    clicks = sessions * (0.3 + 0.1 * arm + 0.2 * liking) + np.sqrt(sessions) * 0.5 * normals(seed, "clicks", places)
    return {"y": clicks, "n": sessions, "t": arm, "when": places}, 0.1


def clusters(
    seed: int, count: int = 60, size: int = 20, icc: float = 0.2, effect: float = 0.0, spread: float = 0.3
) -> tuple[Data, float]:
    """Draw clusters that begin one after the other, whose rows keep arriving for a time of mean `spread`."""
    cluster = np.repeat(np.arange(count), size)
    places = np.arange(len(cluster))
    arm = np.zeros(count)
    arm[np.argsort(uniforms(seed, "arm", range(count)))[: count // 2]] = 1.0
    y = np.sqrt(icc) * normals(seed, "cluster", range(count))[cluster] + np.sqrt(1 - icc) * normals(seed, "row", places)
    when = uniforms(seed, "begins", range(count))[cluster] + exponentials(seed, "after", places, spread)
    return {"y": y + effect * arm[cluster], "t": arm[cluster], "g": cluster, "when": when}, effect


def returning(seed: int, count: int = 60, size: int = 20, icc: float = 0.2) -> tuple[Data, float]:
    """Draw clusters that are all there from the start; their rows come in any order."""
    data, effect = clusters(seed, count, size, icc)
    return {**data, "when": uniforms(seed, "when", range(count * size))}, effect


def events(seed: int, count: int = 400, chance: float = 0.05, share: float = 0.5) -> tuple[Data, float]:
    """Draw events that are rare; treatment makes them a little less so."""
    places = np.arange(count)
    arm = flips(seed, "arm", places, share).astype(np.float64)
    return {"y": flips(seed, "event", places, chance + 0.05 * arm) * 1.0, "t": arm, "when": places}, 0.05


def groups_of_events(seed: int, count: int = 80, size: int = 8) -> tuple[Data, float]:
    """Draw clusters of events whose chance differs much from cluster to cluster."""
    data, _ = clusters(seed, count, size, 0.0, spread=0.02)
    chance = np.where(flips(seed, "kind", range(count), 0.3), 0.8, 0.1)[data["g"]]
    return {**data, "y": (uniforms(seed, "event", range(count * size)) < chance) * 1.0}, 0.0


def _common(follow: Callable[..., ConfidenceSequence], **changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    def made(data: Data) -> Estimate:
        return follow(data, outcome="y", treatment="t", arrived="when", **changes).intersection

    return made


def _stopped(plan: Any, **changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    def made(data: Data) -> Estimate:
        return group_sequential(data, outcome="y", treatment="t", arrived="when", plan=plan, **changes).estimate

    return made


def quarters(data: Data, parts: int = 4) -> list[float]:
    """Give arrivals that cut the rows in equal parts."""
    return [float(one) for one in np.quantile(np.asarray(data["when"], np.float64), np.arange(1, parts + 1) / parts)]


def _clustered_stop(data: Data) -> Estimate:
    return group_sequential(data, outcome="y", treatment="t", arrived="when", clusters="g", plan=plan_looks(4),
                            looks=quarters(data), planned_units=60).estimate  # fmt: skip


_HUNDREDS: dict[str, Any] = {"looks": [100, 200, 300, 400, 500]}
_UNEVEN: dict[str, Any] = {"looks": [140, 260, 430, 500], "planned_units": 500}
_QUARTERS: dict[str, Any] = {"looks": [125, 250, 375, 500]}
_MANY, _SOME = {"looks": 100}, {"looks": 40}

REGIMES = (
    Regime("asymptotic sequence", "independent rows, the variance differs by arm", rows,
           _common(asymptotic_sequence, tuned_for=500, **_MANY), at_least=True),
    Regime("asymptotic sequence, adjusted", "the same with a covariate", rows,
           _common(asymptotic_sequence, tuned_for=500, covariates=["x"], **_MANY), at_least=True),
    Regime("asymptotic sequence, one side", "the same, one end", rows,
           _common(asymptotic_sequence, tuned_for=500, side="greater", **_MANY), at_least=True),
    Regime("asymptotic sequence, skewed", "spending, three in ten treated", skewed,
           _common(asymptotic_sequence, **_MANY), at_least=True),
    Regime("asymptotic sequence, ratio", "clicks by sessions of users", ratio,
           _common(asymptotic_sequence, denominator="n", tuned_for=500, **_MANY), at_least=True),
    Regime("open clusters", "60 clusters begin one after the other, 20 rows each keep arriving, ICC 0.2", clusters,
           _common(asymptotic_sequence, clusters="g", tuned_for=60, **_MANY), at_least=True),
    Regime("open clusters, all from the start", "60 clusters of 20 rows that come in any order, ICC 0.2", returning,
           _common(asymptotic_sequence, clusters="g", tuned_for=60, **_MANY), at_least=True),
    Regime("open clusters, ratio", "the same, each row with a size of its own",
           lambda seed: _sized(*returning(seed), seed),
           _common(asymptotic_sequence, clusters="g", denominator="n", tuned_for=60, **_MANY), at_least=True),
    Regime("complete clusters", "60 clusters of 20 rows, each counted when it is 0.5 old, ICC 0.2", clusters,
           _common(asymptotic_sequence, clusters="g", tuned_for=60, complete_after=0.5, **_MANY), at_least=True),
    Regime("mixture ratio test", "independent rows, tuned by the effect", rows,
           _common(mixture_sprt, effect_size=0.2, **_MANY), at_least=True),
    Regime("mixture ratio test, open clusters", "60 clusters of 20 rows, ICC 0.2", clusters,
           _common(mixture_sprt, effect_size=0.3, clusters="g", **_MANY), at_least=True),
    Regime("betting, arm by arm", "events of 5 and 10 %", events, _common(bounded_sequence, **_SOME), at_least=True),
    Regime("betting, unit by unit", "the same, treated by a fair coin", events,
           _common(bounded_sequence, share=0.5, **_SOME), at_least=True),
    Regime("empirical Bernstein", "the same", events,
           _common(bounded_sequence, method="empirical-bernstein", share=0.5, **_SOME), at_least=True),
    Regime("Hoeffding", "the same", events,
           _common(bounded_sequence, method="hoeffding", **_SOME), at_least=True),
    Regime("betting, complete clusters", "80 clusters of 8 events whose chance differs much", groups_of_events,
           _common(bounded_sequence, clusters="g", complete_after=0.2, **_SOME), at_least=True),
    Regime("group sequential, Pocock", "five looks, the interval after the stop", rows, _stopped(POCOCK, **_HUNDREDS)),
    Regime("group sequential, error spent", "four looks at uneven times", rows, _stopped(SPENT, **_UNEVEN)),
    Regime("group sequential, one side", "four looks, binding bounds for futility", rows,
           _stopped(FUTILE, **_QUARTERS)),
    Regime("group sequential, repeated", "five looks, all intervals", rows,
           _common(group_sequential, plan=POCOCK, **_HUNDREDS), at_least=True),
    Regime("group sequential, open clusters", "four looks at 60 clusters that keep growing", clusters, _clustered_stop),
)  # fmt: skip


def _sized(data: Data, effect: float, seed: int) -> tuple[Data, float]:
    size = 1.0 + integers(seed, "size", range(len(data["y"])), 4)
    return {**data, "n": size, "y": data["y"] * np.sqrt(size)}, effect


def late(seed: int, count: int = 1_500) -> tuple[Data, float]:
    """Draw events that are as likely in both arms but come sooner when treated; that there is none shows late."""
    places = np.arange(count)
    arm = flips(seed, "arm", places, 0.5)
    happens = flips(seed, "event", places, 0.4)
    waits = np.where(happens, np.minimum(exponentials(seed, "wait", places, np.where(arm, 0.05, 0.6)), 1.0), 1.0)
    return {"y": happens * 1.0, "t": arm * 1.0, "when": 2 * uniforms(seed, "enters", places) + waits}, 0.0


def ramped(seed: int, count: int = 800) -> tuple[Data, float]:
    """Draw events that get rarer while the share of the treated goes from one to nine in ten; no effect."""
    places = np.arange(count)
    early = 1 - places / count
    arm = uniforms(seed, "arm", places) < 0.1 + 0.8 * (1 - early)
    return {"y": flips(seed, "event", places, 0.1 + 0.6 * early) * 1.0, "t": arm * 1.0, "when": places}, 0.0


def fading(seed: int, count: int = 800) -> tuple[Data, float]:
    """Draw rows whose effect is there while it is new and gone after; the truth is the lasting effect, 0."""
    data, _ = rows(seed, count, 0.0)
    return {**data, "y": data["y"] + 1.0 * data["t"] * np.exp(-np.arange(count) / 150)}, 0.0


def wild(seed: int, count: int = 2_000) -> tuple[Data, float]:
    """Draw outcomes of which very few are very large, one in twenty treated; no effect."""
    places = np.arange(count)
    arm = flips(seed, "arm", places, 0.05)
    return {"y": np.exp(3.0 * normals(seed, "row", places)), "t": arm * 1.0, "when": places}, 0.0


def devoted(seed: int, count: int = 160, size: int = 20) -> tuple[Data, float]:
    """Draw users of two kinds; treatment changes no outcome, but the happy ones come back more when treated."""
    data, _ = clusters(seed, count, size, 0.3)
    happy = normals(seed, "cluster", range(count))[data["g"]] > 0
    stays = (data["t"] == 1) & happy | (uniforms(seed, "stays", range(count * size)) < 0.2)
    return {name: column[stays] for name, column in data.items()}, 0.0


def nested(seed: int, accounts: int = 20, users: int = 5, size: int = 8) -> tuple[Data, float]:
    """Draw users in accounts; accounts were randomised, and users of one account are alike."""
    data, _ = clusters(seed, accounts * users, size, 0.1)
    account = data["g"] // users
    arm = np.zeros(accounts)
    arm[np.argsort(uniforms(seed, "account", range(accounts)))[: accounts // 2]] = 1.0
    alike = 0.6 * normals(seed, "alike", range(accounts))
    return {**data, "y": data["y"] + alike[account], "t": arm[account]}, 0.0


def rows_of_groups(seed: int) -> tuple[Data, float]:
    """Draw the clusters of events, one cluster after the other."""
    data, effect = groups_of_events(seed, 60, 20)
    return {**data, "when": np.argsort(np.argsort(data["when"], kind="stable"))}, effect


def read_at_once(data: Data, looks: int = 100) -> Estimate:
    """Give what intervals made for one look have in common when they are read at many."""
    read = read_arrivals(data, Columns("y", "t", "when"), Schedule(looks))
    made = read.accrual
    reach = stdtrit(made.df, 0.975) * made.standard_error
    low, high = float((made.value - reach).max()), float((made.value + reach).min())
    return Estimate(read.what(), float(made.value[-1]), low, high, 0.95, "interval for one look, read at many")


def looked_more_often(data: Data) -> Estimate:
    """Apply the bound for five looks at fifty."""
    read = read_arrivals(data, Columns("y", "t", "when"), Schedule(50))
    made = read.accrual
    reach = t_of_normal(np.full(len(made.df), POCOCK.upper[0]), made.df) * made.standard_error
    low, high = float((made.value - reach).max()), float((made.value + reach).min())
    return Estimate(read.what(), float(made.value[-1]), low, high, 0.95, "Pocock's bound for 5 looks, at 50")


def overruled(data: Data) -> Estimate:
    """Go on where a binding bound for futility was crossed."""
    free = replace(FUTILE, rule=replace(FUTILE.rule, futility=None, binding=False))
    return group_sequential(data, outcome="y", treatment="t", arrived="when", plan=free, **_QUARTERS).intersection


def as_if_once(data: Data) -> Estimate:
    """Stop by Pocock's bound, then report the interval for one look."""
    made = group_sequential(data, outcome="y", treatment="t", arrived="when", plan=POCOCK, **_HUNDREDS)
    once = made.estimate.conventions[0]
    return replace(made.estimate, value=float(made.value[-1]), low=once.low, high=once.high)


def _none(seed: int) -> tuple[Data, float]:
    return rows(seed, effect=0.0)


LIES = (
    Regime("peeking at an interval for one look", "no effect, 100 looks", _none, read_at_once),
    Regime("asymptotic sequence, rows of clusters", "clusters of 20 rows, ICC 0.2, rows taken for units",
           lambda seed: clusters(seed, 100, 20, 0.2, spread=0.001),
           _common(asymptotic_sequence, tuned_for=500, **_MANY)),
    Regime("asymptotic sequence, outcomes that come late", "events come sooner when treated, not more often", late,
           _common(asymptotic_sequence, tuned_for=500, **_MANY)),
    Regime("asymptotic sequence, share that changes", "ever more are treated while events get rarer", ramped,
           _common(asymptotic_sequence, tuned_for=500, **_MANY)),
    Regime("asymptotic sequence, ratio of sums that the treatment moves", "the happy come back more when treated",
           lambda seed: _per_user(*devoted(seed)),
           _common(asymptotic_sequence, denominator="n", tuned_for=80, **_MANY)),
    Regime("asymptotic sequence, few and wild", "one in twenty treated, outcomes of which a few are all", wild,
           _common(asymptotic_sequence, tuned_for=2_000, least=2, **_MANY)),
    Regime("open clusters, rows that the treatment keeps", "the happy come back more when treated", devoted,
           _common(asymptotic_sequence, clusters="g", tuned_for=80, **_MANY)),
    Regime("complete clusters, below what was randomised", "users in accounts, accounts were randomised", nested,
           _common(asymptotic_sequence, clusters="g", tuned_for=100, complete_after=0.5, **_MANY)),
    Regime("mixture ratio test, effect that fades", "an effect while it is new, none after", fading,
           _common(mixture_sprt, effect_size=0.3, **_MANY)),
    Regime("betting arm by arm, rows of clusters", "20 events a cluster, alike", rows_of_groups,
           _common(bounded_sequence, **_SOME)),
    Regime("betting unit by unit, another share", "ever more are treated, half were said to be", ramped,
           _common(bounded_sequence, share=0.5, **_SOME)),
    Regime("empirical Bernstein, rows of clusters", "20 events a cluster, alike", rows_of_groups,
           _common(bounded_sequence, method="empirical-bernstein", **_SOME)),
    Regime("Hoeffding, share that changes", "ever more are treated while events get rarer", ramped,
           _common(bounded_sequence, method="hoeffding", **_SOME)),
    Regime("group sequential, interval for one look", "no effect, stopped by Pocock's bound", _none, as_if_once),
    Regime("group sequential, more looks than planned", "no effect, the bound for 5 looks at 50", _none,
           looked_more_often),
    Regime("group sequential, futility overruled", "no effect, gone on beyond a binding bound", _none, overruled),
    Regime("group sequential, rows of clusters", "clusters of 20 rows, ICC 0.2, rows taken for units",
           lambda seed: clusters(seed, 100, 20, 0.2),
           lambda data: group_sequential(data, outcome="y", treatment="t", arrived="when", plan=plan_looks(4),
                                         looks=quarters(data)).estimate),
)  # fmt: skip


def _per_user(data: Data, effect: float) -> tuple[Data, float]:
    users, first, inverse = np.unique(data["g"], return_index=True, return_inverse=True)
    size = np.bincount(inverse).astype(np.float64)
    return {"y": np.bincount(inverse, data["y"]), "n": size, "t": data["t"][first], "when": users}, effect
