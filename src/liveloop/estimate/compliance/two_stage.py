"""What does a treatment do that people choose, seen through something that moves it by chance?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from scipy.stats import chi2
from scipy.stats import f as fisher

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.compliance.confidence_set import invert
from liveloop.estimate.compliance.hypothesis import wald
from liveloop.estimate.compliance.reduced import reduce_to
from liveloop.estimate.compliance.specification import endogenous, overidentified
from liveloop.estimate.compliance.stages import ALL_CORRECTIONS, Stages, two_stages
from liveloop.estimate.compliance.strength import TOLERATED, Strength, strength_of, unless_untold
from liveloop.estimate.compliance.variables import Roles, read_variables
from liveloop.estimate.door import as_names, one_of, refuse_level
from liveloop.estimate.linear import CLUSTERS, fit_rows
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, normal_estimate
from liveloop.estimate.words import listed, short

FEW = 20  # clusters
ALIKE = ("iid", "iid0")
METHOD = "two-stage least squares"


@overload
def two_stage_least_squares(
    data: Any, *, outcome: str, treatment: str, instrument: str | Sequence[str],  # noqa: ANN401 - any table
    covariates: Sequence[str] = (),
    clusters: str | None = None, weights: str | None = None, correction: str = "", intercept: bool = True,
    level: float = 0.95,
) -> Estimate: ...  # fmt: skip


@overload
def two_stage_least_squares(
    data: Any, *, outcome: str, treatment: Sequence[str], instrument: str | Sequence[str],  # noqa: ANN401 - any table
    covariates: Sequence[str] = (), clusters: str | None = None, weights: str | None = None, correction: str = "",
    intercept: bool = True, level: float = 0.95,
) -> Estimates: ...  # fmt: skip


def two_stage_least_squares(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,
    *,
    outcome: str,
    treatment: str | Sequence[str],
    instrument: str | Sequence[str],
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    correction: str = "",
    intercept: bool = True,
    level: float = 0.95,
) -> Estimate | Estimates:
    """Estimate the effect of a chosen treatment by two-stage least squares.

    Parameters
    ----------
    data
        A data frame of pandas or polars, an Arrow table, a DuckDB relation, a mapping of columns, or a file.
    outcome
        A column of numbers.
    treatment
        The column of what was taken; or several, which gives an estimate for each.
    instrument
        Columns that move the treatment, are as good as random given the covariates, and do nothing else to the outcome.
    covariates
        Columns of numbers that are exogenous. They are in both stages.
    clusters
        The column whose values were drawn or randomised, if rows were not.
    weights
        Of precision: the working variance of a row is 1 / weight.
    correction
        "CR2" with Satterthwaite's df by default where there are clusters, "HC2" with theirs where not. "iid" is the
        standard error of textbooks: residual variance over rows - parameters, t with as many df. "iid0" is that of
        large samples: over rows, normal. "HC0", "HC1", "HC3", "CR0", "CR1", "CR3" as for least squares.
        "jackknife" leaves each cluster (or row) out of both stages: the sum of squared changes, t(clusters - 1).

    Raises
    ------
    BadInput
        When a column is not there, is missing in some rows, or does not vary; when there are fewer instruments than
        treatments, or they do not move them; when columns are collinear.

    Examples
    --------
    Those who gain most take the treatment. Least squares counts that as effect, a lottery does not:

    >>> from liveloop.base.seeds import flips, normals
    >>> rows = range(4000); gain = normals(1, "gain", rows); z = flips(1, "lottery", rows, 0.5)
    >>> d = (z + gain > 0.5).astype(float); y = d + 2 * gain + normals(1, "rest", rows)
    >>> data = {"y": y, "d": d, "z": z}
    >>> made = two_stage_least_squares(data, outcome="y", treatment="d", instrument="z")
    >>> bool(made.low < 1 < made.high), next(one.value > 3 for one in made.diagnostics if one.name == "least squares")
    (True, True)

    Source: Angrist and Imbens (1995), doi:10.1080/01621459.1995.10476535; Wooldridge (2010), chapter 5.
    """
    refuse_level(level)
    roles = Roles(outcome, as_names(treatment), as_names(instrument), tuple(covariates), clusters, weights)
    stages = two_stages(read_variables(data, roles, intercept=intercept))
    name = chosen(correction, clustered=clusters is not None)
    if isinstance(treatment, str):
        return one_effect(stages, name, level)
    return several_effects(stages, name, level)


def two_stage_coefficients(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str | Sequence[str],
    instrument: str | Sequence[str],
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    correction: str = "",
    intercept: bool = True,
    level: float = 0.95,
) -> Estimates:
    """Give all coefficients of two-stage least squares, those of covariates too, as tables print them.

    Parameters are those of `two_stage_least_squares`. A coefficient of a covariate is no effect.

    Examples
    --------
    >>> data = {"y": [1, 2, 1, 2, 4, 4, 1, 2.0], "d": [0, 0, 0, 0, 1, 1, 0, 0], "z": [0, 0, 0, 0, 1, 1, 1, 1]}
    >>> made = two_stage_coefficients(data, outcome="y", treatment="d", instrument="z")
    >>> {name: round(one.value, 3) for name, one in made.rows.items()}
    {'d': 2.5, 'intercept': 1.5}
    """
    refuse_level(level)
    roles = Roles(outcome, as_names(treatment), as_names(instrument), tuple(covariates), clusters, weights)
    stages = two_stages(read_variables(data, roles, intercept=intercept))
    name = chosen(correction, clustered=clusters is not None)
    rows = {one: _row(stages, one, name, level) for one in stages.fit.names}
    return Estimates(f"coefficients of {METHOD} for {outcome}", rows, _table(stages.covariance(name)),
                     warnings=few(stages, name))  # fmt: skip


def chosen(correction: str, *, clustered: bool) -> str:
    """Give the correction: that asked for, else CR2 or HC2; refuse one by clusters where there are none.

    Examples
    --------
    >>> chosen("", clustered=True), chosen("iid0", clustered=False)
    ('CR2', 'iid0')
    """
    if not correction:
        return "CR2" if clustered else "HC2"
    one_of(correction, "correction", ALL_CORRECTIONS)
    if correction in CLUSTERS and not clustered:
        raise BadInput(f"{correction} needs clusters", where="clusters", allowed="the column that was randomised")
    return correction


def one_effect(stages: Stages, correction: str, level: float, **changes: Any) -> Estimate:  # noqa: ANN401
    """Make the estimate of a single treatment; `changes` replace fields."""
    roles = stages.scaled.roles
    treatment = roles.treatments[0]
    contrast = stages.fit.contrast(treatment)
    value = float(contrast @ stages.fit.beta)
    strength = strength_of(stages, correction)
    made: dict[str, Any] = {
        "what": f"effect of one more {treatment} on {roles.outcome}, for those whom {listed(roles.instruments)} move",
        "method": METHOD, "correction": correction, "counts": stages.scaled.counts(), "assumes": assumptions(roles),
        "diagnostics": diagnostics(stages, strength, correction, level),
        "warnings": (*weak(stages, strength, level), *few(stages, correction)),
        "conventions": stages.conventions(contrast, level, besides=correction),
    } | changes  # fmt: skip
    return normal_estimate(value=value, standard_error=stages.error(contrast, correction),
                           df=stages.freedom(contrast, correction), level=level, **made)  # fmt: skip


def several_effects(stages: Stages, correction: str, level: float) -> Estimates:
    """Make the estimates of several treatments, with the test that none has an effect."""
    treatments = stages.scaled.roles.treatments
    count = len(treatments)
    within = stages.covariance(correction)[:count, :count]
    statistic = wald(stages.fit.beta[:count], within) / count
    df = None if correction == "iid0" else stages.residual_df(correction if correction != "jackknife" else "CR1")
    joint = chi2.sf(statistic * count, count) if df is None else fisher.sf(statistic, count, df)
    strength = strength_of(stages, correction)
    return Estimates(
        f"effects of {listed(treatments)} on {stages.scaled.roles.outcome}",
        {one: _row(stages, one, correction, level) for one in treatments}, _table(within), float(joint),
        diagnostics(stages, strength, correction, level), few(stages, correction),
    )  # fmt: skip


def _row(stages: Stages, name: str, correction: str, level: float) -> Estimate:
    roles, contrast = stages.scaled.roles, stages.fit.contrast(name)
    effect = name in roles.treatments
    what = f"effect of one more {name} on {roles.outcome}" if effect else f"coefficient of {name}, no effect"
    return normal_estimate(
        what, float(contrast @ stages.fit.beta), stages.error(contrast, correction),
        df=stages.freedom(contrast, correction), level=level, method=METHOD, correction=correction,
        counts=stages.scaled.counts(), assumes=assumptions(roles) if effect else (),
        conventions=stages.conventions(contrast, level, besides=correction),
    )  # fmt: skip


def _table(covariance: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in covariance)


def assumptions(roles: Roles) -> tuple[str, ...]:
    """Say what two-stage least squares rests on."""
    given = " given the covariates" if roles.covariates else ""
    z, d = listed(roles.instruments), listed(roles.treatments)
    return (
        f"{z} as good as random{given} (independence)",
        f"{z} touch {roles.outcome!r} through {d} alone (exclusion)",
        f"{z} move {d} strongly enough for the normal law of the value (relevance)",
        f"where effects differ between {roles.clusters or 'row'}s: nobody is moved against the others (monotonicity)",
    )


def diagnostics(stages: Stages, strength: Strength, correction: str, level: float) -> tuple[Diagnostic, ...]:
    """Say what the data say for and against a fit by two stages."""
    roles, scaled = stages.scaled.roles, stages.scaled
    used = strength.correction
    made = [Diagnostic(f"F of the instruments on {name}", value, f"{strength.correction}; partial R2 "
                       f"{short(strength.partial_r2[name])}") for name, value in strength.f.items()]  # fmt: skip
    if strength.effective_f is not None:
        needed = strength.critical_simple[TOLERATED]
        made.append(Diagnostic("effective F", strength.effective_f, f"above {short(needed)} the bias is below "
                               "a tenth of the worst, at 5 %", not strength.weak))  # fmt: skip
        made.append(_least_squares(stages))
    elif strength.kleibergen_paap is not None:
        made.append(Diagnostic("Kleibergen-Paap F", strength.kleibergen_paap, "that no combination is left unmoved"))
        made += [Diagnostic(f"conditional F of {name}", value, "besides the other treatments")
                 for name, value in strength.conditional_f.items()]  # fmt: skip
    alike = correction in ALIKE
    tests = [lambda: endogenous(stages, "Wu-Hausman" if alike else "regression", used).diagnostic()]
    if strength.effective_f is not None:
        tests.append(lambda: _anderson_rubin(stages, used, level))
    if scaled.instruments.shape[1] > len(roles.treatments):
        clustered = stages.fit.clusters is not None and not alike
        tests.append(lambda: overidentified(stages, "Sargan" if alike else "Hansen", clustered=clustered).diagnostic(
            falsifies=True))  # fmt: skip
    return (*made, *filter(None, map(unless_untold, tests)))


def _anderson_rubin(stages: Stages, correction: str, level: float) -> Diagnostic:
    reduced = reduce_to(stages, correction)
    kept = invert(reduced, reduced.critical(level))
    return Diagnostic("Anderson-Rubin p-value", reduced.p_value(0.0),
                      f"of no effect, however weak the instruments; {level:.0%} set: {kept}")  # fmt: skip


def _least_squares(stages: Stages) -> Diagnostic:
    scaled = stages.scaled
    fit = fit_rows(scaled.outcome, scaled.regressors, scaled.regressor_names)
    return Diagnostic("least squares", float(fit.beta[0]), "what the treatment's own coefficient would be")


def weak(stages: Stages, strength: Strength, level: float) -> tuple[str, ...]:
    """Warn where the normal law may not hold, and give the set that needs none."""
    if not strength.weak or strength.effective_f is None:
        return ()
    needed = short(strength.critical_simple[TOLERATED])
    told = unless_untold(lambda: _anderson_rubin(stages, strength.correction, level))
    rest = f"; see the set of Anderson and Rubin, {told.says.rpartition('set: ')[2]}" if told else ""
    return (f"weak instruments: effective F {short(strength.effective_f)}, below {needed}{rest}",)


def few(stages: Stages, correction: str) -> tuple[str, ...]:
    """Warn of few clusters, and of a standard error that does not know of them."""
    part = stages.fit.clusters
    if part is None:
        return ()
    made = [f"only {part.number} clusters"] if part.number < FEW else []
    if correction not in (*CLUSTERS, "jackknife"):
        made.append(f"{correction} takes rows for independent, though clusters were given")
    return tuple(made)
