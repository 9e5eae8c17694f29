"""In which worlds are estimators of non-compliance and instruments at home, and in which do they lie?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from liveloop.base.seeds import Floats, stream
from liveloop.estimate.compliance.anderson_rubin import anderson_rubin
from liveloop.estimate.compliance.balke_pearl import balke_pearl_bounds
from liveloop.estimate.compliance.compliers import complier_characteristics
from liveloop.estimate.compliance.instruments import first_stage
from liveloop.estimate.compliance.late import intention_to_treat, late
from liveloop.estimate.compliance.lee import lee_bounds
from liveloop.estimate.compliance.limited_information import gmm, liml
from liveloop.estimate.compliance.manski import manski_bounds, missing_outcome_bounds
from liveloop.estimate.compliance.two_stage import two_stage_least_squares
from liveloop.estimate.compliance.valid_t import tf_interval
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate

ALWAYS, NEVER = 0.15, 0.35  # shares; the rest comply
EFFECT = 0.5  # on compliers
OTHERS = 1.5  # on always-takers


def halves(draw: Any, units: int) -> Floats:  # noqa: ANN401 - a generator
    """Treat half of the units, chosen by chance."""
    arm = np.zeros(units)
    arm[draw.permutation(units)[: units // 2]] = 1.0
    return arm


def trial(  # noqa: PLR0913 - what a world can be
    seed: int,
    rows: int = 400,
    *,
    always: float = ALWAYS,
    defiers: float = 0.0,
    direct: float = 0.0,
    sizes: Any = None,  # noqa: ANN401 - sizes of clusters, or None
    truth: str = "late",
) -> tuple[Data, float]:
    """Draw a trial in which some do not take what they were assigned, and those who do are healthier.

    Parameters
    ----------
    always, defiers
        Shares who take it in either arm, and who take it only when not assigned to it.
    direct
        What being assigned does to the outcome by itself.
    sizes
        Of clusters that were randomised whole; None where rows were.
    truth
        "late": the effect on compliers; "itt": that of assignment; "x": mean covariate of compliers; "share".
    """
    draw = stream(seed, "trial")
    cluster = np.arange(rows) if sizes is None else np.repeat(np.arange(len(sizes)), sizes)
    units, rows = int(cluster[-1]) + 1, len(cluster)
    z = halves(draw, units)[cluster]
    shared = 0.0 if sizes is None else 0.5 * draw.standard_normal(units)[cluster]
    kind = draw.random(rows)
    takes_always, never = kind < always, kind > 1 - NEVER
    defies = (kind >= always) & (kind < always + defiers)
    d = np.where(takes_always, 1.0, np.where(never, 0.0, np.where(defies, 1 - z, z)))
    x = draw.standard_normal(rows) + 0.5 * (~never)
    effect = np.where(takes_always, OTHERS, np.where(defies, -EFFECT, EFFECT))
    y = 0.6 * x + 0.8 * (~never) + effect * d + direct * z + shared + draw.standard_normal(rows)
    complies = 1 - always - NEVER - defiers
    truths = {"late": EFFECT, "itt": EFFECT * complies + EFFECT * defiers, "x": 0.5, "share": complies}
    return {"y": y, "z": z, "d": d, "x": x, "cluster": cluster}, truths[truth]


def instrumented(  # noqa: PLR0913 - what a world can be
    seed: int,
    rows: int = 400,
    *,
    strength: float = 0.5,
    instruments: int = 1,
    uneven: float = 0.0,
    direct: float = 0.0,
    sizes: Any = None,  # noqa: ANN401 - sizes of clusters, or None
    endogenous: float = 0.8,
) -> tuple[Data, float]:
    """Draw a treatment that is moved by instruments and by what moves the outcome too; its effect is 1.

    Parameters
    ----------
    strength
        What one more of each instrument adds to the treatment; with n rows the first stage has an F of n strength^2.
    uneven
        How much the errors grow with the first instrument.
    direct
        What the first instrument does to the outcome by itself.
    endogenous
        Correlation of the errors of treatment and outcome.
    """
    draw = stream(seed, "instrumented")
    cluster = np.arange(rows) if sizes is None else np.repeat(np.arange(len(sizes)), sizes)
    units, rows = int(cluster[-1]) + 1, len(cluster)
    z = draw.standard_normal((rows, instruments))
    u, v = draw.standard_normal(rows), draw.standard_normal(rows)
    if sizes is not None:
        z = 0.8 * draw.standard_normal((units, instruments))[cluster] + 0.6 * z
        u = 0.6 * draw.standard_normal(units)[cluster] + 0.8 * u
    scale = np.sqrt((1 + uneven * z[:, 0] ** 2) / (1 + uneven))
    y_error = scale * u
    d_error = scale * (endogenous * u + np.sqrt(1 - endogenous**2) * v)
    d = strength * z.sum(axis=1) + d_error
    x = draw.standard_normal(rows)
    y = d + 0.5 * x + direct * z[:, 0] + y_error
    named = {f"z{at}": z[:, at] for at in range(instruments)}
    return {"y": y, "d": d, "x": x, "cluster": cluster, **named}, 1.0


def two_treatments(seed: int, rows: int = 400) -> tuple[Data, float]:
    """Draw two treatments with three instruments; the effect of the first is 1."""
    draw = stream(seed, "two treatments")
    z, u = draw.standard_normal((rows, 3)), draw.standard_normal(rows)
    d = 0.5 * z[:, 0] + 0.2 * z[:, 2] + 0.6 * u + draw.standard_normal(rows)
    e = 0.5 * z[:, 1] + 0.4 * z[:, 2] - 0.6 * u + draw.standard_normal(rows)
    y = d - e + u + draw.standard_normal(rows)
    return {"y": y, "d": d, "e": e, "z0": z[:, 0], "z1": z[:, 1], "z2": z[:, 2]}, 1.0


def weighted(seed: int, rows: int = 300) -> tuple[Data, float]:
    """Draw rows of different precision, which is known."""
    draw = stream(seed, "weighted")
    z, u, v = draw.standard_normal((3, rows))
    w = draw.choice([0.2, 1.0, 5.0], rows)
    d = 0.5 * z + (0.6 * u + 0.8 * v) / np.sqrt(w)
    return {"y": d + u / np.sqrt(w), "d": d, "z0": z, "w": w}, 1.0


def drawn_by_covariate(seed: int, rows: int = 600) -> tuple[Data, float]:
    """Draw a trial in which the chance of assignment depends on x; the truth is the effect on compliers."""
    draw = stream(seed, "by covariate")
    x = draw.standard_normal(rows)
    z = (draw.random(rows) < 1 / (1 + np.exp(-0.8 * x))).astype(np.float64)
    kind = draw.random(rows)
    d = np.where(kind < ALWAYS, 1.0, np.where(kind > 1 - NEVER, 0.0, z))
    return {"y": x + EFFECT * d + draw.standard_normal(rows), "z": z, "d": d, "x": x}, EFFECT


def chosen(seed: int, rows: int = 400, *, harm: float = 0.0, of: str = "nobody") -> tuple[Data, float]:
    """Draw an outcome between 0 and 1 and a treatment that people choose at will.

    Parameters
    ----------
    harm
        Share who have 0 with the treatment, whatever they would have without it; of "monotone" alone.
    of
        "nobody": who left it would have 0 with it, and who took it 1 without it: the truth is the lower of Manski's
        bounds. "monotone": some gain, alike among those who take it and those who do not.
    """
    draw = stream(seed, "at will")
    d = (draw.random(rows) < 0.5).astype(np.float64)
    without, other = draw.random((2, rows))
    with_it = np.maximum(without, other) * (draw.random(rows) >= harm)
    if of == "nobody":
        with_it, without = np.where(d == 1, other, 0.0), np.where(d == 1, 1.0, without)
    truths = {"nobody": -0.5, "monotone": (1 - harm) * 2 / 3 - 0.5}
    return {"y": np.where(d == 1, with_it, without), "d": d}, truths[of]


def drug(seed: int, rows: int = 600, *, direct: float = 0.0) -> tuple[Data, float]:
    """Draw a trial of a drug with a 0-1 outcome in which no sick person would have gained: the lower bound is true.

    Parameters
    ----------
    direct
        Chance that being assigned alone gives the outcome to one who would not have it.
    """
    draw = stream(seed, "drug")
    z, kind = halves(draw, rows), draw.random(rows)
    d = np.where(kind < 0.6, z, 0.0)  # the rest never take it
    without = (draw.random(rows) < 0.2) | (kind >= 0.6)
    with_it = (kind < 0.6) & (without | (draw.random(rows) < 0.5))
    y = np.where(d == 1, with_it, without) | ((draw.random(rows) < direct) & (z == 1))
    return {"y": y.astype(np.float64), "z": z, "d": d}, 0.6 * 0.8 * 0.5 - 0.4


def attrition(seed: int, rows: int = 800, *, both_ways: bool = False, largest: bool = True) -> tuple[Data, float]:
    """Draw a trial whose treatment keeps some in the sample who would have left; the effect on those who stay is 0.2.

    Parameters
    ----------
    both_ways
        Whether it also drives some out who would have stayed.
    largest
        Whether those whom it keeps have the largest outcomes of all, so that the lower bound is the truth.
    """
    draw = stream(seed, "attrition")
    z, y = halves(draw, rows), draw.standard_normal(rows)
    rank = np.argsort(np.argsort(-y if largest else draw.random(rows))) / rows
    kept = rank < 0.2  # there with the treatment alone
    leaves = both_ways & (rank > 0.6)  # there without it alone
    there = np.where(z == 1, ~leaves, ~kept) & (draw.random(rows) < 0.9)
    return {"y": np.where(there, y + 0.2 * z, np.nan), "z": z}, 0.2


def lost(seed: int, rows: int = 600, *, truth: float = 0.0) -> tuple[Data, float]:
    """Draw a 0-1 outcome that is missing for all treated who would not have it and all controls who would.

    Parameters
    ----------
    truth
        Added to what is said to be true.
    """
    draw = stream(seed, "lost")
    z, y, gone = halves(draw, rows), draw.random(rows) < 0.5, draw.random(rows) < 0.3
    missing = gone & np.where(z == 1, ~y, y)
    return {"y": np.where(missing, np.nan, y.astype(np.float64)), "z": z}, truth


def _by(estimate: Callable[..., Any], row: str = "", **changes: Any) -> Any:  # noqa: ANN401 - keywords
    def made(data: Data) -> Estimate:
        found = estimate(data, **changes)
        return found[row] if row else found  # type: ignore[no-any-return]

    return made


def _z(count: int) -> list[str]:
    return [f"z{at}" for at in range(count)]


_TRIAL: dict[str, Any] = {"outcome": "y", "treatment": "z", "uptake": "d"}
_IV: dict[str, Any] = {"outcome": "y", "treatment": "d", "instrument": "z0"}
_CHOSEN: dict[str, Any] = {"outcome": "y", "treatment": "d", "least": 0.0, "most": 1.0}
_MANY: dict[str, Any] = {"outcome": "y", "treatment": "d", "instrument": _z(10)}
_SIZES = [4, 6, 8, 10, 12] * 10
_FEW = [10, 20, 30, 20] * 3

REGIMES = (
    Regime("assignment, two-sided", "15 % always take it, 35 % never; the effect of assignment",
           lambda seed: trial(seed, truth="itt"), _by(intention_to_treat, **_TRIAL)),
    Regime("compliers, one-sided", "nobody gets it in the control arm; 35 % of the treated leave it",
           lambda seed: trial(seed, always=0.0), _by(late, **_TRIAL)),
    Regime("compliers, two-sided", "15 % always take it, 35 % never, with other effects", trial, _by(late, **_TRIAL)),
    Regime("compliers, two-sided, adjusted", "the same with a covariate", trial, _by(late, **_TRIAL, covariates=["x"])),
    Regime("compliers, clustered", "50 clusters of 4 to 12 rows, randomised whole",
           lambda seed: trial(seed, sizes=_SIZES), _by(late, **_TRIAL, clusters="cluster")),
    Regime("compliers, few clusters", "12 clusters of 10 to 30 rows, randomised whole",
           lambda seed: trial(seed, sizes=_FEW, always=0.0), _by(late, **_TRIAL, clusters="cluster"), at_least=True),
    Regime("strong instrument", "F about 100", instrumented, _by(two_stage_least_squares, **_IV, covariates=["x"])),
    Regime("strong instruments, uneven errors", "three of them, F about 80; errors grow with one",
           lambda seed: instrumented(seed, strength=0.5, instruments=3, uneven=1.0),
           _by(two_stage_least_squares, **{**_IV, "instrument": _z(3)})),
    Regime("strong instrument, clustered", "50 clusters of 4 to 12 rows share instrument and errors",
           lambda seed: instrumented(seed, strength=0.8, sizes=_SIZES),
           _by(two_stage_least_squares, **_IV, clusters="cluster")),
    Regime("strong instrument, jackknife", "50 clusters of 4 to 12 rows share instrument and errors",
           lambda seed: instrumented(seed, strength=0.8, sizes=_SIZES),
           _by(two_stage_least_squares, **_IV, clusters="cluster", correction="jackknife")),
    Regime("strong instrument, weighted", "rows of different precision, which is known", weighted,
           _by(two_stage_least_squares, **_IV, weights="w")),
    Regime("two treatments", "three instruments", two_treatments,
           _by(two_stage_least_squares, "d", outcome="y", treatment=["d", "e"], instrument=_z(3))),
    Regime("first stage", "what the instrument does to the treatment",
           lambda seed: (instrumented(seed)[0], 0.5), _by(first_stage, "z0", treatment="d", instrument="z0")),
    Regime("weak instrument, Anderson-Rubin", "F about 4, the errors of both stages nearly one",
           lambda seed: instrumented(seed, strength=0.1, endogenous=0.95), _by(anderson_rubin, **_IV), at_least=True),
    Regime("weak instruments, Anderson-Rubin", "three of them, F about 2, errors grow with one",
           lambda seed: instrumented(seed, strength=0.06, instruments=3, uneven=1.0),
           _by(anderson_rubin, **{**_IV, "instrument": _z(3)}), at_least=True),
    Regime("weak instrument, clustered, Anderson-Rubin", "50 clusters share instrument and errors",
           lambda seed: instrumented(seed, strength=0.2, sizes=_SIZES),
           _by(anderson_rubin, **_IV, clusters="cluster"), at_least=True),
    Regime("strong instrument, Anderson-Rubin", "F about 100", instrumented, _by(anderson_rubin, **_IV)),
    Regime("weak instrument, tF", "F about 4, the errors of both stages nearly one",
           lambda seed: instrumented(seed, strength=0.1, endogenous=0.95), _by(tf_interval, **_IV), at_least=True),
    Regime("ten instruments, LIML", "F about 10",
           lambda seed: instrumented(seed, strength=0.16, instruments=10), _by(liml, **_MANY)),
    Regime("ten instruments, Fuller", "F about 10",
           lambda seed: instrumented(seed, strength=0.16, instruments=10), _by(liml, **_MANY, fuller=1.0)),
    Regime("uneven errors, GMM", "three instruments, F about 80; errors grow with one",
           lambda seed: instrumented(seed, strength=0.5, instruments=3, uneven=1.0),
           _by(gmm, **{**_IV, "instrument": _z(3)})),
    Regime("share of compliers", "half of all", lambda seed: trial(seed, truth="share"),
           _by(complier_characteristics, "compliers", treatment="z", uptake="d")),
    Regime("covariate of compliers", "theirs is larger than that of never-takers",
           lambda seed: trial(seed, truth="x"),
           _by(complier_characteristics, "x, compliers", treatment="z", uptake="d", covariates=["x"])),
    Regime("compliers, chance given a covariate", "the chance of assignment depends on x", drawn_by_covariate,
           _by(complier_characteristics, "effect, compliers", **_TRIAL, given=["x"])),
    Regime("worst case", "the truth is the lower bound", chosen,
           _by(manski_bounds, **_CHOSEN), at_least=True),
    Regime("worst case, harms nobody", "nobody loses, those who take it are like the others: the upper bound is true",
           lambda seed: chosen(seed, of="monotone"),
           _by(manski_bounds, **_CHOSEN, response="positive", selection="positive"), at_least=True),
    Regime("worst case, by assignment", "a trial in which the truth is the lower bound", drug,
           _by(manski_bounds, outcome="y", treatment="d", instrument="z"), at_least=True),
    Regime("Balke-Pearl", "a trial in which the truth is the lower bound", drug,
           _by(balke_pearl_bounds, **_TRIAL), at_least=True),
    Regime("attrition, Lee", "the treatment keeps those with the largest outcomes: the truth is the lower bound",
           attrition, _by(lee_bounds, outcome="y", treatment="z"), at_least=True),
    Regime("attrition, worst case", "all treated who would not have the outcome may be missing", lost,
           _by(missing_outcome_bounds, outcome="y", treatment="z"), at_least=True),
)  # fmt: skip

LIES = (
    Regime("assignment read as use", "half comply: the effect of being assigned is half of that of taking it",
           lambda seed: (trial(seed)[0], EFFECT), _by(intention_to_treat, **_TRIAL)),
    Regime("compliers, exclusion fails", "to be assigned moves the outcome by 0.3 by itself",
           lambda seed: trial(seed, direct=0.3), _by(late, **_TRIAL)),
    Regime("compliers, defiers", "a fifth does the opposite, and is harmed by it",
           lambda seed: trial(seed, defiers=0.2, rows=1600), _by(late, **_TRIAL)),
    Regime("two stages, weak instrument", "F about 4, the errors of both stages nearly one",
           lambda seed: instrumented(seed, strength=0.1, endogenous=0.95), _by(two_stage_least_squares, **_IV)),
    Regime("two stages, many weak instruments", "thirty of them, F about 2: biased towards least squares",
           lambda seed: instrumented(seed, strength=0.05, instruments=30),
           _by(two_stage_least_squares, **{**_IV, "instrument": _z(30)})),
    Regime("two stages, clusters left out", "50 clusters share instrument and errors",
           lambda seed: instrumented(seed, strength=0.8, sizes=_SIZES), _by(two_stage_least_squares, **_IV)),
    Regime("Anderson-Rubin, exclusion fails", "the instrument moves the outcome by 0.2 by itself",
           lambda seed: instrumented(seed, strength=0.3, direct=0.2), _by(anderson_rubin, **_IV)),
    Regime("tF, exclusion fails", "the instrument moves the outcome by 0.2 by itself",
           lambda seed: instrumented(seed, strength=0.3, direct=0.2), _by(tf_interval, **_IV)),
    Regime("LIML, one instrument invalid", "one of three moves the outcome by 0.3 by itself",
           lambda seed: instrumented(seed, instruments=3, direct=0.3), _by(liml, **{**_IV, "instrument": _z(3)})),
    Regime("GMM, one instrument invalid", "one of three moves the outcome by 0.3 by itself",
           lambda seed: instrumented(seed, strength=0.5, instruments=3, direct=0.3),
           _by(gmm, **{**_IV, "instrument": _z(3)})),
    Regime("compliers, chance not one", "the chance of assignment depends on x, which is not given",
           drawn_by_covariate, _by(complier_characteristics, "effect, compliers", **_TRIAL)),
    Regime("worst case, range too short", "outcomes are said to lie between 0 and 1; those not seen lie beyond",
           lambda seed: (chosen(seed)[0], chosen(seed)[1] - 0.2), _by(manski_bounds, **_CHOSEN)),
    Regime("worst case, harms some", "it is said to harm nobody, and harms half",
           lambda seed: chosen(seed, of="monotone", harm=0.5),
           _by(manski_bounds, **_CHOSEN, response="positive")),
    Regime("Balke-Pearl, exclusion fails", "to be assigned alone gives the outcome to 4 in 10",
           lambda seed: drug(seed, direct=0.4), _by(balke_pearl_bounds, **_TRIAL)),
    Regime("Lee, selection both ways", "the treatment keeps some and drives others out",
           lambda seed: attrition(seed, both_ways=True), _by(lee_bounds, outcome="y", treatment="z")),
    Regime("attrition, range too short", "outcomes are said to lie between 0 and 1; missing ones lie below",
           lambda seed: lost(seed, truth=-0.4), _by(missing_outcome_bounds, outcome="y", treatment="z")),
)  # fmt: skip
