"""What does a treatment do to those who take it because they were assigned to it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import norm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.compliance.influence import covariance_of, mean_of
from liveloop.estimate.compliance.stages import Stages, two_stages
from liveloop.estimate.compliance.two_stage import chosen, one_effect
from liveloop.estimate.compliance.variables import INTERCEPT, Roles, Variables, read_clusters
from liveloop.estimate.door import refuse_level
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.randomised.difference import counts_of, difference
from liveloop.estimate.result import Diagnostic, Estimate
from liveloop.estimate.words import listed, short

ADJUSTMENTS = ("none", "additive", "lin")
_BINS = 4


@dataclass(frozen=True, eq=False)
class Trial:
    """A randomised arm and what was taken: codes 0 and 1 for each row."""

    frame: Frame
    arms: Groups
    taken: Groups
    clusters: Groups | None
    weights: Floats | None

    @property
    def codes(self) -> Ints | None:
        """Give the cluster of each row."""
        return None if self.clusters is None else self.clusters.codes

    def shares(self) -> tuple[float, float]:
        """Give the share that took it in the control arm and in the treated one."""
        weights = np.ones(self.frame.rows) if self.weights is None else self.weights
        control, treated = (
            float(np.average(self.taken.codes[inside], weights=weights[inside]))
            for inside in (self.arms.codes == arm for arm in (0, 1))
        )
        return control, treated


def read_trial(  # noqa: PLR0913 - the columns
    data: Any,  # noqa: ANN401 - any table
    columns: Sequence[str],
    *,
    treatment: str,
    uptake: str,
    clusters: str | None,
    weights: str | None,
    control: object,
) -> Trial:
    """Read arm and uptake, and further columns by name; refuse an uptake that is the arm's own column."""
    if treatment == uptake:
        raise BadInput(f"{treatment!r} is both what was assigned and what was taken", where="uptake",
                       allowed="the column of what was taken")  # fmt: skip
    rest = [one for one in (clusters, weights) if one]
    frame = read_frame(data, [treatment, uptake, *rest, *columns])
    arms = frame.two_arms(treatment, control=control)
    taken = two_values(frame, uptake, "uptake")
    return Trial(frame, arms, taken, read_clusters(frame, clusters), frame.weights(weights))


def two_values(frame: Frame, name: str, role: str) -> Groups:
    """Give a column of two values as codes 0 and 1, the later label being 1."""
    found = frame.groups(name, role)
    if found.count != 2:
        seen = listed(found.labels)
        raise BadInput(f"{role} {name!r} has {found.count} values: {seen}, in {frame.rows} rows", where=name,
                       allowed="two values")  # fmt: skip
    return found


