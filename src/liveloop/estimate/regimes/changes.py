"""In which worlds are differences in differences at home, and in which do they lie?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from liveloop.base.seeds import Floats, Ints, choices, normals, uniforms
from liveloop.estimate.changes.events import event_study
from liveloop.estimate.changes.grouptime import group_time_effects
from liveloop.estimate.changes.honest import honest_interval
from liveloop.estimate.changes.imputed import imputed_effects
from liveloop.estimate.changes.interaction import interaction_weighted_effects
from liveloop.estimate.changes.stacked import stacked_effects
from liveloop.estimate.changes.two_period import difference_in_differences
from liveloop.estimate.changes.twoway import two_way_fixed_effects
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate, Estimates

EFFECT = 0.5
COHORTS = (2.0, 4.0, np.inf)
SHARES = (0.25, 0.35, 0.4)
PERIODS = 6


def errors(seed: int, units: int, periods: int, lasting: float = 0.5) -> Floats:
    """Draw errors of units over time, each `lasting` of the one before it plus something new: [unit, period]."""
    drawn = normals(seed, "error", range(units * periods)).reshape(units, periods)
    for at in range(1, periods):
        drawn[:, at] = lasting * drawn[:, at - 1] + (1 - lasting**2) ** 0.5 * drawn[:, at]
    return drawn


def two_groups(seed: int, clusters: int = 40, size: int = 12, *, treated: int = 0, shared: float = 0.5) -> Any:  # noqa: ANN401
    """Draw people before and after, in clusters of which some become treated; each cluster has a shock at each time."""
    cluster = np.repeat(np.arange(clusters), 2 * size)
    after = np.tile(np.repeat([0.0, 1.0], size), clusters)
    chosen = np.argsort(uniforms(seed, "arm", range(clusters)))[: treated or clusters // 2]
    t = np.isin(cluster, chosen).astype(np.float64)
    place = cluster * 2 + after.astype(np.int64)
    level = (
        normals(seed, "level", range(clusters))[cluster] + shared * normals(seed, "shock", range(2 * clusters))[place]
    )
    y = level + 0.3 * after + EFFECT * t * after + normals(seed, "row", range(len(t)))
    return {"y": y, "t": t, "after": after, "cluster": cluster}, EFFECT


def crowd(seed: int, rows: int = 400) -> tuple[Data, float]:
    """Draw other people before and after, each a draw of its own; the variance differs by group."""
    t, after = (uniforms(seed, name, range(rows)) < 0.5 for name in ("arm", "time"))
    y = 1.0 * t + 0.3 * after + EFFECT * (t & after) + (1 + 0.5 * t) * normals(seed, "row", range(rows))
    return {"y": y, "t": t * 1.0, "after": after * 1.0}, EFFECT


def long_panel(seed: int, units: int = 50, periods: int = 10, *, slope: float = 0.0) -> tuple[Data, float]:
    """Draw a panel of which half is treated in its second half; treated units gain `slope` more in each period."""
    treated = np.zeros(units)
    treated[np.argsort(uniforms(seed, "arm", range(units)))[: units // 2]] = 1
    time = np.arange(periods)
    y = errors(seed, units, periods, 0.6) + normals(seed, "unit", range(units))[:, None] + 0.2 * time
    y = y + treated[:, None] * (slope * time + EFFECT * (time >= periods // 2))
    return _rows(y, {"t": treated}) | {"after": np.tile(time >= periods // 2, units) * 1.0}, EFFECT


def _rows(y: Floats, of_units: dict[str, Any]) -> dict[str, Any]:
    units, periods = y.shape
    made: dict[str, Any] = {"y": y.ravel(), "unit": np.repeat(np.arange(units), periods),
                            "period": np.tile(np.arange(periods, dtype=np.float64), units)}  # fmt: skip
    return made | {name: np.repeat(one, periods) for name, one in of_units.items()}


def effects(cohort: Floats, *, differ: bool = True, grow: float = 0.3) -> Floats:
    """Give the effect on each unit in each period: [unit, period]. The first cohort's is twice the second's."""
    since = np.arange(PERIODS) - cohort[:, None]
    size = np.where(cohort == COHORTS[0], 1.0, 0.5) if differ else np.full(len(cohort), EFFECT)
    return np.where(since >= 0, size[:, None] * (1 + grow * np.maximum(since, 0)), 0.0)


def sizes(units: int) -> Ints:
    """Give the fixed number of units in each cohort."""
    first = int(SHARES[0] * units), int(SHARES[1] * units)
    return np.asarray([*first, units - sum(first)])


def rollout(
    seed: int,
    units: int = 120,
    *,
    drawn: bool = False,
    truth: Callable[[Floats], float] | None = None,
    more: Callable[[int, Floats], Floats] | None = None,
    **shape: Any,  # noqa: ANN401 - of `effects`
) -> tuple[Data, float]:
    """Draw a staggered roll-out.

    Parameters
    ----------
    drawn
        Whether each unit's cohort is drawn, or the number in each cohort is fixed.
    truth
        From the shares of the cohorts; by default the mean effect on treated rows.
    more
        Something that is added: [unit, period], from the seed and the cohorts.
    """
    codes = choices(seed, "cohort", range(units), SHARES) if drawn else np.repeat(np.arange(3), sizes(units))
    cohort = np.asarray(COHORTS)[codes]
    y = errors(seed, units, PERIODS) + normals(seed, "unit", range(units))[:, None] + 0.2 * np.arange(PERIODS)
    y = y + (codes == 0)[:, None] * 1.0 + effects(cohort, **shape)
    if more is not None:
        y = y + more(seed, cohort)
    shares = np.asarray(SHARES) if drawn else sizes(units) / units
    return _rows(y, {"cohort": cohort}), (truth or mean_of_rows)(shares, **shape)


def mean_of_rows(shares: Floats, **shape: Any) -> float:  # noqa: ANN401
    """Give the mean effect on treated rows."""
    each = effects(np.asarray(COHORTS), **shape)
    rows = (np.arange(PERIODS) >= np.asarray(COHORTS)[:, None]) * shares[:, None]
    return float((each * rows).sum() / rows.sum())


def at_time(time: int) -> Callable[..., float]:
    """Give the mean effect so many periods after treatment began."""

    def made(shares: Floats, **shape: Any) -> float:  # noqa: ANN401
        each = effects(np.asarray(COHORTS), **shape)
        seen = [at for at, one in enumerate(COHORTS) if one + time < PERIODS]
        return float(sum(shares[at] * each[at, int(COHORTS[at]) + time] for at in seen) / shares[seen].sum())

    return made


def over_times(shares: Floats, **shape: Any) -> float:  # noqa: ANN401
    """Give the mean over times since treatment."""
    return float(np.mean([at_time(time)(shares, **shape) for time in range(4)]))


def within_window(shares: Floats, **shape: Any) -> float:  # noqa: ANN401
    """Give the mean over the first two periods of treatment."""
    return float(np.mean([at_time(time)(shares, **shape) for time in range(2)]))


def alike(seed: int, rows: int = 600) -> tuple[Data, float]:
    """Draw a panel of two periods in which trends are parallel only among those alike in x, and so is the chance."""
    x = normals(seed, "x", range(rows))
    t = uniforms(seed, "arm", range(rows)) < 1 / (1 + np.exp(-0.8 * x))
    before = x + normals(seed, "before", range(rows))
    after = before + 0.7 * x + EFFECT * t + normals(seed, "after", range(rows))
    cohort = np.where(t, 1.0, np.inf)
    return _rows(np.column_stack([before, after]), {"cohort": cohort, "x": x}), EFFECT


def trended(seed: int, bend: float = 0.0) -> tuple[Data, float]:
    """Draw a study with a trend of its own among the treated, that bends once, when treatment begins."""
    data, truth = long_panel(seed, 120, 8, slope=0.15)
    late = np.maximum(0.0, data["period"] - 3)
    return dict(data) | {"y": data["y"] + bend * data["t"] * late}, truth


def parted(seed: int, cohort: Floats) -> Floats:
    """Let those that become treated gain 0.15 more in each period."""
    del seed
    return np.where(np.isfinite(cohort), 0.15, 0.0)[:, None] * np.arange(PERIODS)


def dip(seed: int, cohort: Floats) -> Floats:
    """Let units have a bad period just before they are treated, which is why they are."""
    del seed
    return np.where(np.arange(PERIODS) == cohort[:, None] - 1, -0.6, 0.0)


def once(seed: int, cohort: Floats) -> Floats:
    """Let those that become treated rise once, before the first of them is, and run in parallel since."""
    del seed
    return np.where(np.isfinite(cohort)[:, None] & (np.arange(PERIODS) >= 1), 0.8, 0.0)


def spilled(seed: int, cohort: Floats) -> Floats:
    """Let those never treated gain too, since the first cohort is treated."""
    del seed
    return np.where(np.isinf(cohort)[:, None], EFFECT * np.maximum(0, np.arange(PERIODS) - 1), 0.0)


def _two(**changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    return lambda data: difference_in_differences(data, outcome="y", treatment="t", after="after", **changes)


def _columns(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"outcome": "y", "unit": "unit", "period": "period", "cohort": "cohort"} | changes


def _row(method: Callable[..., Estimates], name: str, **changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    return lambda data: method(data, **_columns(**changes))[name]


def _twoway(data: Data) -> Estimate:
    treated = (data["period"] >= data["cohort"]) * 1.0
    return two_way_fixed_effects(dict(data) | {"d": treated}, outcome="y", treatment="d", unit="unit", period="period")


def _study(data: Data, **changes: Any) -> Estimates:  # noqa: ANN401
    return event_study(
        data, outcome="y", unit="unit", period="period", treatment="t", since=data["period"].max() // 2 + 1, **changes
    )


def _honest(restriction: str, bound: float) -> Callable[[Data], Estimate]:
    return lambda data: honest_interval(_study(data), restriction=restriction, bound=bound)


GROUPS = "Callaway and Sant'Anna"
REGIMES = (
    Regime("two groups, clustered", "40 clusters with shocks of their own at each time",
           two_groups, _two(clusters="cluster")),
    Regime("two groups, few clusters", "10 clusters with shocks of their own at each time",
           lambda seed: two_groups(seed, 10), _two(clusters="cluster"), at_least=True),
    Regime("two groups, other people", "rows stand alone; the variance differs by group", crowd, _two()),
    Regime("units over time, as changes", "50 units over 10 periods, errors that last", long_panel, _two(unit="unit")),
    Regime("two-way, one effect", "a staggered roll-out with the same effect everywhere",
           lambda seed: rollout(seed, differ=False, grow=0.0), _twoway),
    Regime("event study", "50 units over 10 periods, all treated at one time", long_panel,
           lambda data: _study(data)["1"]),
    Regime(f"{GROUPS}, all", "effects that differ and grow; the mean over treated rows",
           lambda seed: rollout(seed, 200, drawn=True), _row(group_time_effects, "overall", aggregate="simple")),
    Regime(f"{GROUPS}, not yet treated", "the same, compared with those not yet treated",
           lambda seed: rollout(seed, 200, drawn=True),
           _row(group_time_effects, "overall", aggregate="simple", comparison="not-yet")),
    Regime(f"{GROUPS}, by time", "the same, the mean over times since treatment",
           lambda seed: rollout(seed, 200, drawn=True, truth=over_times),
           _row(group_time_effects, "overall", aggregate="dynamic", correction="CR1")),
    Regime(f"{GROUPS}, drawn anew", "the same, standard errors by a multiplier bootstrap",
           lambda seed: rollout(seed, 200, drawn=True, truth=over_times),
           _row(group_time_effects, "overall", aggregate="dynamic", draws=499)),
    Regime(f"{GROUPS}, doubly robust", "trends parallel among those alike in x",
           alike, _row(group_time_effects, "overall", aggregate="simple", covariates="x")),
    Regime(f"{GROUPS}, weighted by odds", "the same, others weighted by their odds of being treated",
           alike, _row(group_time_effects, "overall", aggregate="simple", covariates="x", adjust="ipw")),
    Regime(f"{GROUPS}, other rows", "the same roll-out, rows taken for other people in each period",
           lambda seed: rollout(seed, 200, drawn=True, truth=at_time(0)),
           _row(group_time_effects, "0", aggregate="dynamic", unit=None, clusters="unit")),
    Regime("Sun and Abraham", "effects that differ and grow, one period after treatment began",
           lambda seed: rollout(seed, 200, drawn=True, truth=at_time(1)), _row(interaction_weighted_effects, "1")),
    Regime("stacked", "effects that differ and grow; the first two periods of treatment",
           lambda seed: rollout(seed, truth=within_window), _row(stacked_effects, "overall", before=2, after=1)),
    Regime("imputation", "effects that differ and grow; the mean over treated rows",
           rollout, _row(imputed_effects, "overall", correction="CR1")),
    Regime("honest, smooth", "the treated were on a line of their own, which goes on",
           trended, _honest("smooth", 0.0), at_least=True),
    Regime("honest, magnitudes", "the same; steps after treatment are like those before",
           trended, _honest("magnitudes", 1.0), at_least=True),
)  # fmt: skip

LIES = (
    Regime("two groups: trends part", "the treated were gaining on the others already",
           lambda seed: long_panel(seed, slope=0.1), _two(unit="unit")),
    Regime("two groups: rows hang together", "clusters with shocks at each time, rows taken for independent",
           lambda seed: two_groups(seed, shared=1.0), _two()),
    Regime("two groups: one treated cluster", "one cluster is treated, with shocks of its own",
           lambda seed: two_groups(seed, 12, 12, treated=1), _two(clusters="cluster")),
    Regime("two-way: effects grow", "a staggered roll-out with effects that grow",
           lambda seed: rollout(seed, grow=1.0), _twoway),
    Regime("event study: cohorts differ", "a gap before treatment that is not there, made of others' effects",
           lambda seed: (rollout(seed, 200, grow=3.0)[0], 0.0), _row(event_study, "-4")),
    Regime(f"{GROUPS}: a dip before", "units are treated because the period before was bad",
           lambda seed: rollout(seed, more=dip), _row(group_time_effects, "overall", aggregate="simple")),
    Regime("Sun and Abraham: trends part", "those that become treated were gaining already",
           lambda seed: rollout(seed, truth=at_time(1), more=parted), _row(interaction_weighted_effects, "1")),
    Regime("stacked: the others gain too", "those never treated are touched by the treatment",
           lambda seed: rollout(seed, truth=within_window, more=spilled),
           _row(stacked_effects, "overall", before=2, after=1)),
    Regime("imputation: parallel only lately", "the cohorts rose once before treatment, and ran in parallel since",
           lambda seed: rollout(seed, more=once), _row(imputed_effects, "overall")),
    Regime("honest: trends bend more than the bound", "the line of the treated turns up when treatment begins",
           lambda seed: trended(seed, bend=0.7), _honest("smooth", 0.05)),
)  # fmt: skip
