"""Do the instruments contradict one another, and is the treatment chosen for reasons that touch the outcome?"""

from __future__ import annotations

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.compliance.hypothesis import Hypothesis, by_chi_square, by_f, wald
from liveloop.estimate.compliance.reduced import of_one_stage
from liveloop.estimate.compliance.stages import Stages
from liveloop.estimate.door import one_of
from liveloop.estimate.linear import CLUSTERS, fit_rows
from liveloop.estimate.words import listed

OVERIDENTIFIED = ("Sargan", "Basmann", "Hansen")
ENDOGENOUS = ("Wu-Hausman", "Durbin", "regression")
_SETTLED = 1e-18  # of the sum of squares: what is left is rounding
VALID = "all instruments touch the outcome through the treatments alone"
EXOGENOUS = "the treatments are not related to what else moves the outcome"


def overidentified(stages: Stages, kind: str, *, clustered: bool) -> Hypothesis:
    """Test whether instruments that could each do alone agree.

    Parameters
    ----------
    kind
        "Sargan": n R^2 of the residuals on what comes from outside; "Basmann": instruments times the F of that
        regression (the J of Stock and Watson); both for errors of one variance. "Hansen": the J of two-step GMM, by
        clusters where `clustered`.
    """
    scaled = stages.scaled
    spare = scaled.instruments.shape[1] - scaled.treatments.shape[1]
    if spare < 1:
        raise BadInput(f"{scaled.instruments.shape[1]} instruments for {scaled.treatments.shape[1]} treatments",
                       where="instrument", allowed="more instruments than treatments")  # fmt: skip
    one_of(kind, "kind", OVERIDENTIFIED)
    if kind == "Hansen":
        name = "Hansen J, clustered" if clustered else "Hansen J"
        return by_chi_square(name, VALID, _hansen(stages, clustered=clustered), spare)
    residual = _residual(stages)
    q, _ = np.linalg.qr(scaled.outside)
    share = float(((q.T @ residual) ** 2).sum() / (residual @ residual))
    if kind == "Sargan":
        return by_chi_square("Sargan", VALID, scaled.rows * share, spare)
    return by_chi_square("Basmann J", VALID, (scaled.rows - q.shape[1]) * share / (1 - share), spare)


def _residual(stages: Stages) -> Floats:
    assert stages.fit.rows is not None
    return stages.fit.rows.residual


def _hansen(stages: Stages, *, clustered: bool) -> float:
    """Weigh the moments by their covariance at the first step, fit again, and ask how far from 0 they are."""
    scaled = stages.scaled
    z, x, y = scaled.outside, scaled.regressors, scaled.outcome
    scores = z * _residual(stages)[:, None]
    if clustered:
        assert scaled.clusters is not None
        summed = np.zeros((int(scaled.clusters.max()) + 1, z.shape[1]))
        np.add.at(summed, scaled.clusters, scores)
        scores = summed
    if len(scores) <= z.shape[1]:
        raise BadInput(f"{len(scores)} clusters for {z.shape[1]} moments", where="clusters",
                       allowed="more clusters than instruments and covariates; or 'Sargan'")  # fmt: skip
    within = scores.T @ scores
    crossed = z.T @ x
    pressed = np.linalg.solve(within, np.column_stack([crossed, z.T @ y]))
    beta = np.linalg.solve(crossed.T @ pressed[:, :-1], crossed.T @ pressed[:, -1])
    return wald(z.T @ (y - x @ beta), within)


def endogenous(stages: Stages, kind: str, correction: str) -> Hypothesis:
    """Test whether least squares would have done.

    Parameters
    ----------
    kind
        "Wu-Hausman": F of what the instruments leave over of the treatments, added to least squares; "Durbin": its
        chi-square form; both for errors of one variance. "regression": the same addition by the correction.
    """
    one_of(kind, "kind", ENDOGENOUS)
    scaled = stages.scaled
    left = np.column_stack([fit.rows.residual for fit in stages.first if fit.rows is not None])
    settled = [name for name, fit, whole in zip(scaled.roles.treatments, stages.first, scaled.treatments.T, strict=True)
               if fit.squares <= _SETTLED * float(whole @ whole)]  # fmt: skip
    if settled:
        raise BadInput(f"the instruments settle {listed(settled)} entirely", where=settled[0],
                       allowed="a treatment that is chosen")  # fmt: skip
    names = [*scaled.regressor_names, *(f"what is left of {name}" for name in scaled.roles.treatments)]
    count = left.shape[1]
    fit = fit_rows(scaled.outcome, np.column_stack([scaled.regressors, left]), names, clusters=scaled.clusters)
    if kind == "regression":
        used = "iid" if correction == "iid0" else of_one_stage(correction, fit)
        statistic = wald(fit.beta[-count:], fit.covariance(used)[-count:, -count:]) / count
        below = fit.freedom(fit.contrast(names[-1]), used if count == 1 else "CR1" if used in CLUSTERS else "HC1")
        return by_f(f"Wu-Hausman by regression, {used}", EXOGENOUS, statistic, count, below)
    freed = float(fit.beta[-count:] @ np.linalg.solve(fit.bread[-count:, -count:], fit.beta[-count:]))
    if kind == "Wu-Hausman":
        below = fit.count - fit.rank
        return by_f("Wu-Hausman", EXOGENOUS, freed / count / (fit.squares / below), count, below)
    return by_chi_square("Durbin", EXOGENOUS, freed / ((fit.squares + freed) / fit.count), count)
