"""In which worlds are synthetic controls at home, and in which do they lie?"""

from __future__ import annotations

from typing import Any

import numpy as np

from liveloop.base.seeds import Floats, exponentials, normals, uniforms
from liveloop.estimate.comparison.difference import synthetic_difference
from liveloop.estimate.comparison.synthetic import synthetic_control
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate

EFFECT = 1.0


def table(outcome: Floats, treated: int, start: int, **columns: Floats) -> Data:
    """Lay a table of units and periods out in rows; the first units are treated from `start` on."""
    units, periods = outcome.shape
    acting = np.zeros(outcome.shape)
    acting[:treated, start:] = 1.0
    return {
        "y": (outcome + EFFECT * acting).ravel(), "t": acting.ravel(),
        "unit": np.repeat(np.arange(units), periods), "time": np.tile(np.arange(periods), units),
        **{name: column.ravel() for name, column in columns.items()},
    }  # fmt: skip


def draw_normals(seed: int, purpose: str, rows: int, columns: int) -> Floats:
    """Draw a table of normal numbers."""
    return normals(seed, purpose, range(rows * columns)).reshape(rows, columns)


def inside(  # noqa: PLR0913 - a world has many sides
    seed: int,
    *,
    donors: int = 10,
    periods: int = 40,
    after: int = 4,
    treated: int = 1,
    noise: float = 0.7,
    trend: float = 0.1,
) -> tuple[Data, float]:
    """Draw units moved by a trend and two factors; the treated ones are averages of some donors, but for noise."""
    loadings = draw_normals(seed, "loading", donors, 3)
    shares = exponentials(seed, "share", range(treated * donors)).reshape(treated, donors) ** 3
    loadings = np.vstack([shares / shares.sum(axis=1, keepdims=True) @ loadings, loadings])
    factors = np.column_stack([trend * np.arange(periods), draw_normals(seed, "factor", periods, 2)])
    y = loadings @ factors.T + noise * draw_normals(seed, "noise", donors + treated, periods)
    return table(y, treated, periods - after), EFFECT


def alike(seed: int, units: int = 40, periods: int = 24, after: int = 4, treated: int = 1) -> tuple[Data, float]:
    """Draw units of which any could have been the treated one."""
    loadings = draw_normals(seed, "loading", units, 2)
    factors = draw_normals(seed, "factor", 2, periods).cumsum(axis=1) / 3
    y = loadings @ factors + 0.5 * draw_normals(seed, "noise", units, periods)
    size = loadings[:, :1] + 0.3 * draw_normals(seed, "size", units, 1)
    return table(y, treated, periods - after, size=np.repeat(size, periods, axis=1)), EFFECT


def beyond(seed: int, donors: int = 10, periods: int = 40, after: int = 4) -> tuple[Data, float]:
    """Draw a treated unit that grows faster than every donor."""
    slopes = np.r_[1.6, uniforms(seed, "slope", range(donors))]
    loadings = np.column_stack([slopes, draw_normals(seed, "loading", donors + 1, 2)])
    factors = np.column_stack([np.arange(periods) / 5, draw_normals(seed, "factor", periods, 2) / 2])
    y = loadings @ factors.T + 0.5 * draw_normals(seed, "noise", donors + 1, periods)
    return table(y, 1, periods - after), EFFECT


def shifted(seed: int) -> tuple[Data, float]:
    """Draw a treated unit that lies above all donors by a constant."""
    data, effect = inside(seed)
    return {**data, "y": data["y"] + 10.0 * (data["unit"] == 0)}, effect


def lasting(seed: int) -> tuple[Data, float]:
    """Draw many periods before and after, without a trend."""
    return inside(seed, donors=8, periods=90, after=30, trend=0.0)


def spilt(seed: int) -> tuple[Data, float]:
    """Draw donors that the treatment reaches too, with three quarters of its effect."""
    data, effect = inside(seed, noise=0.3)
    after = data["time"] >= data["time"].max() - 3
    return {**data, "y": data["y"] + 0.75 * effect * (after & (data["unit"] > 0))}, effect


