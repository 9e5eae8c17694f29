"""What would treated rows have been, by the means of units and periods that untreated rows show?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.changes.absorbed import fit_absorbed
from liveloop.estimate.changes.aggregate import OVERALL
from liveloop.estimate.changes.events import joint_test, period_groups
from liveloop.estimate.changes.panel import Panel, Roles, read_panel, without
from liveloop.estimate.door import as_names, one_of
from liveloop.estimate.result import Diagnostic, Estimates, convention, normal_estimate
from liveloop.estimate.words import short

CORRECTIONS = ("CR0", "CR1")
FEW = 20


@dataclass(frozen=True, eq=False)
class Imputed:
    """Effects, and what each row's residual is multiplied by in them: [effect], [effect, row]."""

    value: Floats
    multiples: Floats
    residual: Floats


def imputed_effects(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    unit: str,
    period: str,
    cohort: str | None = None,
    treatment: str | None = None,
    never: Any = None,  # noqa: ANN401
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    leads: int = 0,
    correction: str = "CR0",
    level: float = 0.95,
) -> Estimates:
    """Estimate effects as what treated rows are above the sum of their unit's and their period's mean (imputation).

    The means come from all untreated rows, so it uses more of the data than a comparison with the last period before
    treatment, and is the more precise where errors do not hang together over time.

    Parameters
    ----------
    data
        Any table; units may lack periods.
    covariates
        Numbers that change over time and that the treatment does not move.
    leads
        So many periods before treatment are tested together, among untreated rows only.
    clusters
        By default the units.
    correction
        "CR0" with the normal distribution, as in the paper, and conservative by its standard error; "CR1": times
        G / (G - 1), t with G - 1 df.

    Returns
    -------
    Estimates
        "overall", over all treated rows, then by time since treatment.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> unit, period = np.repeat(np.arange(60), 6), np.tile(np.arange(6.0), 60)
    >>> since = np.asarray([2.0, 4.0, np.inf])[unit % 3]
    >>> y = np.where(period >= since, period - since + 1, 0) + 0.01 * normals(1, "y", range(360))
    >>> data = {"y": y, "unit": unit, "period": period, "since": since}
    >>> made = imputed_effects(data, outcome="y", unit="unit", period="period", cohort="since", leads=2)
    >>> [round(made[name].value, 1) for name in ("overall", "0", "1", "2", "3")]
    [2.2, 1.0, 2.0, 3.0, 4.0]

    Source: Borusyak, Jaravel and Spiess (2024), doi:10.1093/restud/rdae007.
    """
    one_of(correction, "correction", CORRECTIONS)
    roles = Roles(outcome, period, unit, cohort, treatment, None, never, as_names(covariates), weights, clusters)
    panel, notes = _imputable(read_panel(data, roles))
    treated = panel.treated
    since = np.where(treated, panel.time - panel.cohort, -1)
    times = np.unique(since[treated])
    given = np.ones(panel.rows) if panel.weights is None else panel.weights
    targets = np.stack([_share(given, treated), *(_share(given, treated & (since == time)) for time in times)])
    made = impute(panel, treated, given, targets)
    groups = panel.clusters
    assert groups is not None
    if groups.count < 2:
        raise BadInput("there is one cluster only", where="clusters", allowed="two clusters or more")
    adds = _adds(panel, treated, made)
    summed = np.stack([np.bincount(groups.codes, one, minlength=groups.count) for one in adds])
    covariance = summed @ summed.T
    factor = groups.count / (groups.count - 1)
    scaled = covariance * (factor if correction == "CR1" else 1.0)
    df = float(groups.count - 1) if correction == "CR1" else None
    counts, assumes = panel.counts(), _assumptions(panel)
    rows = {}
    for at, name in enumerate((OVERALL, *(f"{time:g}" for time in times))):
        value, error = float(made.value[at]), float(scaled[at, at]) ** 0.5
        other = (covariance[at, at] * (factor if correction == "CR0" else 1.0)) ** 0.5
        rows[name] = normal_estimate(
            f"effect on {outcome}, " + (f"{name} periods after treatment began" if at else "over all treated rows"),
            value, error, df=df, level=level, method="imputation", correction=correction, counts=counts,
            assumes=assumes,
            conventions=(convention("CR0" if correction == "CR1" else "CR1", value, float(other),
                                    None if correction == "CR1" else float(groups.count - 1), level),),
        )  # fmt: skip
    return Estimates(
        f"effect on {outcome} by periods since treatment began, beyond what untreated rows say", rows,
        tuple(map(tuple, scaled.tolist())), joint_test(made.value[1:], np.asarray(scaled[1:, 1:], np.float64), df),
        _before(panel, treated, leads), (*notes, *_few(panel)),
    )  # fmt: skip


