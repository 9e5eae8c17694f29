"""What does a test say: its statistic, its law under the null, its p-value?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import chi2, f

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.result import Diagnostic
from liveloop.estimate.words import short


@dataclass(frozen=True)
class Hypothesis:
    """A null and what the data say of it.

    Parameters
    ----------
    name
        Of the test, with its correction.
    null
        What would have to be so.
    statistic
        A chi-square with `df`, or an F with `df` and `residual_df` where that is given.

    Examples
    --------
    >>> print(by_chi_square("a test", "all is well", 4.0, 1))
    a test: 4, chi-square with df 1, p 0.0455; null: all is well
    """

    name: str
    null: str
    statistic: float
    df: float
    p_value: float
    residual_df: float | None = None

    def __str__(self) -> str:
        law = f"chi-square with df {short(self.df)}"
        if self.residual_df is not None:
            law = f"F with df {short(self.df)} and {short(self.residual_df)}"
        return f"{self.name}: {short(self.statistic)}, {law}, p {self.p_value:.3g}; null: {self.null}"

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        return asdict(self)

    def diagnostic(self, *, falsifies: bool = False, below: float = 0.05) -> Diagnostic:
        """Give it as a diagnostic; where it can falsify an assumption, a p-value below `below` speaks against it."""
        says = f"p {self.p_value:.3g}; null: {self.null}"
        return Diagnostic(self.name, self.statistic, says, self.p_value >= below if falsifies else None)


def by_chi_square(name: str, null: str, statistic: float, df: float) -> Hypothesis:
    """Judge a statistic by the chi-square."""
    return Hypothesis(name, null, statistic, df, float(chi2.sf(statistic, df)))


def by_f(name: str, null: str, statistic: float, df: float, residual_df: float) -> Hypothesis:
    """Judge a statistic by the F distribution."""
    return Hypothesis(name, null, statistic, df, float(f.sf(statistic, df, residual_df)), residual_df)


def wald(values: Floats, covariance: Floats) -> float:
    """Give v' V^-1 v of values that are all 0 under the null.

    Raises
    ------
    BadInput
        When the covariance has not full rank, as with more values than clusters.

    Examples
    --------
    >>> wald(np.array([2.0, 0.0]), np.diag([4.0, 1.0]))
    1.0
    """
    scale = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    alike = covariance / np.outer(scale, scale)
    own = np.linalg.eigvalsh((alike + alike.T) / 2)
    if own[0] <= 1e-12 * max(1.0, own[-1]):
        raise BadInput(f"{len(values)} values have a covariance of rank below {len(values)}", where="correction",
                       allowed="more clusters than values that are tested together")  # fmt: skip
    return float(values / scale @ np.linalg.solve(alike, values / scale))
