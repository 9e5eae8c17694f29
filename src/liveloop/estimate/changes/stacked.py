"""What do many small experiments say, one for each time at which treatment began, put on top of one another?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.changes.aggregate import OVERALL
from liveloop.estimate.changes.events import before_tests, joint_test
from liveloop.estimate.changes.panel import Balanced, Panel, Roles, balanced, read_panel
from liveloop.estimate.door import as_names, one_of
from liveloop.estimate.linear import CLUSTERS, CORRECTIONS, Fit, fit_rows
from liveloop.estimate.result import Estimates, normal_estimate

COMPARISONS = ("not-yet", "never")
FEW = 20


@dataclass(frozen=True, eq=False)
class Stack:
    """The rows of all small experiments: [row] each.

    Parameters
    ----------
    time
        Since the experiment's treatment.
    weights
        Such that treated and others have the same share in each experiment.
    """

    outcome: Floats
    treated: Floats
    time: Ints
    weights: Floats
    clusters: Ints
    covariates: Floats
    experiments: tuple[float, ...]
    units: int


def stacked_effects(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    unit: str,
    period: str,
    before: int,
    after: int,
    cohort: str | None = None,
    treatment: str | None = None,
    never: Any = None,  # noqa: ANN401
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    comparison: str = "not-yet",
    reference: int = -1,
    correction: str = "CR2",
    level: float = 0.95,
) -> Estimates:
    """Estimate effects by time since treatment from a stack of small experiments, with weights that make it an average.

    Only cohorts that are seen over the whole window count, so every time since treatment is about the same units.
    Without the weights the stack gives each experiment one share among the treated and another among the others, and is
    no average of effects (Wing, Freedman and Hollingsworth 2024).

    Parameters
    ----------
    data
        A panel: one row for each unit and period.
    before, after
        The window: so many periods before treatment, and after its first.
    comparison
        "not-yet": units that are not treated within the window; "never": those never treated.
    clusters
        By default the units, which are in several experiments.
    correction
        "CR2" with the df of Bell and McCaffrey by default; also the others of `liveloop.estimate.linear`.

    Returns
    -------
    Estimates
        "overall", the mean over times since treatment, then by these.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> unit, period = np.repeat(np.arange(60), 8), np.tile(np.arange(8.0), 60)
    >>> since = np.asarray([3.0, 5.0, np.inf])[unit % 3]
    >>> y = np.where(period >= since, period - since + 1, 0) + 0.01 * normals(1, "y", range(480))
    >>> data = {"y": y, "unit": unit, "period": period, "since": since}
    >>> made = stacked_effects(data, outcome="y", unit="unit", period="period", cohort="since", before=2, after=2)
    >>> [round(made[name].value, 1) for name in ("overall", "0", "1", "2")]
    [2.0, 1.0, 2.0, 3.0]

    Source: Wing, Freedman and Hollingsworth (2024), doi:10.3386/w32054.
    """
    roles = Roles(outcome, period, unit, cohort, treatment, None, never, as_names(covariates), weights, clusters)
    one_of(correction, "correction", CORRECTIONS)
    one_of(comparison, "comparison", COMPARISONS)
    if before < -reference or after < 0 or reference >= 0:
        raise BadInput(f"before is {before}, after {after}, reference {reference}", where="before",
                       allowed="a window that holds the reference, which is before 0, and 0")  # fmt: skip
    panel = read_panel(data, roles)
    stack, notes = _stack(balanced(panel), panel, (before, after), comparison)
    fit, times = _fit(stack, roles, before, after, reference)
    later = [time for time in times if time >= 0]
    contrasts = {OVERALL: sum((fit.contrast(_name(time)) for time in later), np.zeros(len(fit.names))) / len(later)}
    contrasts |= {str(time): fit.contrast(_name(time)) for time in times}
    counts = panel.counts() | {"experiments": len(stack.experiments), "rows of the stack": len(stack.outcome)}
    rows = {
        called: normal_estimate(
            f"effect on {outcome}, " + (f"{called} periods after treatment began" if called != OVERALL else
                                        f"mean over the first {after + 1} periods of treatment"),
            float(contrast @ fit.beta), fit.error(contrast, correction), df=fit.freedom(contrast, correction),
            level=level, method="stacked, weighted", correction=correction, counts=counts,
            assumes=_assumptions(roles, comparison), conventions=fit.conventions(contrast, level, besides=correction),
        )
        for called, contrast in contrasts.items()
    }  # fmt: skip
    matrix = np.stack(list(contrasts.values()))
    covariance = matrix @ fit.covariance(correction) @ matrix.T
    values, df = matrix[1:] @ fit.beta, float(stack.units - 1)
    return Estimates(
        f"effect on {outcome} by periods since treatment began, {len(stack.experiments)} experiments",
        rows, tuple(map(tuple, covariance.tolist())), joint_test(values, covariance[1:, 1:], df),
        before_tests(times, values, covariance[1:, 1:], df, reference=reference),
        (*notes, *_few(stack, correction)),
    )  # fmt: skip


def _stack(data: Balanced, panel: Panel, window: tuple[int, int], comparison: str) -> tuple[Stack, tuple[str, ...]]:
    before, after = window
    parts, notes, left_out = [], [], []
    found = np.unique(data.cohort[np.isfinite(data.cohort)])
    for cohort in found:
        wanted = cohort + np.arange(-before, after + 1)
        places = np.searchsorted(data.times, wanted)
        inside = places[-1] < len(data.times) and (data.times[np.minimum(places, len(data.times) - 1)] == wanted).all()
        others = np.isinf(data.cohort) if comparison == "never" else data.cohort > cohort + after
        if inside and others.any():
            parts.append((float(cohort), np.flatnonzero(data.cohort == cohort), np.flatnonzero(others), places))
        else:
            left_out.append(panel.label(float(cohort)))
    if left_out:
        notes.append(
            f"cohorts that are not seen over the whole window, or with nobody to compare: {', '.join(left_out)}"
        )
    if not parts:
        raise BadInput("no cohort is seen over the whole window", where="before", allowed="a smaller before or after")
    return _joined(data, parts, before), tuple(notes)


def _joined(data: Balanced, parts: Sequence[tuple[float, Ints, Ints, Ints]], before: int) -> Stack:
    base = data.weights[:, 0]
    treated_all = sum(base[ours].sum() for _, ours, _, _ in parts)
    others_all = sum(base[others].sum() for _, _, others, _ in parts)
    made: list[tuple[Floats, ...]] = []
    for _, ours, others, places in parts:
        units = np.r_[ours, others]
        treated = np.r_[np.ones(len(ours)), np.zeros(len(others))]
        even = (base[ours].sum() / treated_all) / (base[others].sum() / others_all)
        weights = data.weights[np.ix_(units, places)] * np.where(treated == 1, 1.0, even)[:, None]
        width = len(places)
        made.append((
            data.outcome[np.ix_(units, places)].ravel(), np.repeat(treated, width),
            np.tile(np.arange(width) - before, len(units)), weights.ravel(), np.repeat(data.clusters[units], width),
            data.covariates[np.ix_(units, places)].reshape(len(units) * width, -1),
        ))  # fmt: skip
    outcome, treated, time, weights, clusters, covariates = (np.concatenate(one) for one in zip(*made, strict=True))
    found, codes = np.unique(clusters, return_inverse=True)
    return Stack(outcome, treated, time, weights, codes, covariates, tuple(one[0] for one in parts), len(found))


def _fit(stack: Stack, roles: Roles, before: int, after: int, reference: int) -> tuple[Fit, list[int]]:
    times = [time for time in range(-before, after + 1) if time != reference]
    at = np.asarray(stack.time[:, None] == np.asarray(times), np.float64)
    design = np.column_stack([np.ones(len(stack.outcome)), stack.treated, stack.covariates, at,
                              at * stack.treated[:, None]])  # fmt: skip
    names = ["intercept", "treated", *roles.covariates, *(f"time {one}" for one in times), *map(_name, times)]
    if stack.units < 2:
        raise BadInput("there is one cluster only", where="clusters", allowed="two clusters or more")
    return fit_rows(stack.outcome, design, names, clusters=stack.clusters, weights=stack.weights), times


def _name(time: int) -> str:
    return f"effect at {time}"


def _assumptions(roles: Roles, comparison: str) -> tuple[str, ...]:
    whom = "those never treated" if comparison == "never" else "those not treated within the window"
    return (
        f"without the treatment, each cohort would have changed as {whom} did",
        "nobody reacts before the reference period", "a unit once treated stays treated",
        f"each {roles.clusters or roles.unit} is a draw of its own",
    )  # fmt: skip


def _few(stack: Stack, correction: str) -> tuple[str, ...]:
    treated = len(np.unique(stack.clusters[stack.treated == 1]))
    made = []
    if stack.units < FEW or treated < 5:
        made.append(f"only {stack.units} clusters, {treated} of them treated: see the wild bootstrap")
    if correction not in CLUSTERS:
        made.append(f"{correction} takes rows for independent, though units are in several experiments")
    return tuple(made)
