"""Are the instruments strong, do they agree, and was the treatment chosen? Each asked on its own, from a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import f as fisher

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.compliance.hypothesis import Hypothesis, wald
from liveloop.estimate.compliance.reduced import joint_covariance, joint_df, of_one_stage
from liveloop.estimate.compliance.specification import endogenous, overidentified
from liveloop.estimate.compliance.stages import two_stages
from liveloop.estimate.compliance.strength import Strength, strength_of
from liveloop.estimate.compliance.two_stage import ALIKE, chosen
from liveloop.estimate.compliance.variables import INTERCEPT, Roles, read_clusters, read_variables, refuse_constant
from liveloop.estimate.door import as_names, refuse_level
from liveloop.estimate.frame import read_frame
from liveloop.estimate.linear import Fit, fit_rows
from liveloop.estimate.result import Diagnostic, Estimates, normal_estimate
from liveloop.estimate.words import listed


def first_stage(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    treatment: str,
    instrument: str | Sequence[str],
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    correction: str = "",
    intercept: bool = True,
    level: float = 0.95,
) -> Estimates:
    """Estimate what each instrument does to the treatment, and test that together they do anything.

    `joint_p_value` is that of the F test; the diagnostics hold F and partial R2.

    Examples
    --------
    >>> data = {"d": [0, 1, 0, 0, 1, 1, 0, 1], "z": [0, 0, 0, 0, 1, 1, 1, 1]}
    >>> made = first_stage(data, treatment="d", instrument="z", correction="iid")
    >>> round(made["z"].value, 2), round(made.diagnostics[0].value, 2)
    (0.5, 2.0)
    """
    refuse_level(level)
    instruments = as_names(instrument)
    roles = Roles(f"what {treatment} moves", (treatment,), instruments, tuple(covariates), clusters, weights)
    frame = read_frame(data, roles.named)
    ones = [np.ones(frame.rows)] if intercept else []
    exogenous = np.column_stack([*ones, frame.matrix(covariates)])
    z = frame.matrix(instruments, "instrument")
    groups, count = read_clusters(frame, clusters), z.shape[1]
    names = (*((INTERCEPT,) if intercept else ()), *covariates, *instruments)
    d, w = frame.numbers(treatment, "treatment"), frame.weights(weights)
    refuse_constant(np.column_stack([d, z]), (treatment, *instruments))
    codes = None if groups is None else groups.codes
    fit = fit_rows(d, np.column_stack([exogenous, z]), names, clusters=codes, weights=w)
    name = chosen(correction, clustered=clusters is not None)
    used = of_one_stage(name, fit)
    within = joint_covariance([fit], used, last=count)
    settled = float(np.trace(within)) <= 1e-20 * float(fit.beta[-count:] @ fit.beta[-count:])
    statistic = np.inf if settled else wald(fit.beta[-count:], within) / count
    df = joint_df(fit, used, count)
    counts = {"rows": frame.rows} | ({} if groups is None else {str(clusters): groups.count})
    rows = {}
    for at, one in enumerate(instruments):
        error = float(np.sqrt(within[at, at]))
        freedom = None if used == "iid0" else fit.freedom(fit.contrast(one), used)
        rows[one] = normal_estimate(
            f"what one more {one} adds to {treatment}", float(fit.beta[at - count]), error, df=freedom, level=level,
            method="least squares", correction=used, counts=counts,
            assumes=(f"{one} as good as random{' given the covariates' if covariates else ''}",),
            conventions=fit.conventions(fit.contrast(one), level, besides=used),
        )  # fmt: skip
    return Estimates(
        f"first stage: {listed(instruments)} on {treatment}", rows, tuple(tuple(map(float, row)) for row in within),
        float(fisher.sf(statistic, count, df)), (
            Diagnostic("F of the instruments", statistic, f"{used}, df {count} and {df:.1f}"),
            Diagnostic("partial R2", _partial(fit, d, exogenous, w), "share of the variance left by the covariates"),
        ),
    )  # fmt: skip


def _partial(fit: Fit, d: Floats, exogenous: Floats, weights: Floats | None) -> float:
    root = 1.0 if weights is None else np.sqrt(weights)
    q, _ = np.linalg.qr((exogenous.T * root).T)
    left = d * root - q @ (q.T @ (d * root))
    return 1.0 - fit.squares / float(left @ left)


def weak_instruments(  # noqa: PLR0913 - the one calling convention of all estimators
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
) -> Strength:
    """Measure how strongly the instruments move one treatment or several.

    Examples
    --------
    An F of 18 passes the rule of thumb, and not the test that the bias is below a tenth of the worst:

    >>> from liveloop.base.seeds import normals
    >>> rows = range(500); z = normals(1, "z", rows); d = 0.25 * z + normals(1, "d", rows)
    >>> made = weak_instruments({"y": d, "d": d + normals(1, "e", rows), "z": z}, outcome="y", treatment="d",
    ...                         instrument="z")
    >>> round(made.effective_f), round(made.critical_simple[0.1], 1), made.weak
    (18, 23.1, True)
    """
    roles = Roles(outcome, as_names(treatment), as_names(instrument), tuple(covariates), clusters, weights)
    stages = two_stages(read_variables(data, roles, intercept=intercept))
    return strength_of(stages, chosen(correction, clustered=clusters is not None))


def overidentification(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str | Sequence[str],
    instrument: str | Sequence[str],
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    kind: str = "Hansen",
    intercept: bool = True,
) -> Hypothesis:
    """Test whether more instruments than treatments agree on the effect.

    It cannot see that all are wrong in the same way; and it rejects valid ones that move different people, whose
    effects differ.

    Parameters
    ----------
    kind
        "Hansen" (robust, by clusters where these are named), "Sargan" or "Basmann" (errors of one variance; "Basmann"
        is instruments times their F, the J of Stock and Watson).

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> rows = range(900); a, b, u = (normals(5, one, rows) for one in "abu")
    >>> d = a + b + u; data = {"y": d + 2 * u + 0.5 * b, "d": d, "a": a, "b": b}
    >>> overidentification(data, outcome="y", treatment="d", instrument=["a", "b"]).p_value < 0.01
    True

    Source: Sargan (1958), doi:10.2307/1907619; Hansen (1982), doi:10.2307/1912775.
    """
    roles = Roles(outcome, as_names(treatment), as_names(instrument), tuple(covariates), clusters, weights)
    stages = two_stages(read_variables(data, roles, intercept=intercept))
    return overidentified(stages, kind, clustered=clusters is not None)


def endogeneity(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str | Sequence[str],
    instrument: str | Sequence[str],
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    correction: str = "",
    kind: str = "",
    intercept: bool = True,
) -> Hypothesis:
    """Test whether least squares would have given the same.

    Parameters
    ----------
    kind
        "regression" by default: what the instruments leave over of the treatment is added to least squares, and tested
        by the correction. "Wu-Hausman" (F) and "Durbin" (chi-square) are for errors of one variance, and are what
        `correction="iid"` gives.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> rows = range(900); z, u, e = (normals(5, one, rows) for one in "zue")
    >>> data = {"y": u + e, "d": z + u, "z": z}
    >>> endogeneity(data, outcome="y", treatment="d", instrument="z").p_value < 0.001
    True

    Source: Hausman (1978), doi:10.2307/1913827; Wooldridge (1995) for the robust form.
    """
    roles = Roles(outcome, as_names(treatment), as_names(instrument), tuple(covariates), clusters, weights)
    stages = two_stages(read_variables(data, roles, intercept=intercept))
    name = chosen(correction, clustered=clusters is not None)
    if not kind:
        kind = "Wu-Hausman" if name in ALIKE else "regression"
    if kind != "regression" and correction not in ("", *ALIKE):
        raise BadInput(f"{kind} is for errors of one variance, not for {correction}", where="kind",
                       allowed="regression")  # fmt: skip
    return endogenous(stages, kind, name)