def struck(seed: int) -> tuple[Data, float]:
    """Draw a treated unit that something else strikes when the treatment begins."""
    data, effect = inside(seed, noise=0.3)
    return {**data, "y": data["y"] - 2.0 * effect * data["t"]}, effect


def wandering(seed: int) -> tuple[Data, float]:
    """Draw a treated unit with shocks of its own that stay."""
    data, effect = inside(seed, noise=0.3, after=8)
    y = data["y"].copy()
    y[:40] += normals(seed, "drift", range(40)).cumsum()
    return {**data, "y": y}, effect


def trending(seed: int) -> tuple[Data, float]:
    """Draw many periods with a trend, which the weights follow better before than after."""
    return inside(seed, donors=8, periods=90, after=30)


def noisier(seed: int) -> tuple[Data, float]:
    """Draw a treated unit that varies three times as much as the donors."""
    data, effect = alike(seed)
    y = data["y"].copy()
    y[:24] += 1.4 * normals(seed, "own", range(24))
    return {**data, "y": y}, effect


def _synthetic(row: str = "average", **changes: Any) -> Any:  # noqa: ANN401 - keywords of `synthetic_control`
    def made(data: Data) -> Estimate:
        return synthetic_control(data, outcome="y", treatment="t", unit="unit", time="time",
                                 each_period=row != "average", **changes)[row]  # fmt: skip

    return made


def _difference(**changes: Any) -> Any:  # noqa: ANN401 - keywords of `synthetic_difference`
    def made(data: Data) -> Estimate:
        return synthetic_difference(data, outcome="y", treatment="t", unit="unit", time="time", **changes)["average"]

    return made


REGIMES = (
    Regime("conformal", "the treated unit is an average of donors, but for noise; four treated periods",
           inside, _synthetic()),
    Regime("conformal, one period", "the same, the interval of one period",
           lambda seed: inside(seed, after=1), _synthetic("39")),
    Regime("conformal, three treated units", "three averages of donors, treated at one time",
           lambda seed: inside(seed, treated=3), _synthetic()),
    Regime("conformal, an intercept", "the treated unit lies above all donors by a constant", shifted,
           _synthetic(demean=True)),
    Regime("conformal, augmented", "the treated unit grows faster than every donor", beyond,
           _synthetic(penalty="cross-validated")),
    Regime("placebos in space", "any of 40 units could have been treated", alike, _synthetic(inference="placebo")),
    Regime("placebos in space, three treated units", "any three of 40 units", lambda seed: alike(seed, treated=3),
           _synthetic(inference="placebo")),
    Regime("placebos in space, with a predictor", "the same, a predictor and one outcome matched", alike,
           _synthetic(inference="placebo", covariates=["size", "y"], importance="equal")),
    Regime("cross-fitted t-test", "60 periods before, 30 after", lasting, _synthetic(inference="t-test")),
    Regime("synthetic difference, placebos", "six of 60 units", lambda seed: alike(seed, units=60, treated=6),
           _difference(draws=100)),
    Regime("synthetic difference, one unit", "one of 60 units", lambda seed: alike(seed, units=60), _difference()),
    Regime("synthetic difference, jackknife", "ten of 40 units", lambda seed: alike(seed, treated=10),
           _difference(correction="jackknife")),
    Regime("synthetic difference, bootstrap", "ten of 40 units", lambda seed: alike(seed, treated=10),
           _difference(correction="bootstrap", draws=60)),
)  # fmt: skip

LIES = (
    Regime("outside the donors", "the treated unit grows faster than every donor; no average follows it", beyond,
           _synthetic()),
    Regime("donors touched", "the treatment reaches the donors too", spilt, _synthetic()),
    Regime("another event at the same time", "something else strikes the treated unit too", struck, _synthetic()),
    Regime("shocks that stay", "what the donors do not tell of the treated unit wanders off", wandering, _synthetic()),
    Regime("a treated unit unlike the placebos", "the treated unit varies more than the donors", noisier,
           _difference()),
    Regime("outside the donors, placebos", "the treated unit grows faster than every donor",
           lambda seed: beyond(seed, donors=39, periods=24), _synthetic(inference="placebo")),
    Regime("a trend in a t-test", "the weights follow a trend better before than after", trending,
           _synthetic(inference="t-test")),
)  # fmt: skip
