"""By how much do the arms of an experiment differ, by the means or adjusted for what was known before?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Ints
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.linear import CLUSTERS, CORRECTIONS, Fit, fit_rows
from liveloop.estimate.result import Diagnostic, Estimate, normal_estimate

FEW = 20  # clusters; below it the choice of a correction matters visibly
EFFECT = "effect"
ADJUSTMENTS = ("none", "cuped", "lin")


@dataclass(frozen=True)
class Columns:
    """Which columns play which part."""

    outcome: str
    treatment: str
    clusters: str | None = None
    covariates: tuple[str, ...] = ()
    weights: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """List all of them."""
        rest = (one for one in (self.clusters, self.weights) if one)
        return (self.outcome, self.treatment, *rest, *self.covariates)


def difference(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    adjust: str = "lin",
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the average effect of a randomised treatment.

    Parameters
    ----------
    data
        A data frame of pandas or polars, an Arrow table, a DuckDB relation, a mapping of columns, or a file.
    outcome, treatment
        Columns: numbers, and a column of two values. 1, True or the later label is treated.
    clusters
        The column whose values were randomised, if rows were not: rows of one cluster count as one draw.
    covariates
        Columns of numbers that were known before the treatment began.
    weights
        A column of weights; the estimand is then the difference of weighted means.
    control
        The value of the control arm.
    adjust
        "lin": covariates may matter differently in each arm (Lin 2013), never worse than no adjustment in large
        samples; "cuped": one slope for both arms (Deng et al. 2013); "none".
    correction
        By default "CR2" where there are clusters, "CR3" where these are worth fewer than 20 degrees of freedom, "HC2"
        where there are none, all with the df of Bell and McCaffrey; also `CR0`, `CR1`, `HC0` to `HC3`, `iid`.

    Raises
    ------
    BadInput
        When a column is not there, is missing in some rows, there is one arm only, covariates are collinear.

    Examples
    --------
    Sessions nest in users. Rows taken for independent promise too much:

    >>> from liveloop.base.seeds import normals, flips
    >>> user = np.repeat(np.arange(200), 10); rows = np.arange(2000)
    >>> y = normals(1, "user", user) + normals(1, "session", rows)
    >>> t = flips(1, "arm", user, 0.5)
    >>> right = difference({"y": y, "t": t, "user": user}, outcome="y", treatment="t", clusters="user")
    >>> wrong = difference({"y": y, "t": t, "user": user}, outcome="y", treatment="t")
    >>> bool(right.standard_error > 2 * wrong.standard_error)
    True

    Source: Lin (2013), doi:10.1214/12-AOAS583; Bell and McCaffrey (2002); Hansen (2025), "Jackknife Standard Errors for
    Clustered Regression", for CR3 with degrees of freedom of its design.
    """
    if adjust not in ADJUSTMENTS:
        raise BadInput(f"no adjustment {adjust!r}", where="adjust", allowed=", ".join(ADJUSTMENTS))
    columns = Columns(outcome, treatment, clusters, tuple(covariates), weights)
    frame = read_frame(data, columns.named)
    arms = frame.two_arms(treatment, control=control)
    groups = frame.groups(clusters, "cluster") if clusters else None
    asked = asked_correction(correction, clustered=groups is not None)
    fit = _fit(frame, columns, arms, groups, adjust)
    value, contrast = float(fit.beta[fit.names.index(EFFECT)]), fit.contrast(EFFECT)
    name = fit.settled(asked, contrast)
    return normal_estimate(
        f"difference of the means of {outcome}, {arms.labels[1]!r} minus {arms.labels[0]!r} of {treatment}",
        value, fit.error(contrast, name), df=fit.freedom(contrast, name), level=level,
        method="difference of means" if adjust == "none" or not covariates else f"adjusted difference ({adjust})",
        correction=name,
        counts=counts_of(arms, groups, clusters),
        assumes=_assumptions(columns),
        diagnostics=_diagnostics(fit, arms, groups),
        warnings=few_clusters(groups, arms, name),
        conventions=fit.conventions(contrast, level, besides=name),
    )  # fmt: skip


def _fit(frame: Frame, columns: Columns, arms: Groups, groups: Groups | None, adjust: str) -> Fit:
    y = frame.numbers(columns.outcome, "outcome")
    t = arms.codes.astype(np.float64)
    weights = frame.weights(columns.weights)
    design, names = [np.ones(frame.rows), t], ["intercept", EFFECT]
    if columns.covariates and adjust != "none":
        centred = frame.matrix(columns.covariates)
        centred = centred - np.average(centred, axis=0, weights=weights)
        design.append(centred)
        names += list(columns.covariates)
        if adjust == "lin":
            design.append(centred * t[:, None])
            names += [f"{name} in the treated arm" for name in columns.covariates]
    x = np.column_stack(design)
    return fit_rows(y, x, names, clusters=None if groups is None else groups.codes, weights=weights)


