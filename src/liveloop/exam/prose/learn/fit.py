"""Which weights separate what is counted here from what is counted there?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

from liveloop.exam.prose.learned import Numbers

HERE, ELSEWHERE = 2.0, 1000.0  # texts of average wording added to those of a concept, and to all others
RARE = 1.0  # texts in which a feature is taken to occur besides those where it does
FLOOR = -0.3  # what an absent word takes away at most: absence says little
PAIR = 0.5  # two neighbours are not independent of the two words


def number(counted: Sequence[Collection[str]], least: int = 2) -> dict[str, int]:
    """Number the features that stand in so many texts at least, in order of their names.

    Examples
    --------
    >>> number([{"a", "b"}, {"b"}, {"c", "b"}])
    {'b': 0}
    """
    times: dict[str, int] = {}
    for features in counted:
        for feature in features:
            times[feature] = times.get(feature, 0) + 1
    return {feature: place for place, feature in enumerate(sorted(f for f, n in times.items() if n >= least))}


def loudness(counted: csr_matrix, columns: npt.NDArray[np.int64], names: Sequence[str], wide: int) -> Numbers:
    """Give by how much each feature is commoner in the texts of each column than in all others, as log odds.

    Shrunk towards no difference, the more so the rarer the feature is; never below `FLOOR`.

    Parameters
    ----------
    counted
        A row for each text, ones where it has a feature.
    columns
        The column that each text belongs to.
    """
    mine = np.bincount(columns, minlength=wide).astype(float)
    member = csr_matrix((np.ones(len(columns)), (columns, np.arange(len(columns)))), shape=(wide, len(columns)))
    times = np.asarray((member @ counted).todense()).T
    total, texts = times.sum(axis=1, keepdims=True), len(columns)
    usual = (total + RARE) / texts
    here = (times + HERE * usual) / (mine + HERE)
    elsewhere = (total - times + ELSEWHERE * usual) / (texts - mine + ELSEWHERE)
    loud: Numbers = np.maximum(np.log(here / elsewhere), FLOOR)
    loud[[" " in name for name in names]] *= PAIR
    return loud


def softmax(
    features: csr_matrix, columns: npt.NDArray[np.int64], wide: int, strength: float, steps: int
) -> tuple[Numbers, Numbers]:
    """Fit a multinomial regression; `strength` is what the data weigh beside the penalty on squared weights.

    Returns
    -------
    weights, bias
        A row for each feature, a column for each class.
    """
    rows, turned = features.shape[1], features.T.tocsr()
    wanted = np.zeros((features.shape[0], wide))
    wanted[np.arange(len(columns)), columns] = 1

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        weights, bias = flat[: rows * wide].reshape(rows, wide), flat[rows * wide :]
        scores = features @ weights + bias
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        sums = chances.sum(axis=1, keepdims=True)
        chances /= sums
        error = chances - wanted
        slope = strength * (turned @ error) + weights
        value = strength * float((np.log(sums[:, 0]) - scores[np.arange(len(columns)), columns]).sum())
        value += 0.5 * float((weights**2).sum())
        return value, np.concatenate([slope.ravel(), strength * error.sum(axis=0)])

    fitted = minimize(loss, np.zeros(rows * wide + wide), jac=True, method="L-BFGS-B", options={"maxiter": steps}).x
    return fitted[: rows * wide].reshape(rows, wide), fitted[rows * wide :]


def logistic(
    features: csr_matrix | Numbers, wanted: npt.NDArray[np.bool_], strength: Numbers | float
) -> tuple[Numbers, float]:
    """Fit a logistic regression; columns are expected on like scales.

    Parameters
    ----------
    strength
        What each row weighs beside the penalty on squared weights, or one number for all rows.
    """
    sign = np.where(wanted, 1.0, -1.0)

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        scores = sign * (features @ flat[:-1] + flat[-1])
        error = -strength * sign * expit(-scores)
        value = float((strength * np.logaddexp(0, -scores)).sum()) + 0.5 * float((flat[:-1] ** 2).sum())
        return value, np.append(features.T @ error + flat[:-1], error.sum())

    fitted = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return fitted[:-1], float(fitted[-1])
