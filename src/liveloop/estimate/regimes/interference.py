"""In which worlds are estimators for units that touch one another at home, and in which do they lie?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from liveloop.base.seeds import Floats, Ints, flips, integers, normals, uniforms
from liveloop.estimate.interference.bipartite import bipartite
from liveloop.estimate.interference.carryover import carryover_test
from liveloop.estimate.interference.cluster import cluster_total
from liveloop.estimate.interference.ego import ego_clusters
from liveloop.estimate.interference.exposure import exposure_effects
from liveloop.estimate.interference.focal import spillover_test
from liveloop.estimate.interference.pooled import pooled_saturation
from liveloop.estimate.interference.saturation import two_stage
from liveloop.estimate.interference.spillover import spillover_regression
from liveloop.estimate.interference.switch_regression import switchback_regression
from liveloop.estimate.interference.switchback import switchback
from liveloop.estimate.interference.two_designs import compare_designs
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate, Estimates

DIRECT, SPILLOVER = 1.0, 0.5
TOTAL = DIRECT + SPILLOVER
PEOPLE = 500


@lru_cache(maxsize=8)
def friends(people: int = PEOPLE) -> Mapping[str, Ints]:
    """Give edges of one network for all draws: all in a ring, and half of them paired with somebody far away."""
    ring, paired = np.arange(people), np.argsort(uniforms(11, "friends", range(people)))[: people // 2]
    return {"source": np.r_[ring, paired[::2]], "target": np.r_[(ring + 1) % people, paired[1::2]]}


@lru_cache(maxsize=2)
def strangers(people: int = PEOPLE) -> Mapping[str, Ints]:
    """Give what a bad list has of the same network: one friend of each pair in the ring, and as many who are none."""
    ring, wrong = np.arange(0, people, 2), np.argsort(uniforms(13, "strangers", range(people)))
    return {"source": np.r_[ring, wrong[::2]], "target": np.r_[ring + 1, wrong[1::2]]}


def treated_friends(arm: Floats, people: int = PEOPLE) -> tuple[Floats, Floats]:
    """Count the treated friends of each person, and all, each friend once."""
    edges = friends(people)
    both = np.unique(np.r_[edges["source"] * people + edges["target"], edges["target"] * people + edges["source"]])
    who, other = both // people, both % people
    return np.bincount(who, arm[other], minlength=people).astype(np.float64), np.bincount(who, minlength=people).astype(
        np.float64
    )


def halves(seed: int, count: int) -> Floats:
    """Treat half of some units, chosen by chance."""
    made = np.zeros(count)
    made[np.argsort(uniforms(seed, "arm", range(count)))[: count // 2]] = 1.0
    return made


def network(effect: float, *, share: bool = False, fixed: bool = False) -> Callable[[int], tuple[Data, float]]:
    """Draw a network: 1 for one's own treatment, 0.5 for a treated friend (or for all friends, by their share)."""

    def draw(seed: int) -> tuple[Data, float]:
        people = np.arange(PEOPLE)
        arm = halves(seed, PEOPLE) if fixed else flips(seed, "arm", people, 0.5).astype(float)
        number, friends_of = treated_friends(arm)
        touched = number / friends_of if share else number > 0
        before = normals(seed, "before", people)
        y = 2 + DIRECT * arm + SPILLOVER * touched + 0.8 * before + 0.6 * normals(seed, "person", people)
        return {"y": y, "t": arm, "person": people, "x": before}, effect

    return draw


def towns(
    seed: int, sizes: Any, saturation: Floats, effect: float, cluster_spread: float = 0.4  # noqa: ANN401
) -> tuple[Data, float]:  # fmt: skip
    """Draw towns of given sizes and saturations: 1 for one's own treatment, 0.5 times the share treated in the town."""
    sizes = np.asarray(sizes)
    town = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.arange(len(town))
    rank = np.empty(len(rows), np.int64)
    rank[np.argsort(town + uniforms(seed, "order", rows))] = rows - np.repeat(np.cumsum(sizes) - sizes, sizes)
    arm = (rank < np.rint(saturation * sizes)[town]).astype(float)
    share = (np.bincount(town, arm) / sizes)[town]
    y = 1 + DIRECT * arm + SPILLOVER * share + cluster_spread * normals(seed, "town", range(len(sizes)))[town]
    y = y + normals(seed, "row", rows)
    return {"y": y, "t": arm, "town": town, "share": saturation[town]}, effect


