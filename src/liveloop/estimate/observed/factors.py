"""Which few unseen factors make many columns go together, and does that account for them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, uniforms

_STEPS = 2000
_CLOSE = 1e-7
_LEAST = 1e-3  # of a column's own variance: below it a factor is one column over again


@dataclass(frozen=True, eq=False)
class Factors:
    """A Gaussian factor model of columns in standard deviations: a = loadings z + own noise.

    Parameters
    ----------
    loadings
        [column, factor]
    own
        The variance that each column has alone.
    """

    loadings: Floats
    own: Floats

    @property
    def covariance(self) -> Floats:
        """Give the covariance of the columns under the model."""
        return np.asarray(self.loadings @ self.loadings.T + np.diag(self.own))

    @property
    def reader(self) -> Floats:
        """Give what makes the columns of a row into the expected factors, [column, factor]."""
        scaled = self.loadings / self.own[:, None]
        inner = np.eye(self.loadings.shape[1]) + self.loadings.T @ scaled
        return np.asarray(np.linalg.solve(inner, scaled.T).T)

    def uncertainty(self) -> Floats:
        """Give the variance of each factor that is left when a row's columns are known, of 1."""
        inner = np.eye(self.loadings.shape[1]) + self.loadings.T @ (self.loadings / self.own[:, None])
        return np.diag(np.linalg.inv(inner)).copy()


def fit_factors(columns: Floats, count: int) -> Factors:
    """Fit by maximum likelihood (EM), from the correlations.

    Parameters
    ----------
    columns
        [row, column], in standard deviations.

    Raises
    ------
    BadInput
        When there are too many factors for the columns.

    Source: Rubin and Thayer (1982), doi:10.1007/BF02293851.
    """
    width = columns.shape[1]
    if count < 1 or (width - count) ** 2 < width + count:
        raise BadInput(f"{count} factors of {width} treatments", where="factors",
                       allowed="so many factors that the covariances of the treatments settle them")  # fmt: skip
    seen = columns.T @ columns / len(columns)
    values, vectors = np.linalg.eigh(seen)
    loadings = vectors[:, -count:] * np.sqrt(np.maximum(values[-count:] - values[:-count].mean(), 0.1))
    own = np.maximum(np.diag(seen) - (loadings**2).sum(axis=1), 0.05)
    for _ in range(_STEPS):
        reader = Factors(loadings, own).reader
        crossed = seen @ reader
        inner = np.eye(count) - reader.T @ loadings + reader.T @ crossed
        new = np.linalg.solve(inner, crossed.T).T
        left = np.maximum(np.diag(seen) - (new * crossed).sum(axis=1), _LEAST)
        change = max(float(np.abs(new - loadings).max()), float(np.abs(left - own).max()))
        loadings, own = new, left
        if change < _CLOSE:
            break
    return Factors(loadings, own)


def enough_p_value(columns: Floats, made: Factors) -> float | None:
    """Give the p-value that no more factors are needed, by the likelihood ratio with Bartlett's correction.

    None where there are not more rows than columns, or the model has no fewer parameters than there are covariances.

    Source: Lawley and Maxwell (1971), Factor analysis as a statistical method, 2nd edition, section 4.4.
    """
    rows, width = columns.shape
    count = made.loadings.shape[1]
    df = ((width - count) ** 2 - width - count) / 2
    size = rows - 1 - (2 * width + 5) / 6 - 2 * count / 3
    if rows <= width or df <= 0 or size <= 0:
        return None
    ratio = np.linalg.solve(made.covariance, columns.T @ columns / rows)
    distance = float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - width)
    return float(gammaincc(df / 2, max(0.0, size * distance / 2)))


def predictive_check(columns: Floats, count: int, *, seed: int, held: float = 0.3, hidden: float = 0.25) -> float:
    """Give the chance that the model makes hidden entries of rows it has not seen as odd as they are, or odder.

    A share `held` of the rows is kept from the fit. Of those, a share `hidden` of the columns is predicted from the
    others, and the squared distance from the prediction compared with its distribution under the model. A small chance
    means that the factors do not account for the columns. A large one does not mean that they do: one factor too few
    makes each prediction worse, and the model expects so (see `enough_p_value`). Causes of one column are never seen.
    """
    out = uniforms(seed, "held row", range(len(columns))) < held
    made = fit_factors(columns[~out], count)
    total = made.covariance
    order = np.argsort(uniforms(seed, "hidden column", range(columns.shape[1])))
    size = max(1, round(hidden * columns.shape[1]))
    aim, rest = order[:size], order[size:]
    slopes = np.linalg.solve(total[np.ix_(rest, rest)], total[np.ix_(rest, aim)])
    left = columns[np.ix_(out, aim)] - columns[np.ix_(out, rest)] @ slopes
    spread = total[np.ix_(aim, aim)] - total[np.ix_(aim, rest)] @ slopes
    odd = float((left * np.linalg.solve(spread, left.T).T).sum())
    return float(gammaincc(left.size / 2, odd / 2))