def impute(panel: Panel, treated: Flags, weights: Floats, targets: Floats) -> Imputed:
    """Fit means on untreated rows, and give weighted sums of what treated rows are above them.

    Parameters
    ----------
    targets
        [effect, row]: weights of treated rows, 0 in the others.

    Raises
    ------
    BadInput
        When untreated rows do not tie a treated row's unit and period together.
    """
    unit = panel.unit
    assert unit is not None
    flags = np.asarray(panel.period[:, None] == np.arange(len(panel.times)), np.float64)
    rest = np.column_stack([flags, panel.covariates - panel.covariates[~treated].mean(axis=0)])
    free = np.where(treated, 0.0, weights)
    total = np.bincount(unit.codes, free, minlength=unit.count)
    together = _by_unit(unit.codes, rest * free[:, None], unit.count)  # [unit, rest]
    left = (rest * free[:, None]).T @ rest - together.T @ (together / total[:, None])
    wanted = np.vstack([targets, panel.outcome * free]).T  # [row, effect and outcome]
    of_unit, of_rest = _by_unit(unit.codes, wanted, unit.count), rest.T @ wanted
    aim = of_rest - together.T @ (of_unit / total[:, None])
    solved = np.linalg.pinv(left, rcond=1e-11, hermitian=True) @ aim
    gap = np.abs(left @ solved - aim).max(axis=0)
    if (gap > 1e-7 * np.maximum(1e-300, np.abs(of_rest).max(axis=0))).any():
        raise BadInput("untreated rows do not tie all units and periods together", where=panel.roles.period,
                       allowed="periods in which some units are not treated yet, units in several periods")  # fmt: skip
    means = (of_unit - together @ solved) / total[:, None]
    fitted = means[unit.codes] + rest @ solved  # [row, effect and outcome]
    residual = panel.outcome - fitted[:, -1]
    multiples = np.where(treated, targets, -free * fitted[:, :-1].T)
    return Imputed(targets @ residual, multiples, residual)


def _by_unit(codes: Ints, values: Floats, count: int) -> Floats:
    return np.column_stack([np.bincount(codes, one, minlength=count) for one in values.T])


def _share(weights: Floats, chosen: Flags) -> Floats:
    made = weights * chosen
    return np.asarray(made / made.sum())


def _adds(panel: Panel, treated: Flags, made: Imputed) -> Floats:
    """Give what each row adds to each effect: a treated one by how it differs from its cohort in that period."""
    cells = np.unique(np.column_stack([panel.cohort, panel.period]), axis=0, return_inverse=True)[1].ravel()
    adds = np.empty_like(made.multiples)
    for at, multiples in enumerate(made.multiples):
        square = np.where(treated, multiples**2, 0.0)
        total = np.bincount(cells, square)
        mean = np.divide(np.bincount(cells, square * made.residual), total, out=np.zeros(len(total)), where=total > 0)
        adds[at] = multiples * (made.residual - np.where(treated, mean[cells], 0.0))
    return adds


def _imputable(panel: Panel) -> tuple[Panel, tuple[str, ...]]:
    """Leave out treated rows whose unit, or whose period, has no untreated row."""
    notes = []
    while True:
        free, unit = ~panel.treated, panel.unit
        assert unit is not None
        known = np.bincount(unit.codes, free, minlength=unit.count)[unit.codes] > 0
        known &= np.bincount(panel.period, free, minlength=len(panel.times))[panel.period] > 0
        if known.all():
            break
        notes.append(f"{int((~known).sum())} rows are of units or periods without any untreated row, and are left out")
        if not (known & panel.treated).any():
            raise BadInput("no treated row has an untreated one of its unit and one of its period",
                           where=str(panel.roles.cohort or panel.roles.treatment),
                           allowed="units seen before treatment, and some not treated yet in each period")  # fmt: skip
        panel = without(panel, known)
    return panel, tuple(notes)


def _before(panel: Panel, treated: Flags, leads: int) -> tuple[Diagnostic, ...]:
    """Test, among untreated rows, whether those just before treatment differ."""
    if leads <= 0:
        return ()
    early = without(panel, ~treated)
    until = early.cohort - early.time
    columns = np.column_stack([until == lead for lead in range(1, leads + 1)]).astype(np.float64)
    unit, groups = early.unit, early.clusters
    assert unit is not None and groups is not None
    names = [f"{lead} before" for lead in range(1, leads + 1)]
    fit = fit_absorbed(early.outcome, np.column_stack([early.covariates, columns]), [*panel.roles.covariates, *names],
                       [unit, period_groups(early)], clusters=groups, weights=early.weights)  # fmt: skip
    places = [fit.fit.names.index(name) for name in names]
    covariance = fit.covariance("CR1")[np.ix_(places, places)]
    p_value = joint_test(fit.fit.beta[places], covariance, float(groups.count - 1))
    if p_value is None:
        return ()
    largest = short(float(np.abs(fit.fit.beta[places]).max()))
    return (Diagnostic(f"{leads} periods before, jointly 0", p_value,
                       f"p of a joint test among untreated rows; largest gap {largest}", p_value >= 0.05),)  # fmt: skip


def _assumptions(panel: Panel) -> tuple[str, ...]:
    return (
        "without the treatment, outcomes would be a mean of the unit and one of the period: parallel trends in all "
        "periods before, not only the last",
        "nobody reacts before treatment", "a unit once treated stays treated",
        f"each {panel.roles.clusters or panel.roles.unit} is a draw of its own",
    )  # fmt: skip


def _few(panel: Panel) -> tuple[str, ...]:
    groups = panel.clusters
    assert groups is not None
    treated = len(np.unique(groups.codes[np.isfinite(panel.cohort)]))
    made = []
    if groups.count < FEW or treated < 5:
        made.append(f"only {groups.count} clusters, {treated} of them ever treated: the standard error is too small")
    assert panel.unit is not None
    of_units = panel.of_units(panel.cohort)
    alone = [panel.label(float(one)) for one in panel.cohorts if (of_units == one).sum() == 1]
    if alone:
        made.append(f"cohorts of one unit, which add nothing to the standard error: {', '.join(alone)}")
    return tuple(made)
