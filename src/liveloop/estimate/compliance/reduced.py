"""What do the instruments do to outcome and treatment, and how do those two errors go together?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import f

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.compliance.hypothesis import wald
from liveloop.estimate.compliance.stages import Stages
from liveloop.estimate.linear import CLUSTERS, Fit

_NOTHING = 1e-20  # of a squared coefficient: a variance that is rounding
_POWER = {"0": 0.0, "1": 0.0, "2": -0.5, "3": -1.0}  # of 1 - leverage, by the last letter of a correction


@dataclass(frozen=True, eq=False)
class Reduced:
    """Coefficients of the instruments, on the outcome and on one treatment.

    Parameters
    ----------
    outcome, treatment
        [instrument]
    within_outcome, across, within_treatment
        Covariances of these: of outcome with outcome, outcome with treatment, treatment with treatment.
    residual_df
        Of the F distribution by which a joint test is judged.
    """

    outcome: Floats
    treatment: Floats
    within_outcome: Floats
    across: Floats
    within_treatment: Floats
    residual_df: float

    @property
    def count(self) -> int:
        """How many instruments there are."""
        return len(self.outcome)

    def statistic(self, effect: float) -> float:
        """Give the Anderson-Rubin statistic, an F, of the null that the treatment's effect is `effect`."""
        values = self.outcome - effect * self.treatment
        turned = self.across + self.across.T
        covariance = self.within_outcome - effect * turned + effect**2 * self.within_treatment
        size = float(self.outcome @ self.outcome) + effect**2 * float(self.treatment @ self.treatment)
        if float(np.trace(covariance)) <= _NOTHING * size or size == 0:  # no noise at all, as where nothing happened
            return 0.0 if float(values @ values) <= _NOTHING * size else math.inf
        return wald(values, covariance) / self.count

    def strength(self) -> float:
        """Give the F of the instruments on the treatment: the statistic at an effect without bound.

        Infinite where all take what they are assigned.
        """
        if float(np.trace(self.within_treatment)) <= _NOTHING * float(self.treatment @ self.treatment):
            return math.inf
        return wald(self.treatment, self.within_treatment) / self.count

    def p_value(self, effect: float) -> float:
        """Give the p-value of the null that the effect is `effect`."""
        return float(f.sf(self.statistic(effect), self.count, self.residual_df))

    def critical(self, level: float) -> float:
        """Give the value that the statistic must not exceed."""
        return float(f.ppf(level, self.count, self.residual_df))


def reduce_to(stages: Stages, correction: str) -> Reduced:
    """Regress outcome and the treatment on what comes from outside, with their joint covariance.

    One instrument keeps the df of its own correction, such as Satterthwaite's; several have those of the residuals.
    """
    if len(stages.first) != 1:
        raise BadInput(f"{len(stages.first)} treatments", where="treatment", allowed="one treatment")
    fits = (stages.reduced_form, stages.first[0])
    count = stages.scaled.instruments.shape[1]
    whole = joint_covariance(fits, correction, last=count)
    here, there = slice(0, count), slice(count, None)
    return Reduced(
        fits[0].beta[-count:], fits[1].beta[-count:], whole[here, here], whole[here, there], whole[there, there],
        joint_df(fits[1], correction, count),
    )  # fmt: skip


def joint_df(fit: Fit, correction: str, count: int) -> float:
    """Give the residual df for a test of the last `count` parameters."""
    if count == 1:
        return fit.freedom(fit.contrast(fit.names[-1]), "iid" if correction == "iid0" else correction)
    if correction in CLUSTERS and fit.clusters is not None:
        return float(max(1, fit.clusters.number - 1))
    return float(max(1, fit.count - fit.rank))


def joint_covariance(fits: Sequence[Fit], correction: str, *, last: int) -> Floats:
    """Give the covariance of the last parameters of several fits of one design, fit after fit.

    Examples
    --------
    A fit with itself has its own covariance in each block:

    >>> from liveloop.estimate.linear import fit_rows
    >>> x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1.0]]); fit = fit_rows(np.arange(6.0) ** 2, x, ["one", "z"])
    >>> made = joint_covariance([fit, fit], "HC2", last=1)
    >>> bool(np.allclose(made, fit.covariance("HC2")[1, 1]))
    True
    """
    first = fits[0]
    if correction in ("iid", "iid0"):
        residuals = np.column_stack([_residual(fit) for fit in fits])
        below = first.count if correction == "iid0" else max(1, first.count - first.rank)
        return np.asarray(np.kron(residuals.T @ residuals / below, first.bread[-last:, -last:]), np.float64)
    if correction not in first.corrections:
        raise BadInput(f"no correction {correction!r} here", where="correction",
                       allowed=", ".join(("iid0", *first.corrections)))  # fmt: skip
    power, clustered = _POWER[correction[-1]], correction in CLUSTERS
    moved = []
    for fit in fits:
        part = fit.clusters if clustered else fit.rows
        assert part is not None
        scores = part.adjusted(fit, power) if clustered else part.adjusted(power)  # type: ignore[call-arg,arg-type]
        moved.append((scores @ fit.bread)[:, -last:])
    influence = np.concatenate(moved, axis=1)
    part = first.clusters if clustered else first.rows
    assert part is not None
    factor = part.factor(first) if correction[-1] == "1" else 1.0
    return np.asarray(influence.T @ influence * factor)


def _residual(fit: Fit) -> Floats:
    assert fit.rows is not None
    return fit.rows.residual


def of_one_stage(correction: str, fit: Fit) -> str:
    """Give the correction that a single stage has in place of the jackknife of both: CR3, or HC3; else the same."""
    if correction != "jackknife":
        return correction
    return "CR3" if fit.clusters is not None else "HC3"