def chosen_correction(correction: str, *, clustered: bool) -> str:
    """Give the correction: that asked for, else CR2 or HC2; refuse one by clusters where there are none.

    Examples
    --------
    >>> chosen_correction("", clustered=True), chosen_correction("HC1", clustered=False)
    ('CR2', 'HC1')
    """
    return asked_correction(correction, clustered=clustered) or ("CR2" if clustered else "HC2")


def asked_correction(correction: str, *, clustered: bool) -> str:
    """Give the correction that was asked for, "" for the default; refuse one by clusters where there are none."""
    if correction:
        one_of(correction, "correction", CORRECTIONS)
    if correction in CLUSTERS and not clustered:
        raise BadInput(f"{correction} needs clusters", where="clusters", allowed="the column that was randomised")
    return correction


def counts_of(arms: Groups, groups: Groups | None, clusters: str | None) -> dict[str, int]:
    """Count rows, and clusters, in all and by arm."""
    made = {"rows": len(arms.codes)}
    made |= {f"rows, {label!r}": int(size) for label, size in zip(arms.labels, arms.sizes(), strict=True)}
    if groups is not None:
        made[str(clusters)] = groups.count
        by_arm = _met(groups, arms.codes, arms.count).sum(axis=0)
        made |= {f"{clusters}, {label!r}": int(met) for label, met in zip(arms.labels, by_arm, strict=True)}
    return made


def few_clusters(groups: Groups | None, arms: Groups, correction: str) -> tuple[str, ...]:
    """Warn of few clusters, in all or in one arm, and of a standard error that does not know of them."""
    if groups is None:
        rows = arms.sizes()
        if rows.min() < 2:
            said = f"arm {arms.labels[int(rows.argmin())]!r} has {rows.min()} row, of {len(arms.codes)} in all"
            raise BadInput(said, where=arms.name or "treatment", allowed="two rows or more in each arm")
        return ()
    made = []
    met = _met(groups, arms.codes, arms.count).sum(axis=0)
    least = int(met.min())
    if least < 2:
        which, named = repr(arms.labels[int(met.argmin())]), groups.name or "clusters"
        raise BadInput(f"arm {which} has {least} cluster ({named}), of {groups.count} in all", where=named,
                       allowed="two clusters or more in each arm")  # fmt: skip
    if groups.count < FEW:
        made.append(f"only {groups.count} clusters, {least} in the smaller arm: see the wild bootstrap "
                    "and the permutation test beside it")  # fmt: skip
    if correction not in CLUSTERS:
        made.append(f"{correction} takes rows for independent, though clusters were given")
    return tuple(made)


def split_clusters(groups: Groups, codes: Ints, arms: int) -> int:
    """Count the clusters that have rows in more than one arm."""
    return int((_met(groups, codes, arms).sum(axis=1) > 1).sum())


def _met(groups: Groups, codes: Ints, arms: int) -> Flags:
    """Say which cluster has rows in which arm: [cluster, arm]."""
    seen = np.zeros((groups.count, arms), bool)
    seen[groups.codes, codes] = True
    return seen


def _assumptions(columns: Columns) -> tuple[str, ...]:
    unit = columns.clusters or "row"
    made = [f"each {unit} got its arm by chance, independently of the others",
            f"no {unit} is touched by the arm of another (no interference)"]  # fmt: skip
    if columns.covariates:
        made.append("the covariates were known before the treatment began")
    return tuple(made)


def _diagnostics(fit: Fit, arms: Groups, groups: Groups | None) -> tuple[Diagnostic, ...]:
    if groups is None:
        return ()
    sizes = groups.sizes()
    split = split_clusters(groups, arms.codes, arms.count)
    ratio = fit.error(fit.contrast(EFFECT), "CR1") / max(fit.error(fit.contrast(EFFECT), "iid"), 1e-300)
    return (
        Diagnostic("design effect", float(ratio**2), "how many times the variance is what independent rows would have"),
        Diagnostic("variation of cluster sizes", float(sizes.std() / sizes.mean()), "standard deviation over mean"),
        Diagnostic("clusters in both arms", float(split), "above 0 the clusters are not what was randomised"),
    )  # fmt: skip
