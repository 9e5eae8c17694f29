"""What do LIML, Fuller and GMM give where instruments are many or errors uneven?

Both are fitted by linearmodels; the results say the same as those of two-stage least squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.compliance.hypothesis import by_chi_square
from liveloop.estimate.compliance.specification import VALID
from liveloop.estimate.compliance.stages import Stages, two_stages
from liveloop.estimate.compliance.strength import strength_of
from liveloop.estimate.compliance.two_stage import assumptions, few, weak
from liveloop.estimate.compliance.variables import Roles, Variables, read_variables
from liveloop.estimate.door import as_names, one_of, refuse_level
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, normal_estimate
from liveloop.estimate.words import listed

KINDS = {
    "iid0": {"cov_type": "unadjusted", "debiased": False}, "iid": {"cov_type": "unadjusted", "debiased": True},
    "HC0": {"cov_type": "robust", "debiased": False}, "HC1": {"cov_type": "robust", "debiased": True},
    "CR0": {"cov_type": "clustered", "debiased": False}, "CR1": {"cov_type": "clustered", "debiased": True},
}  # fmt: skip
STEPS = ("two-step", "iterated", "continuous")


def liml(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str | Sequence[str],
    instrument: str | Sequence[str],
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    fuller: float = 0.0,
    correction: str = "",
    intercept: bool = True,
    level: float = 0.95,
) -> Estimate | Estimates:
    """Estimate by limited-information maximum likelihood.

    With many instruments it has little of the bias of two-stage least squares, as long as errors have one variance.
    With as many instruments as treatments it is the same.

    Parameters
    ----------
    fuller
        Fuller's constant: 1 makes the value nearly unbiased and gives it moments; 4 makes its squared error least.
    correction
        "CR1" by default where there are clusters, "HC1" where not; "iid", "iid0", "HC0", "CR0".

    Raises
    ------
    BadInput
        As `two_stage_least_squares` does; when linearmodels is not there.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> rows = range(400); u = normals(2, "u", rows); z = {f"z{k}": normals(2, f"z{k}", rows) for k in range(20)}
    >>> d = 0.1 * sum(z.values()) + u; data = {"y": d + u + normals(2, "e", rows), "d": d, **z}
    >>> from liveloop.estimate.compliance.two_stage import two_stage_least_squares
    >>> both = [make(data, outcome="y", treatment="d", instrument=list(z)) for make in (two_stage_least_squares, liml)]
    >>> bool(abs(both[1].value - 1) < abs(both[0].value - 1))
    True

    Source: Anderson and Rubin (1949); Fuller (1977), doi:10.2307/1912683. Fitted by linearmodels.
    """
    refuse_level(level)
    roles = Roles(outcome, as_names(treatment), as_names(instrument), tuple(covariates), clusters, weights)
    variables = read_variables(data, roles, intercept=intercept)
    name = _chosen(correction, clustered=clusters is not None)
    if fuller < 0:
        raise BadInput(f"fuller is {fuller:g}", where="fuller", allowed="0, or a constant above 0")
    models, stages = _models(), two_stages(variables)
    model = models.IVLIML(*_columns(variables), fuller=fuller, weights=variables.weights)
    fitted = model.fit(**KINDS[name], **_clusters(variables, name))
    method = f"Fuller ({fuller:g})" if fuller else "LIML"
    more = (Diagnostic("kappa", float(fitted.kappa), "1 would be two-stage least squares"),)
    return _made(fitted, stages, name, level, (method, more), single=isinstance(treatment, str))


def gmm(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str | Sequence[str],
    instrument: str | Sequence[str],
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    steps: str = "two-step",
    correction: str = "",
    intercept: bool = True,
    level: float = 0.95,
) -> Estimate | Estimates:
    """Estimate by the generalised method of moments: instruments weigh by how little noise they carry.

    Parameters
    ----------
    steps
        "two-step"; "iterated" until the weights stand; "continuous": weights and value found together.
    correction
        As in `liml`. Instruments are weighed by the same: by rows for HC, by clusters for CR, alike for iid.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> rows = range(500); u, a, b = (normals(2, one, rows) for one in "uab")
    >>> d = a + b + u; data = {"y": d + u * (1 + a**2), "d": d, "a": a, "b": b}
    >>> made = gmm(data, outcome="y", treatment="d", instrument=["a", "b"])
    >>> bool(made.low < 1 < made.high), made.method
    (True, 'GMM, two-step')

    Source: Hansen (1982), doi:10.2307/1912775. Fitted by linearmodels.
    """
    refuse_level(level)
    roles = Roles(outcome, as_names(treatment), as_names(instrument), tuple(covariates), clusters, weights)
    variables = read_variables(data, roles, intercept=intercept)
    name = _chosen(correction, clustered=clusters is not None)
    one_of(steps, "steps", STEPS)
    kind = KINDS[name]["cov_type"]
    models, stages, more = _models(), two_stages(variables), _clusters(variables, name)
    maker = models.IVGMMCUE if steps == "continuous" else models.IVGMM
    model = maker(*_columns(variables), weights=variables.weights, weight_type=kind, **more)
    limit = {} if steps == "continuous" else {"iter_limit": 1000 if steps == "iterated" else 2}
    fitted = model.fit(**KINDS[name], **more, **limit)
    spare = len(roles.instruments) - len(roles.treatments)
    found = (by_chi_square("Hansen J", VALID, float(fitted.j_stat.stat), spare).diagnostic(falsifies=True),)
    return _made(fitted, stages, name, level, (f"GMM, {steps}", found if spare else ()),
                 single=isinstance(treatment, str))  # fmt: skip


def _chosen(correction: str, *, clustered: bool) -> str:
    name = correction or ("CR1" if clustered else "HC1")
    if name not in KINDS:
        raise BadInput(f"no correction {name!r} here", where="correction", allowed=", ".join(KINDS))
    if name.startswith("CR") and not clustered:
        raise BadInput(f"{name} needs clusters", where="clusters", allowed="the column that was randomised")
    return name


def _models() -> Any:  # noqa: ANN401 - a module
    try:
        import linearmodels.iv as models  # noqa: PLC0415 - an extra
    except ImportError as missing:
        raise BadInput("linearmodels is not installed", where="method",
                       allowed="pip install 'liveloop[iv]'") from missing  # fmt: skip
    return models


def _columns(variables: Variables) -> tuple[Any, ...]:
    exogenous = variables.exogenous if variables.exogenous.shape[1] else None
    return variables.outcome, exogenous, variables.treatments, variables.instruments


def _clusters(variables: Variables, correction: str) -> dict[str, Any]:
    return {"clusters": variables.clusters} if correction.startswith("CR") else {}


def _made(
    fitted: Any,  # noqa: ANN401 - of linearmodels
    stages: Stages, correction: str, level: float, how: tuple[str, tuple[Diagnostic, ...]], *, single: bool,
) -> Estimate | Estimates:  # fmt: skip
    """Say what linearmodels found: its parameters are what is exogenous first, then the treatments."""
    roles, strength = stages.scaled.roles, strength_of(stages, correction)
    count = len(roles.treatments)
    values = np.asarray(fitted.params, np.float64)[-count:]
    within = np.asarray(fitted.cov, np.float64)[-count:, -count:]
    df = None if correction in ("iid0", "HC0") else stages.residual_df(correction)
    found = strength.kleibergen_paap
    clues = (*how[1], *(() if found is None else (Diagnostic("Kleibergen-Paap F", found, "of the first stage"),)),
             Diagnostic("two-stage least squares", float(stages.fit.beta[0]), "for comparison"))  # fmt: skip
    rows = {}
    for at, name in enumerate(roles.treatments):
        rows[name] = normal_estimate(
            f"effect of one more {name} on {roles.outcome}, for those whom {listed(roles.instruments)} move",
            float(values[at]), float(np.sqrt(within[at, at])), df=df, level=level, method=how[0],
            correction=correction, counts=stages.scaled.counts(), assumes=assumptions(roles), diagnostics=clues,
            warnings=(*weak(stages, strength, level), *few(stages, correction)),
        )  # fmt: skip
    if single:
        return rows[roles.treatments[0]]
    table = tuple(tuple(map(float, row)) for row in within)
    return Estimates(f"effects of {listed(roles.treatments)} on {roles.outcome}", rows, table, None, clues)
