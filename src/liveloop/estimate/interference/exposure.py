"""What does an exposure do, such as a treated neighbour, in a known network and a known design?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from liveloop.base.errors import BadInput
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import read_frame
from liveloop.estimate.interference.assignment import Design, assignment_of
from liveloop.estimate.interference.comparison import CORRECTIONS, ESTIMATORS, Comparison
from liveloop.estimate.interference.exposed import IMPOSSIBLE, Exposure, chosen_contrasts, exposed_by, possible_units
from liveloop.estimate.interference.mapping import exposure_map
from liveloop.estimate.interference.network import network_of
from liveloop.estimate.interference.units import unit_labels, unit_weights
from liveloop.estimate.result import Estimates


def exposure_effects(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str | None = None,
    edges: Any = None,  # noqa: ANN401 - any table, or a matrix
    groups: str | None = None,
    ends: tuple[str, str] = ("source", "target"),
    edge_weight: str | None = None,
    directed: bool = False,
    exposure: Exposure = "any",
    own: bool = True,
    threshold: float | None = None,
    most: int = 3,
    contrasts: Sequence[str] | Mapping[str, tuple[str, str]] | None = None,
    estimator: str = "hajek",
    impossible: str = "refuse",
    design: Design = "bernoulli",
    probability: float | str = 0.5,
    clusters: str | None = None,
    strata: str | None = None,
    covariates: Sequence[str] = (),
    adjust: str = "cuped",
    correction: str = "bias-reduced",
    weights: str | None = None,
    control: object = None,
    draws: int = 4_000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimates:
    """Estimate what exposures do to units whose neighbours may be treated.

    Parameters
    ----------
    data
        A table with one row for each unit.
    outcome, treatment
        Columns: numbers, and the own arm.
    unit
        The column that names the units, as the ends of the edges do; None where rows are meant.
    edges, groups
        Who touches whom: a table of edges (`ends`, `edge_weight`, `directed`), a matrix in the order of the rows, or
        a column whose values are groups in which all touch all.
    exposure
        "any" (with the own arm: the four cells of Aronow and Samii), "share" above `threshold`, "count" up to `most`,
        "full" (the own arm and that of all neighbours), or a function of assignments [draw, unit] and the network
        that gives the exposure of each unit in each of them.
    own
        Whether the own arm is part of the exposure.
    contrasts
        Names of those that the exposure offers, or a mapping of a name to two exposures; all against the first one
        when None.
    estimator
        "hajek", the difference of weighted means, or "horvitz-thompson", unbiased and less precise.
    impossible
        What to do with units that can never have one of the exposures: "refuse", or "leave out" and estimate for the
        others.
    design, probability, clusters, strata
        How units came into arms: "bernoulli" with a probability or a column of it, "complete", or a function that
        draws another assignment from a seed; `clusters` are units that were randomised together.
    covariates, adjust
        Columns known before, and how they enter ("cuped": one slope for all exposures, "lin": one for each).
    correction
        "bias-reduced": the variance of Aronow and Samii is scaled by what the fit takes of residuals, with a t
        distribution to match, as Bell and McCaffrey do for clusters; "none": as published.
    weights
        A column of weights; the estimand is then a weighted mean.
    draws, seed
        How many assignments are drawn where probabilities cannot be counted.

    Raises
    ------
    BadInput
        When units are named twice, edges lead outside, an exposure is never seen or impossible for some units.

    Examples
    --------
    The difference of the arms misses what neighbours do to both of them:

    >>> import numpy as np
    >>> from liveloop.base.seeds import flips, normals
    >>> n = 1000; rows = np.arange(n); t = flips(3, "arm", rows, 0.5)
    >>> ring = {"source": rows, "target": (rows + 1) % n}
    >>> touched = (np.roll(t, 1) | np.roll(t, -1))
    >>> y = 1.0 * t + 0.5 * touched + 0.2 * normals(3, "noise", rows)
    >>> made = exposure_effects({"y": y, "t": t, "id": rows}, outcome="y", treatment="t", unit="id", edges=ring)
    >>> round(float(y[t].mean() - y[~t].mean()), 1), round(made["total"].value, 1), round(made["spillover"].value, 1)
    (1.0, 1.5, 0.5)

    Source: Aronow and Samii (2017), doi:10.1214/16-AOAS1005.
    """
    refuse_level(level)
    one_of(estimator, "estimator", tuple(ESTIMATORS))
    one_of(impossible, "impossible", IMPOSSIBLE)
    one_of(adjust, "adjust", ("cuped", "lin", "none"))
    one_of(correction, "correction", CORRECTIONS)
    if covariates and adjust != "none" and estimator != "hajek":
        raise BadInput("covariates are adjusted for in weighted means", where="covariates", allowed="estimator='hajek'")
    named = [outcome, treatment, unit, groups, clusters, strata, weights, *covariates]
    named += [probability] if isinstance(probability, str) else []
    frame = read_frame(data, [one for one in named if one])
    arms = frame.two_arms(treatment, control=control)
    y, weight, known = frame.numbers(outcome, "outcome"), unit_weights(frame, weights), frame.matrix(covariates)
    drawn = assignment_of(frame, arms, design=design, probability=probability, clusters=clusters, strata=strata)
    network = None
    if edges is not None or groups:
        network = network_of(
            edges, units=unit_labels(frame, unit), groups=frame.groups(groups, "group") if groups else None,
            ends=ends, weight=edge_weight, directed=directed,
        )  # fmt: skip
    rule = exposure if callable(exposure) else exposure_map(exposure, own=own, threshold=threshold, most=most)
    exposed = exposed_by(rule, drawn, network, draws=draws, seed=seed)
    chosen = chosen_contrasts(contrasts, exposed)
    comparison = Comparison(
        y, exposed, drawn, network, possible_units(exposed, chosen, impossible),
        weight, known, tuple(covariates), outcome, estimator,
        adjust if covariates else "none", correction, level,
    )  # fmt: skip
    return comparison.estimates(chosen, arms.labels)