def late(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    uptake: str,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    adjust: str = "lin",
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the local average treatment effect: that on compliers, who take what they are assigned.

    It is the effect of assignment on the outcome over its effect on uptake (Wald), by two-stage least squares. Where
    nobody in the control arm can take the treatment, compliers are all who took it: the effect on the treated.

    Parameters
    ----------
    outcome
        A column of numbers.
    treatment, uptake
        Columns of two values: what was assigned by chance, and what was taken. 1, True or the later label is treated.
    clusters
        The column whose values were randomised, if rows were not.
    covariates
        Columns of numbers that were known before the treatment began.
    weights
        A column of weights.
    control
        The value of the control arm.
    adjust
        "lin": covariates may matter differently in each arm; "additive": the same in both; "none".
    correction
        As in `two_stage_least_squares`; "CR2" or "HC2" by default.

    Raises
    ------
    BadInput
        When a column is not there or is missing in some rows, there is one arm only, or uptake is alike in both arms.

    Examples
    --------
    Half of those invited come, those who need it least. Comparing who came with who did not finds a benefit for all;
    the invitation finds none for those whom it moved:

    >>> from liveloop.base.seeds import flips, normals
    >>> rows = range(2000); health = normals(5, "health", rows); invited = flips(5, "arm", rows, 0.5)
    >>> came = invited & (health > 0); y = health + normals(5, "rest", rows)
    >>> data = {"y": y, "invited": invited, "came": came}
    >>> made = late(data, outcome="y", treatment="invited", uptake="came")
    >>> bool(made.low < 0 < made.high), bool(y[came].mean() - y[~came].mean() > 1)
    (True, True)

    Source: Imbens and Angrist (1994), doi:10.2307/2951620; Bloom (1984), doi:10.1177/0193841X8400800205 for uptake in
    one arm alone.
    """
    refuse_level(level)
    if adjust not in ADJUSTMENTS:
        raise BadInput(f"no adjustment {adjust!r}", where="adjust", allowed=", ".join(ADJUSTMENTS))
    trial = read_trial(data, [outcome, *covariates], treatment=treatment, uptake=uptake, clusters=clusters,
                       weights=weights, control=control)  # fmt: skip
    roles = Roles(outcome, (uptake,), (treatment,), tuple(covariates), clusters, weights)
    stages = two_stages(_variables(trial, roles, adjust))
    name = chosen(correction, clustered=clusters is not None)
    made = one_effect(stages, name, level)
    untaken, taken = trial.shares()
    return replace(
        made, what=_what(roles, trial, untaken, taken),
        method="local average treatment effect" + (f" ({adjust})" if covariates and adjust != "none" else ""),
        counts=counts_of(trial.arms, trial.clusters, clusters) | _takers(trial, roles),
        assumes=_assumes(roles, untaken, taken),
        diagnostics=(
            Diagnostic("compliers", taken - untaken, f"share, if nobody does the opposite; {short(taken)} took it in "
                       f"the treated arm, {short(untaken)} in the control arm"),
            *made.diagnostics, inequality(stages, trial),
        ),
        warnings=(*made.warnings, *_reversed(roles, untaken, taken)),
    )  # fmt: skip


def _variables(trial: Trial, roles: Roles, adjust: str) -> Variables:
    frame = trial.frame
    z, ones = trial.arms.codes.astype(np.float64), np.ones(frame.rows)
    exogenous, names = [ones], [INTERCEPT]
    if roles.covariates and adjust != "none":
        centred = frame.matrix(roles.covariates)
        centred = centred - np.average(centred, axis=0, weights=trial.weights)
        exogenous.append(centred)
        names += roles.covariates
        if adjust == "lin":
            exogenous.append(centred * z[:, None])
            names += [f"{one} in the treated arm" for one in roles.covariates]
    return Variables(
        roles, frame.numbers(roles.outcome, "outcome"), trial.taken.codes.astype(np.float64)[:, None], z[:, None],
        np.column_stack(exogenous), tuple(names), trial.codes, trial.weights,
    )  # fmt: skip


def _what(roles: Roles, trial: Trial, untaken: float, taken: float) -> str:
    uptake, treatment = roles.treatments[0], roles.instruments[0]
    if taken == 1 and untaken == 0:
        who = "all: everyone took what was assigned"
    elif untaken == 0:
        who = f"those who took it: nobody did with {treatment} {trial.arms.labels[0]!r}"
    else:
        who = f"compliers, who take it with {treatment} {trial.arms.labels[1]!r} and not with {trial.arms.labels[0]!r}"
    return f"effect of {uptake} {trial.taken.labels[1]!r} on {roles.outcome} for {who}"


def _takers(trial: Trial, roles: Roles) -> dict[str, int]:
    """Count the rows by arm and by what was taken."""
    uptake = roles.treatments[0]
    made = {}
    for arm, label in enumerate(trial.arms.labels):
        for code, took in enumerate(trial.taken.labels):
            inside = (trial.arms.codes == arm) & (trial.taken.codes == code)
            made[f"rows, {label!r}, {uptake} {took!r}"] = int(inside.sum())
    return made


def _assumes(roles: Roles, untaken: float, taken: float) -> tuple[str, ...]:
    unit, uptake, treatment = roles.clusters or "row", roles.treatments[0], roles.instruments[0]
    made = [
        f"each {unit} got its {treatment} by chance, independently of the others",
        f"{treatment} touches {roles.outcome} through {uptake} alone (exclusion)",
        f"no {unit} is touched by the arm or uptake of another (no interference)",
    ]
    if not (untaken == 0 or taken == 1):
        made.append("nobody takes it only when not assigned to it (monotonicity: no defiers)")
    if roles.covariates:
        made.append("the covariates were known before the treatment began")
    return tuple(made)


def _reversed(roles: Roles, untaken: float, taken: float) -> tuple[str, ...]:
    if taken >= untaken:
        return ()
    return (f"{roles.treatments[0]} is rarer in the treated arm: the effect is that on those whom it keeps from it",)


def inequality(stages: Stages, trial: Trial) -> Diagnostic:
    """Ask whether some outcome is had by fewer than none of the compliers.

    Those with an outcome in a bin who took it must be more in the arm assigned to it; those who did not take it more in
    the other. Where the opposite is so, exclusion, randomisation or monotonicity fails (Kitagawa 2015,
    doi:10.3982/ECTA11974). The p-value is Bonferroni's over all bins.
    """
    y = trial.frame.numbers(stages.scaled.roles.outcome, "outcome")
    z, d = trial.arms.codes, trial.taken.codes
    found = np.unique(y)
    edges = np.unique(np.quantile(y, np.linspace(0, 1, _BINS + 1)[1:-1])) if len(found) > 2 * _BINS else found[1:]
    bins = np.searchsorted(edges, y, side="right")
    cells = [((bins == one) & (d == took)).astype(np.float64) for took in (1, 0) for one in range(len(edges) + 1)]
    signs = np.repeat([1.0, -1.0], len(edges) + 1) * (1.0 if trial.shares()[1] >= trial.shares()[0] else -1.0)
    weights = np.ones(len(y)) if trial.weights is None else trial.weights
    inside = np.column_stack(cells)
    treated, moved = mean_of(inside, weights * z)
    control, against = mean_of(inside, weights * (1 - z))
    error = np.sqrt(np.diag(covariance_of(moved - against, trial.codes)[0]))
    told = error > 1e-12
    ratios = ((treated - control) * signs)[told] / error[told]
    least = float(ratios.min()) if len(ratios) else 0.0
    p_value = min(1.0, len(ratios) * float(norm.cdf(least)))
    return Diagnostic("instrument inequality", least, f"smallest t of {len(ratios)}, p {p_value:.3g}; far below 0 "
                      "some outcomes have fewer compliers than none", p_value >= 0.05)  # fmt: skip


def intention_to_treat(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    uptake: str | None = None,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    adjust: str = "lin",
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the effect of being assigned, whatever was taken: the difference of means by arm, nobody left out.

    Parameters are those of `difference`, and:

    Parameters
    ----------
    uptake
        The column of what was taken; it changes nothing but what the diagnostics say.

    Examples
    --------
    >>> data = {"y": [1, 2, 1, 2, 4, 4, 1, 2.0], "took": [0, 0, 0, 0, 1, 1, 0, 0], "arm": [0, 0, 0, 0, 1, 1, 1, 1]}
    >>> made = intention_to_treat(data, outcome="y", treatment="arm", uptake="took")
    >>> round(made.value, 3), made.diagnostics[-1].says
    (1.25, '0.5 took it in the treated arm, 0 in the control arm')

    Source: Hollis and Campbell (1999), doi:10.1136/bmj.319.7211.670.
    """
    refuse_level(level)
    made = difference(data, outcome=outcome, treatment=treatment, clusters=clusters, covariates=covariates,
                      weights=weights, control=control, adjust=adjust, correction=correction, level=level)  # fmt: skip
    made = replace(made, what=f"effect of being assigned to {treatment} on {outcome}, taken or not",
                   method=f"intention to treat, {made.method}")  # fmt: skip
    if uptake is None:
        return made
    trial = read_trial(data, [], treatment=treatment, uptake=uptake, clusters=clusters, weights=weights,
                       control=control)  # fmt: skip
    untaken, taken = trial.shares()
    says = f"{short(taken)} took it in the treated arm, {short(untaken)} in the control arm"
    told = ("few took what they were assigned: this is not the effect of taking it",) if taken - untaken < 0.9 else ()
    return replace(
        made, diagnostics=(*made.diagnostics, Diagnostic("difference in uptake", taken - untaken, says)),
        warnings=(*made.warnings, *told),
    )  # fmt: skip