def shuffled(seed: int, values: Any) -> Floats:  # noqa: ANN401
    """Give values in an order by chance."""
    return np.asarray(values)[np.argsort(uniforms(seed, "saturation", range(len(values))))]


def saturated(effect: float, *, even: bool = True) -> Callable[[int], tuple[Data, float]]:
    """Draw 60 towns at saturations 0, 0.5 and 0.75, of 12 units or of unequal sizes."""

    def draw(seed: int) -> tuple[Data, float]:
        sizes = [12] * 60 if even else 4 * (2 + integers(seed, "size", range(60), 5))
        return towns(seed, sizes, shuffled(seed, np.repeat([0.0, 0.5, 0.75], 20)), effect)

    return draw


def whole_towns(count: int) -> Callable[[int], tuple[Data, float]]:
    """Draw towns of unequal sizes, half of them treated whole."""

    def draw(seed: int) -> tuple[Data, float]:
        return towns(seed, 4 + integers(seed, "size", range(count), 17), halves(seed, count), TOTAL)

    return draw


def two_parts(seed: int) -> tuple[Data, float]:
    """Draw 40 towns randomised whole and 40 in which half of the units were treated; truth is the gap of the parts."""
    saturation = np.r_[halves(seed, 40), np.full(40, 0.5)]
    data, _ = towns(seed, [12] * 80, saturation, SPILLOVER)
    return {**data, "whole": data["town"] < 40}, SPILLOVER


def stars(kind: str, effect: float) -> Callable[[int], tuple[Data, float]]:
    """Draw 120 egos with 5 alters each; egos all control, or thrown too."""

    def draw(seed: int) -> tuple[Data, float]:
        cluster = np.repeat(np.arange(120), 6)
        rows = np.arange(720)
        ego = rows % 6 == 0
        alters = halves(seed, 120)[cluster]
        own = 0.0 if kind == "control" else flips(seed, "ego", cluster, 0.5).astype(float)
        arm = np.where(ego, own, alters)
        shared = 0.3 * normals(seed, "cluster", range(120))[cluster]
        y = 1 + DIRECT * arm + SPILLOVER * np.where(ego, alters, 0.2 * own) + shared + normals(seed, "row", rows)
        return {"y": y, "t": arm, "cluster": cluster, "ego": ego, "around": alters}, effect

    return draw


