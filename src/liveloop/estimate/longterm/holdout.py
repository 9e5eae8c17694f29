"""What did all launches do together, and is it what they promised one by one?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import log_ndtr

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import Groups, read_frame
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.observed.influence import few
from liveloop.estimate.observed.table import between, positive_weights
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, normal_estimate
from liveloop.estimate.words import short

Launch = Estimate | tuple[float, float]


def holdout(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    launches: Sequence[Launch] = (),
    threshold: float | None = None,
    level: float = 0.95,
) -> Estimates:
    """Estimate the cumulative effect of all that was launched, against those it was held back from.

    Rows of the result: "cumulative"; with `launches` also "sum of launches" and "gap", which is cumulative minus sum.

    Parameters
    ----------
    data
        A row for each unit, over the time when all launches were on, or several for each cluster.
    treatment
        The control arm is the one that was held back.
    outcome, clusters, covariates, weights, control
        As everywhere; covariates were known before the holdout began.
    launches
        The effects of single launches, on the same outcome and in the same population, as estimates or as pairs of
        value and standard error; from experiments that do not share units.
    threshold
        The value over its standard error beyond which something was launched, such as 1.96. Those that were launched
        because of their own result promise too much; a diagnostic says by how much (Lee and Shen 2018).

    Examples
    --------
    Two hundred changes of a true effect of 0.01 are tried, and what passes a test is launched. One by one the launches
    promise five times of what they do together:

    >>> from liveloop.base.seeds import normals
    >>> tried = 0.01 + 0.02 * normals(1, "tried", range(200))
    >>> passed = [(float(one), 0.02) for one in tried if one > 1.96 * 0.02]
    >>> held = np.arange(20_000) % 10 == 0
    >>> y = 0.01 * len(passed) * ~held + normals(1, "y", range(20_000))
    >>> made = holdout({"y": y, "new": ~held}, outcome="y", treatment="new", launches=passed, threshold=1.96)
    >>> round(made["cumulative"].value, 2), round(made["sum of launches"].value, 2), made["gap"].excludes_zero
    (0.13, 0.73, True)

    Source: Lee and Shen (2018), doi:10.1145/3219819.3219905, for the winner's curse; Hohnhold et al. (2015),
    doi:10.1145/2783258.2788583, for long-run holdouts.
    """
    between(level, 0, 1, "level")
    named = (outcome, treatment, *covariates, *(one for one in (clusters, weights) if one))
    frame = read_frame(data, named)
    arms = frame.two_arms(treatment, control=control)
    groups = frame.groups(clusters, "cluster") if clusters else None
    _refuse_split(arms, groups, clusters)
    sizes = positive_weights(frame, weights) if weights else None
    centred = frame.matrix(covariates)
    centred = centred - np.average(centred, axis=0, weights=sizes) if covariates else centred
    t = arms.codes.astype(np.float64)
    design = np.column_stack([np.ones(frame.rows), t, centred, centred * t[:, None]])
    names = ("intercept", treatment, *covariates, *(f"{one} with the launches" for one in covariates))
    y = frame.numbers(outcome, "outcome")
    fit = fit_rows(y, design, names, weights=sizes,
                   clusters=None if groups is None else groups.codes)  # fmt: skip
    contrast = fit.contrast(treatment)
    correction = fit.settled("", contrast)
    error, df = fit.error(contrast, correction), fit.freedom(contrast, correction)
    if not error > 1e-12 * float(np.abs(y).max()):  # rounding alone
        raise BadInput(f"outcome {outcome!r} does not vary within the arms", where=outcome, allowed="one that varies")
    counts = {"rows": frame.rows} | {f"rows, {label!r}": int(size) for label, size in zip(arms.labels, arms.sizes(),
                                                                                           strict=True)}  # fmt: skip
    counts |= {} if groups is None else {str(clusters): groups.count}
    cumulative = normal_estimate(
        f"effect of all launches on {outcome} together, {arms.labels[1]!r} minus {arms.labels[0]!r}",
        float(contrast @ fit.beta), error, df=df, level=level, method="long-run holdout", correction=correction,
        counts=counts, warnings=few(None if groups is None else groups.codes),
        assumes=(f"each {clusters or 'row'} was held back by chance", "nothing of the launches reached those held back",
                 "being held back drives nobody away"),
        conventions=fit.conventions(contrast, level, besides=correction),
    )  # fmt: skip
    if not launches:
        return Estimates(f"cumulative effect on {outcome}", {"cumulative": cumulative})
    values, errors = _numbers(launches)
    return _compared(cumulative, values, errors, threshold)


def _refuse_split(arms: Groups, groups: Groups | None, clusters: str | None) -> None:
    if groups is None:
        return
    seen = np.zeros((groups.count, 2), bool)
    seen[groups.codes, arms.codes] = True
    split = int(seen.all(axis=1).sum())
    least = int(seen.sum(axis=0).min())
    if split or least < 2:
        raise BadInput(f"{split} clusters have rows in both arms, {least} lie in the smaller arm", where=str(clusters),
                       allowed="clusters that are held back whole, two or more in each arm")  # fmt: skip


def _numbers(launches: Sequence[Launch]) -> tuple[Floats, Floats]:
    pairs = [(one.value, one.standard_error) if isinstance(one, Estimate) else one for one in launches]
    bad = [at for at, (value, error) in enumerate(pairs, start=1)
           if error is None or not np.isfinite(value) or not 0 < error < np.inf]  # fmt: skip
    if bad:
        raise BadInput(f"launch {bad[0]} has no value with a standard error above 0", where="launches",
                       allowed="estimates with a standard error, or pairs of value and standard error")  # fmt: skip
    return np.array([value for value, _ in pairs]), np.array([error for _, error in pairs], np.float64)


def _compared(cumulative: Estimate, values: Floats, errors: Floats, threshold: float | None) -> Estimates:
    level, error = cumulative.level, float(np.sqrt(errors @ errors))
    assumes = ("the experiments of the launches do not share units", "no launch was chosen because of its own result",
               "effects on the holdout's population and time are those of the experiments")  # fmt: skip
    total = normal_estimate(f"sum of the effects of {len(values)} launches one by one", float(values.sum()), error,
                            level=level, method="sum of independent estimates", counts={"launches": len(values)},
                            assumes=assumes)  # fmt: skip
    own = cumulative.standard_error
    assert own is not None and cumulative.df is not None
    both = float(np.hypot(own, error))
    gap = normal_estimate("effect of all launches together minus the sum of single effects",
                          cumulative.value - total.value, both, df=cumulative.df * (both / own) ** 4, level=level,
                          method="difference of independent estimates", counts=cumulative.counts,
                          assumes=(*assumes, *cumulative.assumes))  # fmt: skip
    diagnostics = [Diagnostic("share of the sum that is there", cumulative.value / total.value if total.value else 0.0,
                              "below 1: launches take from one another, their effects fade, or they were chosen by "
                              "their own results")]  # fmt: skip
    warnings = []
    if threshold is not None:
        curse = winners_curse(values, errors, threshold)
        said = f"by how much the sum of {short(total.value)} is expected to promise too much"
        diagnostics.append(Diagnostic("winner's curse", curse, said))
        warnings.append("launches were chosen by their own results: read the gap with the winner's curse taken off")
    return Estimates("cumulative effect, and the sum of launches",
                     {"cumulative": cumulative, "sum of launches": total, "gap": gap},
                     diagnostics=tuple(diagnostics), warnings=tuple(warnings))  # fmt: skip


def winners_curse(values: Floats, errors: Floats, threshold: float) -> float:
    """Estimate by how much estimates that passed a threshold are too large, together.

    Each passed because value / error > threshold; given that, a normal estimate is too large by
    error * phi(c) / (1 - Phi(c)) with c = threshold - truth / error. The truth is put at what makes this estimate the
    most likely one among those that pass, and at 0 where that is below.

    Examples
    --------
    Nothing to speak of far beyond the threshold, most of the value just above it:

    >>> far, near = (winners_curse(np.array([one]), np.array([1.0]), 1.96) for one in (6.0, 2.2))
    >>> round(far, 2), round(near, 2)
    (0.0, 2.2)

    Source: Lee and Shen (2018), doi:10.1145/3219819.3219905; Zhong and Prentice (2008),
    doi:10.1093/biostatistics/kxn001, for the conditional likelihood.
    """
    low, high = np.zeros(len(values)), values / errors
    passed = high > threshold
    if not passed.all():
        raise BadInput(f"{int((~passed).sum())} of {len(values)} launches did not pass {threshold:g}",
                       where="threshold", allowed="the threshold that all of them passed")  # fmt: skip
    aim = high.copy()
    for _ in range(60):  # the mean of what passes grows with the truth: halve until it is the value seen
        middle = (low + high) / 2
        away = threshold - middle
        mean = middle + np.exp(-(away**2) / 2 - 0.5 * np.log(2 * np.pi) - log_ndtr(-away))
        high = np.where(mean > aim, middle, high)
        low = np.where(mean > aim, low, middle)
    return float(errors @ (aim - (low + high) / 2))
