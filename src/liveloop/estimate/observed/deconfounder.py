"""Can many treatments stand in for the hidden cause that they share, and why is that not to be relied on?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import read_frame
from liveloop.estimate.linear import Fit, fit_rows
from liveloop.estimate.observed.factors import enough_p_value, fit_factors, predictive_check
from liveloop.estimate.observed.table import between, positive_weights, refuse_collinear
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, normal_estimate

LEAST = 3  # treatments; with fewer a shared factor is not settled by them
NOT_FOR_DECISIONS = (
    "not for decisions: a hidden cause of one treatment alone is not seen, and the predictive check passes "
    "all the same (D'Amour 2019; Ogburn et al. 2020)"
)


def deconfounder(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatments: Sequence[str],
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    factors: int = 1,
    seed: int = 0,
    level: float = 0.95,
) -> Estimates:
    """Adjust each of many treatments for a substitute of what they share. Do not use it for decisions.

    "The blessings of multiple causes": a factor model of the treatments gives each row a substitute for the causes
    that several treatments share; the outcome is regressed on one treatment and the substitute at a time.

    Why it is not for decisions:

    - A hidden cause of *one* treatment and the outcome leaves no trace in the other treatments. Nothing in the data
      shows it; the predictive check passes.
    - The substitute is made of the treatments. With few of them it is a poor copy; with all of them in one regression
      it is a combination of them and says nothing. Under what lets it be known exactly, the effects cannot be told
      from the substitute's (D'Amour 2019).
    - Effects of the other treatments leak through the substitute where many have effects of one sign.
    - Whether the factor is a cause, or an outcome of the treatments, the data do not say.

    It is here to be understood, and to be shown wrong in a world whose truth is known.

    Parameters
    ----------
    data, outcome, clusters, covariates, weights
        As everywhere.
    treatments
        Columns of numbers, three or more.
    factors
        How many factors they share.
    seed
        Of the rows that the predictive check holds back.

    Returns
    -------
    Estimates
        By treatment, each per unit of it; the predictive check among the diagnostics.

    Examples
    --------
    One hidden cause of all thirty treatments is dealt with; one of the first treatment alone is not, and the check
    does not see it:

    >>> from liveloop.base.seeds import normals
    >>> rows, many = range(600), range(30)
    >>> shared, own = normals(1, "shared", rows), normals(1, "own", rows)
    >>> a = {f"a{at}": shared + normals(1, f"a{at}", rows) for at in many}
    >>> y = 2 * shared + normals(1, "y", rows)
    >>> deconfounder(a | {"y": y}, outcome="y", treatments=list(a))["a0"].excludes_zero
    False
    >>> a["a0"] = a["a0"] + own
    >>> fooled = deconfounder(a | {"y": y + 2 * own}, outcome="y", treatments=list(a))
    >>> fooled["a0"].excludes_zero, fooled.diagnostics[0].holds
    (True, True)

    Source: Wang and Blei (2019), doi:10.1080/01621459.2019.1686987; against it D'Amour (2019), arXiv:1902.10286, and
    Ogburn, Shpitser and Tchetgen Tchetgen (2020), arXiv:2001.06555.
    """
    if isinstance(treatments, str) or len(treatments) < LEAST:
        raise BadInput(f"{0 if isinstance(treatments, str) else len(treatments)} treatments", where="treatments",
                       allowed=f"{LEAST} columns or more, in a list")  # fmt: skip
    between(level, 0, 1, "level")
    rest = [one for one in (clusters, weights) if one]
    frame = read_frame(data, (outcome, *treatments, *covariates, *rest))
    y, causes = frame.numbers(outcome, "outcome"), frame.matrix(treatments, "treatment")
    refuse_collinear(np.column_stack([np.ones(frame.rows), causes]), ("intercept", *treatments))
    groups = frame.groups(clusters, "cluster") if clusters else None
    sizes = positive_weights(frame, weights) if weights else None
    scaled = (causes - causes.mean(axis=0)) / causes.std(axis=0)
    made = fit_factors(scaled, factors)
    substitute = scaled @ made.reader
    base = np.column_stack([np.ones(frame.rows), substitute, frame.matrix(covariates)])
    names = ("intercept", *(f"factor {at + 1}" for at in range(factors)), *covariates)
    score = predictive_check(scaled, factors, seed=seed)
    known = 1 - made.uncertainty()
    rows: dict[str, Estimate] = {}
    for at, name in enumerate(treatments):
        fit = fit_rows(y, np.column_stack([base, causes[:, at]]), (*names, name), weights=sizes,
                       clusters=None if groups is None else groups.codes)  # fmt: skip
        rows[name] = _one(fit, name, outcome, level, clusters=None if groups is None else (str(clusters), groups.count))
    enough = enough_p_value(scaled, made)
    diagnostics = (
        Diagnostic("predictive check", score, "chance that the factor model makes held-back entries as odd as they "
                   "are; passing says nothing of causes of one treatment alone", score > 0.05),
        Diagnostic("least known factor", float(known.min()),
                   "share of its variance that the treatments settle, by the model"),
        *(() if enough is None else (Diagnostic("no more factors are needed", enough, "p-value of the likelihood ratio",
                                                enough > 0.05),)),
    )  # fmt: skip
    return Estimates(f"effects of {len(treatments)} treatments on {outcome}, adjusted for {factors} shared factors",
                     rows, diagnostics=diagnostics, warnings=(NOT_FOR_DECISIONS,))  # fmt: skip


def _one(fit: Fit, name: str, outcome: str, level: float, *, clusters: tuple[str, int] | None) -> Estimate:
    contrast: Floats = fit.contrast(name)
    correction = "HC1" if clusters is None else "CR1"
    counts = {"rows": fit.count} | ({} if clusters is None else {clusters[0]: clusters[1]})
    return normal_estimate(
        f"effect of one more unit of {name} on {outcome}", float(contrast @ fit.beta), fit.error(contrast, correction),
        df=fit.freedom(contrast, correction), level=level, method="deconfounder, one treatment at a time",
        correction=correction, counts=counts,
        assumes=("every hidden cause of a treatment and the outcome drives several treatments",
                 "so many treatments that they settle the factors, and the factor model is right",
                 "the other treatments have few effects, or such as cancel", "the outcome is linear in both"),
        warnings=(NOT_FOR_DECISIONS, "the standard error takes the substitute as known"),
        conventions=fit.conventions(contrast, level, besides=correction),
    )  # fmt: skip