@lru_cache(maxsize=2)
def meetings(users: int = 600, items: int = 200, each: int = 4) -> Mapping[str, Ints]:
    """Give which user met which items, the same for all draws."""
    rows = np.arange(users * each)
    return {"user": rows // each, "item": integers(12, "met", rows, items)}


def market(kind: str) -> Callable[[int], tuple[Data, float]]:
    """Draw 600 users who meet four of 200 items each; the effect of items differs by user and is 1.5 on average."""

    def draw(seed: int) -> tuple[Data, float]:
        users, items = np.arange(600), np.arange(200)
        group = items // 2 if kind == "clustered" else items
        arm = halves(seed, 200) if kind == "complete" else flips(seed, "arm", group, 0.5).astype(float)
        met = meetings()
        share = np.bincount(met["user"], arm[met["item"]]) / 4
        own = TOTAL + 0.5 * normals(seed, "effect", users)
        y = 3 + own * share + 0.7 * normals(seed, "user", users)
        bend = 6.0 if kind == "bent" else 0.0  # nothing between a quarter and three quarters, much at both ends
        y = y + bend * (share - 0.5) ** 3
        return {"y": y, "user": users, "arm": arm, "group": group}, float(own.mean()) + bend / 4

    return draw


def hours(
    count: int, block: int, *, regions: int = 1, acts: int = 1, effect: float = TOTAL
) -> Callable[[int], tuple[Data, float]]:  # fmt: skip
    """Draw a switchback: 1 at once, 0.5 spread over the periods after, a daily wave, noise that lasts."""

    def draw(seed: int) -> tuple[Data, float]:
        region, hour = np.repeat(np.arange(regions), count), np.tile(np.arange(count), regions)
        blocks = region * 10_000 + hour // block
        arm = flips(seed, "block", blocks, 0.5).astype(float).reshape(regions, count)
        noise = normals(seed, "noise", np.arange(regions * (count + 20))).reshape(regions, -1)
        lasting = sum(0.5**lag * noise[:, 20 - lag : 20 - lag + count] for lag in range(8))
        wave = np.sin(2 * np.pi * np.arange(count) / 24)
        carried = np.zeros_like(arm)
        for lag in range(1, acts + 1):
            carried[:, lag:] += SPILLOVER / acts * arm[:, :-lag]
        y = 5 + wave + DIRECT * arm + carried + 0.5 * lasting + normals(seed, "region", range(regions))[:, None]
        x = np.tile(wave, regions)
        return {"y": y.ravel(), "t": arm.ravel(), "hour": hour, "region": region, "x": x}, effect

    return draw


def _part(function: Callable[..., Estimates], name: str, **options: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    def estimate(data: Data) -> Estimate:
        return function(data, outcome="y", treatment="t", **options)[name]

    return estimate


def _whole(function: Callable[..., Estimate], **options: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    def estimate(data: Data) -> Estimate:
        return function(data, outcome="y", treatment="t", **options)

    return estimate


def _exposure(name: str, **options: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    return _part(exposure_effects, name, unit="person", edges=friends(), contrasts=[name], **options)


def _items(**options: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    def estimate(data: Data) -> Estimate:
        items = {"item": np.arange(200), "t": data["arm"], "group": data["group"]}
        users = {"y": data["y"], "user": data["user"]}
        return bipartite(users, outcome="y", unit="user", edges=meetings(), items=items, item="item", treatment="t",
                         **options)  # fmt: skip

    return estimate


def leaking(seed: int) -> tuple[Data, float]:
    """Draw 60 towns treated whole or not, of which each feels the next one as much as itself."""
    arm = halves(seed, 60)
    data, _ = towns(seed, [12] * 60, arm, TOTAL)
    return {**data, "y": data["y"] + SPILLOVER / 2 * (np.roll(arm, 1) - arm)[data["town"]]}, TOTAL


def near_control(seed: int) -> tuple[Data, float]:
    """Draw towns at three saturations; whoever is in pure control feels what the towns next to it get."""
    data, truth = saturated(SPILLOVER * 0.75)(seed)
    return {**data, "y": data["y"] + 0.45 * (data["share"] == 0)}, truth


def stepped(seed: int) -> tuple[Data, float]:
    """Draw towns in which nothing spills over below a saturation of 0.6, and 0.5 does above it."""
    data, _ = saturated(SPILLOVER)(seed)
    share = data["share"]
    return {**data, "y": data["y"] + SPILLOVER * ((share > 0.6) - share)}, SPILLOVER


def farther(seed: int) -> tuple[Data, float]:
    """Draw a network in which the friends of friends count, not the friends."""
    people = np.arange(PEOPLE)
    arm = flips(seed, "arm", people, 0.5).astype(float)
    reached = (np.roll(arm, 2) + np.roll(arm, -2)) > 0
    y = 2 + DIRECT * arm + SPILLOVER * reached + 0.5 * normals(seed, "person", people)
    return {"y": y, "t": arm, "person": people}, TOTAL


def favoured(seed: int) -> tuple[Data, float]:
    """Draw a network in which those who do better were treated with chance 0.8, others with 0.2."""
    people = np.arange(PEOPLE)
    before = normals(seed, "before", people)
    arm = flips(seed, "arm", people, np.where(before > 0, 0.8, 0.2)).astype(float)
    number, _ = treated_friends(arm)
    y = 2 + DIRECT * arm + SPILLOVER * (number > 0) + before + 0.6 * normals(seed, "person", people)
    return {"y": y, "t": arm, "person": people}, TOTAL


def neighbourhoods(seed: int) -> tuple[Data, float]:
    """Draw a ring whose streets of 25 were treated whole and have much in common; nothing spills over."""
    people = np.arange(PEOPLE)
    arm = flips(seed, "street", people // 25, 0.5).astype(float)
    return {"y": arm + normals(seed, "common", people // 25), "t": arm, "person": people}, 0.0


def chosen_parts(seed: int) -> tuple[Data, float]:
    """Draw two parts without interference; the towns that were randomised whole are those where treatment does more."""
    data, _ = two_parts(seed)
    share = np.bincount(data["town"], data["t"])[data["town"]] / 12
    return {**data, "y": data["y"] - SPILLOVER * share + 0.8 * data["whole"] * data["t"]}, 0.0


def scattered(seed: int) -> tuple[Data, float]:
    """Draw egos whose clusters hold 40 % of their contacts; truth is what treating all contacts would do."""
    data, _ = stars("control", SPILLOVER)(seed)
    return {**data, "y": data["y"] - 0.6 * SPILLOVER * data["ego"] * data["around"]}, SPILLOVER


def rota(seed: int) -> tuple[Data, float]:
    """Draw hours whose arms follow a rota of four blocks, on, on, off, off, as shifts do; nothing carries over."""
    hour = np.arange(400)
    arm = ((hour // 4 + integers(seed, "start", [0], 4)[0]) % 4 < 2).astype(float)
    wave = np.sin(2 * np.pi * hour / 16)
    return {"y": 5 + DIRECT * arm + wave + 0.5 * normals(seed, "noise", hour), "t": arm, "hour": hour}, 0.0


_STAGES: dict[str, Any] = {"clusters": "town", "saturation": "share"}
_STARS: dict[str, Any] = {"clusters": "cluster", "ego": "ego"}
_FRIENDS: dict[str, Any] = {"unit": "person", "edges": friends()}
_HOURS: dict[str, Any] = {"time": "hour"}
_REGIONS: dict[str, Any] = {"time": "hour", "unit": "region"}

REGIMES = (
    Regime("towns, whole", "60 towns treated whole, spillover within", whole_towns(60),
           _whole(cluster_total, clusters="town")),
    Regime("towns, few", "10 towns treated whole", whole_towns(10), _whole(cluster_total, clusters="town"),
           at_least=True),
    Regime("saturations, direct", "60 towns at saturations 0, 0.5 and 0.75", saturated(DIRECT),
           _part(two_stage, "direct at 0.5", **_STAGES)),
    Regime("saturations, spillover", "the same", saturated(SPILLOVER * 0.75),
           _part(two_stage, "spillover at 0.75", **_STAGES)),
    Regime("saturations, total", "unequal towns, each unit once", saturated(DIRECT + SPILLOVER * 0.75, even=False),
           _part(two_stage, "total at 0.75", average="units", **_STAGES)),
    Regime("saturations, overall", "unequal towns", saturated(0.5 * DIRECT + SPILLOVER * 0.5, even=False),
           _part(two_stage, "overall at 0.5", **_STAGES)),
    Regime("pooled, treated", "saturations 0.5 and 0.75 against 0", saturated(DIRECT + SPILLOVER * 0.625),
           _part(pooled_saturation, "treated", **_STAGES)),
    Regime("pooled, non-treated", "the same", saturated(SPILLOVER * 0.625),
           _part(pooled_saturation, "non-treated", **_STAGES)),
    Regime("pooled, total causal", "the same", saturated(TOTAL * 0.625),
           _part(pooled_saturation, "total causal", **_STAGES)),
    Regime("pooled, slope", "the same, effects along a line", saturated(SPILLOVER),
           _part(pooled_saturation, "non-treated, slope", slopes=True, **_STAGES)),
    Regime("network, total", "500 people of 2 or 3 friends, 1.5 in all, 0.5 of it from friends", network(TOTAL),
           _exposure("total"), at_least=True),
    Regime("network, direct", "the same", network(DIRECT), _exposure("direct"), at_least=True),
    Regime("network, spillover", "the same", network(SPILLOVER), _exposure("spillover"), at_least=True),
    Regime("network, adjusted", "the same, with what was known before", network(TOTAL),
           _exposure("total", covariates=["x"]), at_least=True),
    Regime("network, Horvitz-Thompson", "the same, unbiased and wide", network(TOTAL),
           _exposure("total", estimator="horvitz-thompson"), at_least=True),
    Regime("network, complete", "as many treated in each draw", network(TOTAL, fixed=True),
           _exposure("total", design="complete"), at_least=True),
    Regime("network, line", "spillover by the share of treated friends", network(SPILLOVER, share=True),
           _part(spillover_regression, "spillover", **_FRIENDS)),
    Regime("network, line, total", "the same", network(TOTAL, share=True),
           _part(spillover_regression, "total", **_FRIENDS)),
    Regime("network, line by arm", "the same, among control", network(SPILLOVER, share=True),
           _part(spillover_regression, "spillover, 0.0", by_arm=True, **_FRIENDS)),
    Regime("network, test", "the same, by drawing arms anew", network(SPILLOVER, share=True),
           _whole(spillover_test, draws=199, **_FRIENDS)),
    Regime("two designs", "40 towns treated whole, 40 unit by unit", two_parts,
           _part(compare_designs, "difference", clusters="town", part="whole", whole=True)),
    Regime("egos in control", "120 egos, their alters treated or not", stars("control", SPILLOVER),
           _part(ego_clusters, "spillover on egos", **_STARS)),
    Regime("egos thrown too", "the same, with arms of their own", stars("thrown", TOTAL),
           _part(ego_clusters, "total on egos", **_STARS)),
    Regime("alters", "alters of egos in control", stars("control", DIRECT), _part(ego_clusters, "alters", **_STARS)),
    Regime("items", "600 users of 4 among 200 items, effects differ by user", market("free"), _items()),
    Regime("items, complete", "half of the items treated", market("complete"), _items(design="complete")),
    Regime("items, clusters", "100 pairs of items", market("clustered"), _items(clusters="group")),
    Regime("items, plain", "the unbiased estimator", market("free"), _items(estimator="erl"), at_least=True),
    Regime("items, regression", "one slope", market("free"), _items(estimator="regression")),
    Regime("hours", "600 hours in blocks of 4, carry-over of 1", hours(600, 4),
           _whole(switchback, blocks=4, order=1, **_HOURS), at_least=True),
    Regime("hours, adjusted", "the same, with the daily wave known", hours(600, 4),
           _whole(switchback, blocks=4, order=1, covariates=["x"], **_HOURS), at_least=True),
    Regime("hours, Horvitz-Thompson", "the same, unbiased and wide", hours(600, 4),
           _whole(switchback, blocks=4, order=1, estimator="horvitz-thompson", **_HOURS), at_least=True),
    Regime("regions", "8 regions of 100 hours, each with coins of its own", hours(100, 4, regions=8),
           _whole(switchback, blocks=4, order=1, **_REGIONS), at_least=True),
    Regime("hours, burn-in", "regression after the first hour of each block", hours(600, 4),
           _part(switchback_regression, "total", blocks=4, burn_in=1, **_HOURS)),
    Regime("hours, lags", "regression on this hour's and the last one's arm", hours(600, 4),
           _part(switchback_regression, "total", blocks=4, lags=1, covariates=["x"], **_HOURS)),
    Regime("regions, effects", "8 regions of 100 hours, means of both taken out", hours(100, 4, regions=8),
           _part(switchback_regression, "total", blocks=4, burn_in=1, effects=["unit", "time"], **_REGIONS)),
    Regime("hours, carry-over", "no effect of the block before after the first hour", hours(320, 4, effect=0.0),
           _part(carryover_test, "order at most 1", blocks=4, orders=[1], draws=199, **_HOURS), at_least=True),
)  # fmt: skip

LIES = (
    Regime("arms compared, though friends count", "500 people, 1.5 in all, 0.5 of it from friends", network(TOTAL),
           _whole(difference)),
    Regime("towns feel one another", "60 towns treated whole, half of the spillover comes from the next", leaking,
           _whole(cluster_total, clusters="town")),
    Regime("pure control is reached", "towns at saturation 0 feel those around them", near_control,
           _part(two_stage, "spillover at 0.75", **_STAGES)),
    Regime("a step, not a line", "nothing spills over below a saturation of 0.6", stepped,
           _part(pooled_saturation, "non-treated, slope", slopes=True, **_STAGES)),
    Regime("friends of friends count", "the network that matters is another one", farther, _exposure("total")),
    Regime("chances that are not what was named", "those who do better were treated more often", favoured,
           _exposure("total")),
    Regime("half of the listed friends are none", "and half of the friends are not listed",
           network(SPILLOVER, share=True),
           _part(spillover_regression, "spillover", unit="person", edges=strangers())),
    Regime("streets taken for people", "streets were treated whole, each person's coin is drawn anew", neighbourhoods,
           _whole(spillover_test, draws=199, **_FRIENDS)),
    Regime("parts that were chosen", "whole towns are those where treatment does more", chosen_parts,
           _part(compare_designs, "difference", clusters="town", part="whole", whole=True)),
    Regime("contacts outside the cluster", "clusters hold 40 % of the contacts of their egos", scattered,
           _part(ego_clusters, "spillover on egos", **_STARS)),
    Regime("no line in the exposure", "few users meet only treated items, and for them much changes", market("bent"),
           _items()),
    Regime("carry-over longer than said", "it lasts for 6 hours, 1 is said", hours(600, 4, acts=6),
           _whole(switchback, blocks=4, order=1, **_HOURS)),
    Regime("burn-in too short", "carry-over lasts for 6 hours, 1 is left out", hours(600, 4, acts=6),
           _part(switchback_regression, "total", blocks=4, burn_in=1, **_HOURS)),
    Regime("a rota taken for coins", "arms follow shifts, as outcomes do", rota,
           _part(carryover_test, "order at most 1", blocks=4, orders=[1], draws=199, **_HOURS)),
)  # fmt: skip
