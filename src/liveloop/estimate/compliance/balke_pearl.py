"""Between what does the average effect lie, when outcome, uptake and assignment have two values and people choose?

Everyone is of one type: what they take under each assignment, and what outcome they have with and without. The shares
of types are not known, but they add up to the shares that are seen. The smallest and largest effect that any such
shares allow are the bounds: a linear programme, whose dual has finitely many corners; each corner is one bound.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, product
from typing import Any

import numpy as np
from scipy.linalg import qr

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.compliance.influence import mean_of
from liveloop.estimate.compliance.late import read_trial, two_values
from liveloop.estimate.compliance.manski import SIGNS, Known, bounded
from liveloop.estimate.compliance.partial import Bounds
from liveloop.estimate.door import refuse_level
from liveloop.estimate.randomised.difference import counts_of
from liveloop.estimate.result import Diagnostic
from liveloop.estimate.words import short

TARGETS = ("effect", "treated", "untreated")
_ROUND = 9


def balke_pearl_bounds(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    uptake: str,
    of: str = "effect",
    defiers: bool = True,
    response: str = "",
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    level: float = 0.95,
    seed: int = 0,
) -> Bounds:
    """Bound the average effect of uptake for everyone, from a trial in which not all comply.

    Unlike the effect on compliers it is that for all, and it needs no monotonicity. No narrower bounds are possible.

    Parameters
    ----------
    outcome, treatment, uptake
        Columns of two values: outcome, what was assigned, what was taken. 1, True or the later label counts.
    of
        "effect"; "treated" or "untreated": the share with the outcome if everyone, or nobody, took it.
    defiers
        False where nobody takes it only when not assigned to it.
    response
        "positive": taking it keeps nobody from the outcome; "negative": it causes it in nobody.
    seed
        Of the draws by which the largest of several bounds is judged.

    Raises
    ------
    BadInput
        When a column has not two values, or is missing in some rows.

    Examples
    --------
    A drug trial: 61 % took what they were given. Whatever those had who did not, it helps 39 to 78 in 100:

    >>> rows = [(0, 0, 0, 158), (0, 0, 1, 14), (1, 0, 0, 52), (1, 1, 0, 23), (1, 0, 1, 12), (1, 1, 1, 78)]
    >>> z, d, y = (np.repeat([row[at] for row in rows], [row[3] for row in rows]) for at in range(3))
    >>> made = balke_pearl_bounds({"z": z, "d": d, "y": y}, outcome="y", treatment="z", uptake="d")
    >>> round(made.lower, 3), round(made.upper, 3)
    (0.391, 0.779)

    Source: Balke and Pearl (1997), doi:10.1080/01621459.1997.10474074.
    """
    refuse_level(level)
    if of not in TARGETS:
        raise BadInput(f"no target {of!r}", where="of", allowed=", ".join(TARGETS))
    if response not in SIGNS:
        raise BadInput(f"no response {response!r}", where="response", allowed="'positive', 'negative' or ''")
    trial = read_trial(data, [outcome], treatment=treatment, uptake=uptake, clusters=clusters, weights=weights,
                       control=control)  # fmt: skip
    happened = two_values(trial.frame, outcome, "outcome")
    w = np.ones(trial.frame.rows) if trial.weights is None else trial.weights
    cells = np.column_stack([(happened.codes == y) & (trial.taken.codes == d) for y, d in product((0, 1), (0, 1))])
    known = [mean_of(cells.astype(np.float64), w * (trial.arms.codes == z)) for z in (0, 1)]
    shares, moved = np.concatenate([known[0][0], known[1][0]]), np.concatenate([known[0][1], known[1][1]], axis=1)
    low, high = (_bounds(corners(of, defiers, response, side), side, shares, moved) for side in (1, -1))
    what = {"effect": f"average effect of {uptake} on the share with {outcome} {happened.labels[1]!r}, for everyone",
            "treated": f"share with {outcome} {happened.labels[1]!r} if everyone took {uptake}",
            "untreated": f"share with {outcome} {happened.labels[1]!r} if nobody took {uptake}"}  # fmt: skip
    return bounded(
        what[of], "Balke-Pearl bounds", low, high, codes=trial.codes, level=level, seed=seed,
        counts=counts_of(trial.arms, trial.clusters, clusters),
        assumes=_assumes((outcome, treatment, uptake), clusters, response, defiers=defiers),
        diagnostics=(_inequality(shares), _complied(shares)),
    )  # fmt: skip


def _bounds(weights: Floats, side: int, shares: Floats, moved: Floats) -> list[Known]:
    return [(side * float(one @ shares), side * (moved @ one)) for one in weights]


@lru_cache(maxsize=32)
def corners(of: str, defiers: bool, response: str, side: int) -> Floats:  # noqa: FBT001 - a key of the cache
    """Give the weights of the eight shares in each lower bound: [bound, share], for minus the target where side is -1.

    Shares are P(outcome, uptake | arm): by arm, then by outcome, then by uptake.

    Examples
    --------
    >>> corners("effect", True, "", 1).shape, corners("effect", False, "", 1).shape
    ((8, 8), (1, 8))
    """
    types = [(takes, has) for takes in product((0, 1), repeat=2) for has in product((0, 1), repeat=2)
             if (defiers or takes[0] <= takes[1]) and _allowed(has, response)]  # fmt: skip
    seen = np.zeros((8, len(types)))
    for at, (takes, has) in enumerate(types):
        for z in (0, 1):
            seen[4 * z + 2 * has[takes[z]] + takes[z], at] = 1.0
    targets = {"effect": lambda has: has[1] - has[0], "treated": lambda has: has[1], "untreated": lambda has: has[0]}
    wanted = side * np.array([targets[of](has) for _, has in types], np.float64)
    _, r, order = qr(seen.T, mode="economic", pivoting=True)
    kept = np.sort(order[: int((np.abs(np.diag(r)) > 1e-9).sum())])  # the shares of an arm add up to 1: one too many
    tight = np.array(list(combinations(range(len(types)), len(kept))))
    systems = seen[kept][:, tight].transpose(1, 2, 0)
    whole = np.abs(np.linalg.det(systems)) > 1e-6
    found = np.linalg.solve(systems[whole], wanted[tight[whole]][..., None])[..., 0]
    feasible = (found @ seen[kept] <= wanted + 1e-9).all(axis=1)
    made = np.zeros((int(feasible.sum()), 8))
    made[:, kept] = found[feasible]
    return np.unique(made.round(_ROUND) + 0.0, axis=0)


def _allowed(has: tuple[int, ...], response: str) -> bool:
    if response == "positive":
        return has[0] <= has[1]
    return has[0] >= has[1] if response == "negative" else True


def _inequality(shares: Floats) -> Diagnostic:
    """Ask whether any types could have made these shares (Pearl 1995)."""
    by = shares.reshape(2, 2, 2)  # arm, outcome, uptake
    most = float(by.max(axis=0).sum(axis=0).max())
    return Diagnostic("instrument inequality", most, "above 1 no types could have made these shares: assignment "
                      "touches the outcome in another way", most <= 1)  # fmt: skip


def _complied(shares: Floats) -> Diagnostic:
    by = shares.reshape(2, 2, 2)
    untaken, taken = float(by[0, :, 1].sum()), float(by[1, :, 1].sum())
    return Diagnostic("difference in uptake", taken - untaken,
                      f"{short(taken)} took it in the treated arm, {short(untaken)} in the control arm")  # fmt: skip


def _assumes(names: tuple[str, str, str], clusters: str | None, response: str, *, defiers: bool) -> tuple[str, ...]:
    outcome, treatment, uptake = names
    made = [f"each {clusters or 'row'} got its {treatment} by chance, independently of the others",
            f"{treatment} touches {outcome} through {uptake} alone (exclusion)"]  # fmt: skip
    if not defiers:
        made.append(f"nobody takes {uptake} only when not assigned to it (no defiers)")
    if response:
        made.append(f"{uptake} {'keeps nobody from' if response == 'positive' else 'causes in nobody'} {outcome}")
    return tuple(made)
