"""In which worlds are discontinuities at home, and in which do they lie?"""

from __future__ import annotations

from typing import Any

import numpy as np

from liveloop.base.seeds import Floats, flips, normals, uniforms
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate
from liveloop.estimate.threshold.density import density_jump
from liveloop.estimate.threshold.discontinuity import discontinuity

EFFECT = 0.4


def scores(seed: int, rows: int) -> Floats:
    """Draw the running variable: more rows below 0 than above."""
    return np.asarray(2 * uniforms(seed, "score", range(rows)) ** 1.2 - 1)


def curve(x: Floats) -> Floats:
    """Give the mean without treatment: bent, and more so above the cutoff."""
    return np.asarray(np.sin(2 * x) + np.where(x > 0, 1.2, 0.5) * x**2)


def bent(seed: int, rows: int = 3_000) -> tuple[Data, float]:
    """Draw a mean that bends differently on both sides, with a covariate and a variance that grows with the score."""
    x, before = scores(seed, rows), normals(seed, "before", range(rows))
    noise = (0.4 + 0.2 * np.abs(x)) * normals(seed, "row", range(rows))
    y = curve(x) + EFFECT * (x >= 0) + 0.4 * before + noise
    return {"y": y, "x": x, "z": before}, EFFECT


def straight(seed: int, rows: int = 1_000) -> tuple[Data, float]:
    """Draw a mean that is straight on both sides."""
    x = scores(seed, rows)
    return {"y": x + (EFFECT + 0.5 * x) * (x >= 0) + 0.5 * normals(seed, "row", range(rows)), "x": x}, EFFECT


def clustered(seed: int, clusters: int = 150, size: int = 12) -> tuple[Data, float]:
    """Draw clusters with rows on both sides, whose levels and scores go together."""
    cluster = np.repeat(np.arange(clusters), size)
    rows = range(clusters * size)
    level = normals(seed, "cluster", range(clusters))[cluster]
    x = np.tanh(0.6 * normals(seed, "score", rows) + 0.5 * normals(seed, "place", range(clusters))[cluster])
    y = np.sin(x) + EFFECT * (x >= 0) + 0.5 * level + 0.5 * normals(seed, "row", rows)
    return {"y": y, "x": x, "cluster": cluster}, EFFECT


def whole(seed: int, clusters: int = 200, size: int = 8) -> tuple[Data, float]:
    """Draw clusters that lie on one side whole: rows differ a little in their scores."""
    cluster = np.repeat(np.arange(clusters), size)
    rows = range(clusters * size)
    middle = 2 * uniforms(seed, "place", range(clusters)) - 1
    x = middle[cluster] * (0.95 + 0.05 * uniforms(seed, "score", rows))
    level = normals(seed, "cluster", range(clusters))[cluster]
    y = np.sin(x) + EFFECT * (x >= 0) + 0.5 * level + 0.5 * normals(seed, "row", rows)
    return {"y": y, "x": x, "cluster": cluster}, EFFECT


def fuzzy(seed: int, rows: int = 2_000, moved: float = 0.6, gap: float = 0.5) -> tuple[Data, float]:
    """Draw a treatment that crossing moves a share of rows to; those who take it anyway differ by `gap`."""
    x = scores(seed, rows)
    kind = uniforms(seed, "kind", range(rows))
    always, complies = kind < 0.15, (kind >= 0.15) & (kind < 0.15 + moved)
    taken = always | (complies & (x >= 0))
    y = curve(x) + EFFECT * taken + gap * always + 0.4 * normals(seed, "row", range(rows))
    return {"y": y, "x": x, "t": taken.astype(np.float64)}, EFFECT


def kinked(seed: int, rows: int = 2_000) -> tuple[Data, float]:
    """Draw a mean whose slope changes at the cutoff."""
    x = scores(seed, rows)
    y = np.sin(2 * x) + 1.5 * np.maximum(x, 0) + 0.2 * normals(seed, "row", range(rows))
    return {"y": y, "x": x}, 1.5


def rounded(seed: int, rows: int = 3_000) -> tuple[Data, float]:
    """Draw scores rounded to hundredths."""
    data, effect = bent(seed, rows)
    x = np.floor(data["x"] * 100) / 100 + 0.005
    noise = 0.5 * normals(seed, "again", range(rows))
    return {"y": curve(x) + EFFECT * (x >= 0) + noise, "x": x}, effect


