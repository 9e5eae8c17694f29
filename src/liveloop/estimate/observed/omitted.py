"""How much of treatment and outcome would something omitted have to explain to change what a regression says?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from liveloop.base.errors import BadInput
from liveloop.estimate.linear import Fit, fit_rows
from liveloop.estimate.observed.table import Columns, Table, between, need_covariates, read_table
from liveloop.estimate.result import Estimate, interval, normal_estimate
from liveloop.estimate.words import listed, short


@dataclass(frozen=True)
class Bound:
    """What a confounder as strong as `times` times a covariate would do.

    Parameters
    ----------
    with_treatment, with_outcome
        The share of what covariates (and the treatment) leave unexplained that it would explain: partial R2.
    adjusted
        The effect that would be left, with its standard error and interval.
    """

    covariate: str
    times: float
    with_treatment: float
    with_outcome: float
    adjusted: Estimate


@dataclass(frozen=True)
class Omitted:
    """How robust a regression's effect is against something omitted.

    Parameters
    ----------
    estimate
        The effect by least squares.
    partial_r2
        The share of the outcome's unexplained variance that the treatment explains: a confounder that explains all
        of the outcome's must explain that much of the treatment's to bring the effect to 0.
    robustness, robustness_interval
        The share of both that moves the effect, or the nearer end of its interval, to what was asked (0 by default).
    """

    estimate: Estimate
    partial_r2: float
    robustness: float
    robustness_interval: float
    q: float
    level: float
    bounds: tuple[Bound, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        return asdict(self) | {"estimate": self.estimate.to_dict(),
                               "bounds": [asdict(one) | {"adjusted": one.adjusted.to_dict()}
                                          for one in self.bounds]}  # fmt: skip

    def __str__(self) -> str:
        lines = [str(self.estimate),
                 f"  partial R2 {short(self.partial_r2)}, robustness value {short(self.robustness)} "
                 f"({short(self.robustness_interval)} for the interval)"]  # fmt: skip
        lines += [f"  {one.times:g} x {one.covariate}: R2 {short(one.with_treatment)} of the treatment, "
                  f"{short(one.with_outcome)} of the outcome: {short(one.adjusted.value)} "
                  f"({short(one.adjusted.low)} to {short(one.adjusted.high)})" for one in self.bounds]  # fmt: skip
        return "\n".join(lines)


def omitted_confounder(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str],
    weights: str | None = None,
    benchmarks: Sequence[str] = (),
    times: Sequence[float] = (1.0, 2.0, 3.0),
    q: float = 1.0,
    level: float = 0.95,
) -> Omitted:
    """Say how strong an omitted confounder must be to change the effect of a regression, beside those in it.

    Parameters
    ----------
    data, outcome, treatment, covariates, weights
        As everywhere; the treatment is a number.
    benchmarks
        Covariates to compare with: what would something do that explains `times` as much of treatment and outcome?
    q
        By what share the effect is to be brought down: 1 to 0, 0.5 to half of it.

    Raises
    ------
    BadInput
        When a confounder `times` as strong as a benchmark cannot be: it would explain more than there is.

    Examples
    --------
    All of the effect is made up by something hidden that is as strong as age. A robustness value of 0.46 sounds safe;
    the benchmark shows how little of the effect would be left:

    >>> from liveloop.base.seeds import normals
    >>> rows = range(1000); hidden = normals(1, "hidden", rows); age = normals(1, "age", rows)
    >>> dose = hidden + age + normals(1, "dose", rows); y = hidden + age + normals(1, "y", rows)
    >>> made = omitted_confounder({"y": y, "dose": dose, "age": age}, outcome="y", treatment="dose",
    ...                           covariates=["age"], benchmarks=["age"], times=[1.0])
    >>> round(made.estimate.value, 2), round(made.robustness, 2), round(made.bounds[0].adjusted.value, 2)
    (0.52, 0.46, 0.12)

    Source: Cinelli and Hazlett (2020), doi:10.1111/rssb.12348.
    """
    columns = Columns(outcome, treatment, need_covariates(covariates), weights=weights)
    table = read_table(data, columns, dose=True)
    between(level, 0, 1, "level")
    between(q, 0, np.inf, "q")
    unknown = [one for one in benchmarks if one not in columns.covariates]
    if unknown:
        raise BadInput(f"{listed(unknown)} in benchmarks is no covariate", where="benchmarks",
                       allowed=listed(list(columns.covariates)))  # fmt: skip
    fit = _fit(table)
    error, value = fit.error(fit.contrast(treatment), "iid"), float(fit.beta[fit.names.index(treatment)])
    df = float(fit.count - fit.rank)
    if not error > 0:
        raise BadInput(f"outcome {outcome!r} is explained perfectly", where=outcome, allowed="an outcome with noise")
    plain = normal_estimate(
        f"effect of one more unit of {treatment} on {outcome}, least squares with {len(columns.covariates)} covariates",
        value, error, df=df, level=level, method="least squares", correction="iid", counts={"rows": table.rows},
        assumes=("nothing omitted explains as much of treatment and outcome as the robustness value says",),
    )  # fmt: skip
    bounds = tuple(_bound(table, fit, name, size, plain) for name in benchmarks for size in times)
    return Omitted(plain, partial_r2(value / error, df), robustness_value(value / error, df, q=q),
                   robustness_value(value / error, df, q=q, level=level), q, level, bounds)  # fmt: skip


def _fit(table: Table) -> Fit:
    design = np.column_stack([table.design, table.treated])
    return fit_rows(table.outcome, design, (*table.names, table.columns.treatment), weights=table.given_weights)


def partial_r2(t_value: float, df: float) -> float:
    """Give the share of the unexplained that a column explains, from its t statistic.

    Examples
    --------
    >>> round(partial_r2(4.184, 783), 4)
    0.0219
    """
    return t_value**2 / (t_value**2 + df)


def robustness_value(t_value: float, df: float, *, q: float = 1.0, level: float | None = None) -> float:
    """Give the share of treatment and outcome that something omitted must explain to bring the effect down by `q`.

    Parameters
    ----------
    level
        To bring the interval of that level to hold what is left; None for the effect itself.

    Examples
    --------
    >>> round(robustness_value(4.184, 783), 3), round(robustness_value(4.184, 783, level=0.95), 3)
    (0.139, 0.076)

    Source: Cinelli and Hazlett (2020), doi:10.1111/rssb.12348, sections 4.2 and 4.3.
    """
    strength = q * abs(t_value) / np.sqrt(df)
    critical = 0.0 if level is None else float(stdtrit(df - 1, 0.5 + level / 2)) / np.sqrt(df - 1)
    left = strength - critical
    if left <= 0:
        return 0.0
    if strength > 0 and critical > 0 and strength > 1 / critical:  # then the outcome's share alone decides
        return float((strength**2 - critical**2) / (1 + strength**2))
    return float(0.5 * (np.sqrt(left**4 + 4 * left**2) - left**2))


def adjusted(estimate: Estimate, with_treatment: float, with_outcome: float) -> Estimate:
    """Give the effect that would be left if a confounder explained given shares, moved toward 0.

    Parameters
    ----------
    estimate
        Of a regression, with its iid standard error and df.
    with_treatment, with_outcome
        Partial R2 of the confounder with the treatment, and with the outcome given the treatment too.

    Examples
    --------
    >>> plain = normal_estimate("effect", 0.097, 0.0233, df=783, correction="iid")
    >>> round(adjusted(plain, 0.0092, 0.1246).value, 3)
    0.075
    """
    if not 0 <= with_treatment < 1:
        raise BadInput(f"with_treatment is {with_treatment:g}", where="with_treatment", allowed="0 to below 1")
    if not 0 <= with_outcome <= 1:
        raise BadInput(f"with_outcome is {with_outcome:g}", where="with_outcome", allowed="0 to 1")
    error, df = estimate.standard_error, estimate.df
    if error is None or df is None or df <= 1:
        raise BadInput("the estimate has no standard error with a df", where="estimate",
                       allowed="one of least squares with more than one df")  # fmt: skip
    bias = error * np.sqrt(df) * np.sqrt(with_outcome * with_treatment / (1 - with_treatment))
    left = estimate.value - float(np.sign(estimate.value) * bias)
    new = error * float(np.sqrt((1 - with_outcome) / (1 - with_treatment) * df / (df - 1)))
    low, high, p_value = interval(left, new, df - 1, estimate.level)
    return Estimate(f"{estimate.what}, with something omitted", left, low, high, estimate.level, estimate.method,
                    standard_error=new, p_value=p_value, df=df - 1, correction="iid", counts=estimate.counts,
                    assumes=(f"what is omitted explains {short(with_treatment)} of the treatment and "
                             f"{short(with_outcome)} of the outcome",))  # fmt: skip


def _bound(table: Table, fit: Fit, name: str, times: float, plain: Estimate) -> Bound:
    """Bound a confounder by a covariate: `times` as strong with the treatment and with the outcome."""
    if not times > 0:
        raise BadInput(f"times is {times:g}", where="times", allowed="numbers above 0")
    own = fit_rows(table.treated, table.design, table.names, weights=table.given_weights)
    treatment = _partial(own, name)
    outcome = _partial(fit, name)
    r2_treatment = times * treatment / (1 - treatment)
    mirrored = times * treatment**2 / ((1 - times * treatment) * (1 - treatment)) if times * treatment < 1 else np.inf
    if r2_treatment >= 1 or mirrored >= 1:
        raise BadInput(f"nothing can be {times:g} times as strong as {name!r}: it would explain more of the treatment "
                       "than there is", where="times", allowed="smaller numbers")  # fmt: skip
    eta = (np.sqrt(times) + np.sqrt(mirrored)) / np.sqrt(1 - mirrored)
    r2_outcome = min(1.0, float(eta**2 * outcome / (1 - outcome)))
    return Bound(name, times, float(r2_treatment), r2_outcome, adjusted(plain, float(r2_treatment), r2_outcome))


def _partial(fit: Fit, name: str) -> float:
    contrast = fit.contrast(name)
    t_value = float(contrast @ fit.beta) / fit.error(contrast, "iid")
    return partial_r2(t_value, float(fit.count - fit.rank))
