"""What is left of columns once the means of groups are taken out, and how many parameters were those means?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.frame import Groups
from liveloop.estimate.words import listed

EXACT = 1e-9  # relative: below it a column is made of the groups' means, up to rounding
NEAR = 1e-6  # the same where the means were found step by step
STEP = 1e-11
MOST_LEVELS = 300  # that are made columns, of all groupings but the largest
MOST_NUMBERS = 10_000_000


def taken_out(columns: Floats, effects: Sequence[Groups], weights: Floats | None = None) -> Floats:
    """Take the means of groups out of columns; of several groupings at once, what none of them explains is left.

    Parameters
    ----------
    columns
        [row, column]
    effects
        All but the largest are made columns, exactly, while they have 300 groups or fewer; else `pyfixest` takes the
        means out in turns, to a tolerance of 1e-11.

    Raises
    ------
    BadInput
        When there are so many groups in several groupings and pyfixest is not there, or it does not converge.

    Examples
    --------
    >>> firm = Groups(np.array([0, 0, 1, 1]), ("a", "b"))
    >>> taken_out(np.array([[1.0], [3.0], [10.0], [10.0]]), [firm]).ravel().tolist()
    [-1.0, 1.0, 0.0, 0.0]
    """
    largest, *others = sorted(effects, key=lambda one: -one.count)
    within = columns - means(columns, largest, weights)[largest.codes]
    levels = sum(one.count for one in others)
    if not others:
        return within
    if levels > MOST_LEVELS or levels * len(columns) > MOST_NUMBERS:
        return _in_turns(columns, effects, weights)
    dummies = np.concatenate([np.eye(one.count)[one.codes] for one in others], axis=1)
    dummies = dummies - means(dummies, largest, weights)[largest.codes]
    root = np.ones(len(columns)) if weights is None else np.sqrt(weights)
    # Not of full rank, as the groupings overlap: the residual is the same whichever solution.
    beta = np.linalg.lstsq(dummies * root[:, None], within * root[:, None], rcond=1e-10)[0]
    return np.asarray(within - dummies @ beta)


def _in_turns(columns: Floats, effects: Sequence[Groups], weights: Floats | None) -> Floats:
    try:
        from pyfixest.estimation import demean  # noqa: PLC0415 - an extra, and heavy
    except ImportError as missing:
        raise BadInput("pyfixest is not installed, and several columns of many groups are to be absorbed",
                       where="absorb", allowed="pip install 'liveloop[fe]'; or one column") from missing  # fmt: skip
    codes = np.column_stack([one.codes for one in effects])
    scale = np.maximum(np.abs(columns).max(axis=0), 1e-300)  # its tolerance is absolute
    flat = np.ones(len(columns)) if weights is None else weights
    made, converged = demean(np.asfortranarray(columns / scale), codes.astype(np.uint64), flat, tol=STEP)
    if not converged:
        raise BadInput("the means of the groups could not be found to the tolerance", where="absorb",
                       allowed="fewer columns to absorb")  # fmt: skip
    return np.asarray(made * scale, np.float64)


def means(columns: Floats, groups: Groups, weights: Floats | None = None) -> Floats:
    """Give the weighted mean of each group: [group, column]."""
    flat = np.ones(len(columns)) if weights is None else weights
    total = np.bincount(groups.codes, flat, minlength=groups.count)
    summed = [np.bincount(groups.codes, flat * one, minlength=groups.count) for one in columns.T]
    return np.asarray(np.stack(summed, axis=1) / total[:, None])


def parameters(effects: Sequence[Groups]) -> int:
    """Count the parameters that groupings take: exactly for one and two, at most for three and more.

    Two groupings have as many as they have groups, less one for each set of groups that no row links to the rest.

    Examples
    --------
    >>> firm, year = Groups(np.array([0, 0, 1, 1]), ("a", "b")), Groups(np.array([0, 1, 0, 1]), (1, 2))
    >>> parameters([firm]), parameters([firm, year])
    (2, 3)

    Source: Abowd, Creecy and Kramarz (2002).
    """
    if not effects:
        return 0
    total = sum(one.count for one in effects)
    if len(effects) == 1:
        return total
    first, second = effects[:2]
    shape = (first.count + second.count,) * 2
    links = coo_array((np.ones(len(first.codes)), (first.codes, first.count + second.codes)), shape=shape)
    apart = int(connected_components(links, directed=False, return_labels=False))
    return total - apart - (len(effects) - 2)


def nested(inner: Ints, outer: Ints) -> bool:
    """Say whether every group of `inner` lies in one group of `outer`.

    Examples
    --------
    >>> person, firm = np.array([0, 0, 1, 2]), np.array([0, 0, 0, 1])
    >>> nested(person, firm), nested(firm, person)
    (True, False)
    """
    place = np.zeros(int(inner.max()) + 1, np.int64)
    place[inner] = outer
    return bool((place[inner] == outer).all())


def refuse_constant(before: Floats, after: Floats, names: Sequence[str], absorbed: Sequence[str]) -> None:
    """Refuse columns of which nothing is left."""
    limit = EXACT if len(absorbed) == 1 else NEAR
    length = np.sqrt((before**2).sum(axis=0))
    bad = [
        name
        for name, whole, left in zip(names, length, np.sqrt((after**2).sum(axis=0)), strict=True)
        if left <= limit * max(whole, 1e-300)
    ]
    if bad:
        raise BadInput(f"{listed(bad)} can be made of the absorbed {listed(absorbed)}: perfect collinearity",
                       where=bad[0], allowed="columns that vary within the absorbed groups")  # fmt: skip