def manipulated(seed: int, rows: int = 1_500) -> tuple[Data, float]:
    """Draw rows of which the able, when just below the line, get themselves lifted above it; no effect at all."""
    x, able = scores(seed, rows), normals(seed, "able", range(rows))
    lifted = (x < 0) & (x > -0.15) & (able > 0) & flips(seed, "lifted", range(rows), 0.8)
    y = x + able + 0.3 * normals(seed, "row", range(rows))
    return {"y": y, "x": np.where(lifted, -x, x)}, 0.0


def heaped(seed: int, rows: int = 3_000) -> tuple[Data, float]:
    """Draw scores of which half are told in tenths; nobody chose a side."""
    x = scores(seed, rows)
    tenths = flips(seed, "told", range(rows), 0.5)
    return {"x": np.where(tenths, np.round(x, 1), x)}, 0.0


def settled_later(seed: int, rows: int = 2_000) -> tuple[Data, float]:
    """Draw a covariate that the treatment moves too."""
    data, effect = bent(seed, rows)
    return {**data, "z": data["z"] + 0.8 * (data["x"] >= 0)}, effect


def smooth(seed: int, rows: int = 1_500) -> tuple[Data, float]:
    """Draw scores whose density is smooth and falls at the cutoff."""
    return {"x": normals(seed, "score", range(rows)) - 0.3}, 0.0


def _jump(**changes: Any) -> Any:  # noqa: ANN401 - keywords of `discontinuity`
    def made(data: Data) -> Estimate:
        return discontinuity(data, outcome="y", running="x", **changes)

    return made


def _density(data: Data) -> Estimate:
    return density_jump(data, running="x")


REGIMES = (
    Regime("bent mean", "the mean bends on both sides, the variance grows", bent, _jump()),
    Regime("bent mean, with a covariate", "the same with a covariate", bent, _jump(covariates=["z"])),
    Regime("bent mean, bandwidth for coverage", "the same, bandwidth for coverage", bent, _jump(bandwidth="cerrd")),
    Regime("straight mean, conventional", "the mean is straight, a bandwidth of one's own", straight,
           _jump(bandwidth=0.6, inference="conventional")),
    Regime("clusters on both sides", "150 clusters of 12 rows with rows on both sides", clustered,
           _jump(clusters="cluster")),
    Regime("clusters on one side each", "200 clusters of 8 rows, each on one side", whole, _jump(clusters="cluster")),
    Regime("few clusters on both sides", "14 clusters of 60 rows", lambda seed: clustered(seed, 14, 60),
           _jump(clusters="cluster"), at_least=True),
    Regime("fuzzy", "crossing moves 60 % to the treatment", fuzzy, _jump(treatment="t")),
    Regime("fuzzy, a weaker first stage, Anderson-Rubin", "crossing moves 25 % to the treatment",
           lambda seed: fuzzy(seed, moved=0.25), _jump(treatment="t", inference="anderson-rubin")),
    Regime("kink", "the slope changes, the level does not", kinked, _jump(derivative=1, order=2)),
    Regime("rounded scores", "scores rounded to hundredths", rounded, _jump()),
    Regime("smooth density", "nobody chose a side; the density falls", smooth, _density),
)  # fmt: skip

LIES = (
    Regime("bias left in", "a conventional interval at a wide bandwidth takes a bend for a jump", bent,
           _jump(bandwidth=0.8, inference="conventional")),
    Regime("clusters ignored", "rows of a cluster taken for independent", whole, _jump()),
    Regime("weak first stage", "a ratio whose denominator may be 0, taken for normal",
           lambda seed: fuzzy(seed, moved=0.04, gap=4.0), _jump(treatment="t")),
    Regime("manipulated scores", "the able are lifted above the line", manipulated, _jump()),
    Regime("covariate settled later", "a covariate that the treatment moved takes its effect away", settled_later,
           _jump(covariates=["z"])),
    Regime("heaped scores", "scores told in tenths pile up at the cutoff, with nobody choosing a side", heaped,
           _density),
)  # fmt: skip
