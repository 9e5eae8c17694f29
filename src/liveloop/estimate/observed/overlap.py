"""Are there both arms for every kind of row, how many rows do the weights leave, and how alike are the arms then?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.observed.logistic import Logistic, fit_logistic
from liveloop.estimate.observed.table import Columns, Table, need_covariates, read_table
from liveloop.estimate.result import Diagnostic
from liveloop.estimate.words import short

ESTIMANDS = ("ATE", "ATT", "ATC", "ATO")
POPULATIONS = {
    "ATE": "all", "ATT": "the treated", "ATC": "the untreated", "ATO": "rows that could be in either arm",
}  # fmt: skip
EXTREME = 0.1  # Crump et al. (2009): a rule of thumb that is close to the best cut in many data
ALIKE = 0.1  # a standardised mean difference below it is small by common habit
_TINY = 1e-15
HEAVY = 0.05  # of an arm's weight in one row


@dataclass(frozen=True)
class Balance:
    """How alike the arms are in one covariate: difference of means over the standard deviation, and ratio of variances.

    The standard deviation is that before weighting: the root of the mean of both variances, or that of the arm whose
    population is meant.
    """

    covariate: str
    before: float
    after: float
    variance_ratio_before: float | None
    variance_ratio_after: float | None


@dataclass(frozen=True)
class Overlap:
    """What the data say about overlap and balance.

    Parameters
    ----------
    lowest, highest
        The least and the largest score.
    quantiles
        Of the score at 0, 5, 25, 50, 75, 95 and 100 %, by arm.
    outside
        Share of rows with a score outside 0.1 to 0.9.
    effective
        By arm: how many rows of equal weight would say as much (Kish).
    cut
        The optimal cut of Crump et al.: with scores outside `cut` to 1 - `cut` left out, the effect on the others is
        known best. 0 where nothing is to be left out.
    kept
        How many rows lie inside.
    """

    estimand: str
    lowest: float
    highest: float
    quantiles: dict[str, tuple[float, ...]]
    outside: float
    rows: dict[str, int]
    effective: dict[str, float]
    balance: tuple[Balance, ...]
    cut: float
    kept: int
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [f"scores {short(self.lowest)} to {short(self.highest)}, {self.outside:.0%} outside 0.1 to 0.9; "
                 + ", ".join(f"{name}: {self.rows[name]} rows worth {short(self.effective[name])}"
                             for name in self.rows)]  # fmt: skip
        lines += [f"  {one.covariate}: {one.before:+.3f} before, {one.after:+.3f} after" for one in self.balance]
        return "\n".join([*lines, *self.warnings])


def propensity(
    data: Any,  # noqa: ANN401 - any table
    *,
    treatment: str,
    covariates: Sequence[str],
    weights: str | None = None,
    control: object = None,
    ridge: float = 0.0,
) -> Floats:
    """Estimate each row's chance of treatment by logistic regression on the covariates.

    Raises
    ------
    BadInput
        When covariates separate the arms, besides what every method refuses.

    Examples
    --------
    >>> data = {"t": [0, 0, 1, 0, 1, 1], "x": [0, 0, 0, 1, 1, 1]}
    >>> propensity(data, treatment="t", covariates=["x"]).round(3).tolist()
    [0.333, 0.333, 0.333, 0.667, 0.667, 0.667]

    Source: Rosenbaum and Rubin (1983), doi:10.1093/biomet/70.1.41.
    """
    columns = Columns("", treatment, need_covariates(covariates), weights=weights)
    table = read_table(data, columns, control=control)
    return scores_of(fit_scores(table, ridge), table.design)


def fit_scores(table: Table, ridge: float = 0.0) -> Logistic:
    """Fit the propensity of a table."""
    return fit_logistic(table.treated, table.design, table.names, weights=table.given_weights, ridge=ridge,
                        what=f"treatment {table.columns.treatment!r}")  # fmt: skip


def scores_of(model: Logistic, design: Floats) -> Floats:
    """Predict scores, none of them 0 or 1: what rounding makes of a tiny chance would divide by 0."""
    return np.clip(model.predict(design), _TINY, 1 - _TINY)


def overlap(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    treatment: str,
    covariates: Sequence[str],
    weights: str | None = None,
    control: object = None,
    estimand: str = "ATE",
    ridge: float = 0.0,
) -> Overlap:
    """Say where the arms overlap, how many rows the weights leave, and how alike the arms are before and after.

    Parameters
    ----------
    estimand
        Whose effect the weights are for: "ATE" all, "ATT" the treated, "ATC" the untreated, "ATO" those who could be
        in either arm.
    ridge
        A penalty on the slopes of the logistic regression, on columns of standard deviation 1.

    Examples
    --------
    Where the covariate decides nearly alone, few of the untreated carry the comparison:

    >>> from liveloop.base.seeds import normals, uniforms
    >>> x = normals(1, "x", range(1000)); t = uniforms(1, "t", range(1000)) < 1 / (1 + np.exp(-3 * x))
    >>> found = overlap({"t": t, "x": x}, treatment="t", covariates=["x"], estimand="ATT")
    >>> bool(found.effective["False"] < 0.1 * found.rows["False"]), bool(0 < found.cut < 0.2)
    (True, True)

    Source: Crump, Hotz, Imbens and Mitnik (2009), doi:10.1093/biomet/asn055; Li, Morgan and Zaslavsky (2018),
    doi:10.1080/01621459.2016.1260466; Austin (2009), doi:10.1002/sim.3697.
    """
    one_of(estimand, "estimand", ESTIMANDS)
    columns = Columns("", treatment, need_covariates(covariates), weights=weights)
    table = read_table(data, columns, control=control)
    scores = scores_of(fit_scores(table, ridge), table.design)
    return looked_at(table, scores, estimand)


def looked_at(table: Table, scores: Floats, estimand: str) -> Overlap:
    """Look at overlap and balance for given scores."""
    assert table.arms is not None
    made = table.weights * tilted(table.treated, scores, estimand)
    treated = table.is_treated
    labels = {str(label): treated == bool(code) for code, label in enumerate(table.arms.labels)}
    cut = best_cut(scores, table.weights)
    at = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
    return Overlap(
        estimand, float(scores.min()), float(scores.max()),
        {name: tuple(np.quantile(scores[rows], at).tolist()) for name, rows in labels.items()},
        share_outside(scores, EXTREME),
        {name: int(rows.sum()) for name, rows in labels.items()},
        {name: effective(made[rows]) for name, rows in labels.items()},
        balance(table, made, estimand), cut, int(inside(scores, cut).sum()),
        warnings_of(table, made),
    )  # fmt: skip


def tilted(treated: Floats, scores: Floats, estimand: str) -> Floats:
    """Give the weight that each row gets through its score, so that both arms look like the population meant.

    Examples
    --------
    >>> tilted(np.array([1.0, 0.0]), np.array([0.2, 0.2]), "ATE").tolist()
    [5.0, 1.25]
    """
    treated_weight, control_weight = tilts(scores, estimand)
    return np.where(treated > 0.5, treated_weight, control_weight)


def tilts(scores: Floats, estimand: str) -> tuple[Floats, Floats]:
    """Give the weight of a row of each score, were it treated and were it not: h/p and h/(1-p)."""
    one = np.ones_like(scores)
    if estimand == "ATE":
        return 1 / scores, 1 / (1 - scores)
    if estimand == "ATT":
        return one, scores / (1 - scores)
    if estimand == "ATC":
        return (1 - scores) / scores, one
    return 1 - scores, scores


def share_outside(scores: Floats, cut: float) -> float:
    """Give the share of rows with a score outside `cut` to 1 - `cut`."""
    return float(1 - inside(scores, cut).mean())


def inside(scores: Floats, cut: float) -> Flags:
    """Flag the rows with a score from `cut` to 1 - `cut`."""
    return np.asarray((scores >= cut) & (scores <= 1 - cut))


def effective(weights: Floats) -> float:
    """Give how many rows of equal weight would say as much as these: (sum w)^2 / sum w^2.

    Examples
    --------
    >>> effective(np.array([1.0, 1.0])), round(effective(np.array([9.0, 1.0])), 2)
    (2.0, 1.22)

    Source: Kish (1965), Survey sampling.
    """
    return float(weights.sum() ** 2 / (weights @ weights))


def best_cut(scores: Floats, weights: Floats | None = None) -> float:
    """Give the cut below which scores are best left out: the variance of the effect on the others is least.

    Examples
    --------
    >>> best_cut(np.linspace(0.3, 0.7, 9)), round(best_cut(np.r_[0.001, np.linspace(0.3, 0.7, 9)]), 3)
    (0.0, 0.134)

    Source: Crump, Hotz, Imbens and Mitnik (2009), doi:10.1093/biomet/asn055, theorem 1.
    """
    counted = np.ones_like(scores) if weights is None else weights
    cost = 1 / (scores * (1 - scores))
    order = np.argsort(cost)
    cost, counted = cost[order], counted[order]
    total, size = np.cumsum(cost * counted), np.cumsum(counted)
    last = int(np.argmin(total / size**2))  # the variance of the mean over the rows kept
    if last == len(cost) - 1:
        return 0.0
    limit = min(max(2 * total[last] / size[last], cost[last]), (cost[last] + cost[last + 1]) / 2)
    return max(0.0, float(0.5 - np.sqrt(max(0.0, 0.25 - 1 / limit))) - 1e-12)  # the last row kept is inside


def balance(table: Table, weights: Floats, estimand: str) -> tuple[Balance, ...]:
    """Compare the arms in each covariate, before and after weighting."""
    treated = table.is_treated
    made = []
    for at, name in enumerate(table.columns.covariates, start=1):
        column = table.design[:, at]
        before = [_mean_and_variance(column[rows], table.weights[rows]) for rows in (treated, ~treated)]
        after = [_mean_and_variance(column[rows], weights[rows]) for rows in (treated, ~treated)]
        spread = _spread(before[0][1], before[1][1], estimand) or float(column.std()) or 1.0
        made.append(Balance(name, (before[0][0] - before[1][0]) / spread, (after[0][0] - after[1][0]) / spread,
                            _ratio(before[0][1], before[1][1]), _ratio(after[0][1], after[1][1])))  # fmt: skip
    return tuple(made)


def _mean_and_variance(column: Floats, weights: Floats) -> tuple[float, float]:
    share = weights / weights.sum()
    mean = float(share @ column)
    rest = 1 - float(share @ share)
    return mean, float(share @ (column - mean) ** 2) / rest if rest > 0 else 0.0


def _spread(treated: float, control: float, estimand: str) -> float:
    if estimand == "ATT":
        return float(np.sqrt(treated))
    if estimand == "ATC":
        return float(np.sqrt(control))
    return float(np.sqrt((treated + control) / 2))


def _ratio(treated: float, control: float) -> float | None:
    return treated / control if control > 0 else None


def diagnostics_of(table: Table, weights: Floats, scores: Floats | None, estimand: str) -> tuple[Diagnostic, ...]:
    """Say what the data say of overlap and balance, for weights that are made."""
    treated = table.is_treated
    made = [] if scores is None else [
        Diagnostic("lowest score", float(scores.min()), "chance of treatment of the row least likely to be treated"),
        Diagnostic("highest score", float(scores.max()), "of the row most likely to be treated"),
        Diagnostic("share of rows with a score outside 0.1 to 0.9", share_outside(scores, EXTREME),
                   "where one arm is rare, its few rows stand for many"),
    ]  # fmt: skip
    heaviest = max(float(weights[rows].max() / weights[rows].sum()) for rows in (treated, ~treated))
    worst = max((one for one in balance(table, weights, estimand)), key=lambda one: abs(one.after), default=None)
    made += [
        Diagnostic("effective rows, treated", effective(weights[treated]), f"of {int(treated.sum())}"),
        Diagnostic("effective rows, untreated", effective(weights[~treated]), f"of {int((~treated).sum())}"),
        Diagnostic("largest share of an arm's weight in one row", heaviest, f"holds up to {HEAVY}", heaviest <= HEAVY),
    ]
    if worst is not None:
        made.append(Diagnostic("largest standardised mean difference after", worst.after,
                               f"of {worst.covariate!r}, {worst.before:+.3f} before; holds up to {ALIKE}",
                               abs(worst.after) <= ALIKE))  # fmt: skip
    return tuple(made)


def warnings_of(table: Table, weights: Floats) -> tuple[str, ...]:
    """Warn where a few rows carry an arm."""
    made = []
    for name, rows in (("treated", table.is_treated), ("untreated", ~table.is_treated)):
        count, worth = int(rows.sum()), effective(weights[rows])
        if worth < 0.2 * count or worth < 20:
            made.append(f"the {count} {name} rows are worth {short(worth)}: a few rows with large weights decide")
    return tuple(made)


def cut_of(trim: str | float | None, scores: Floats, weights: Floats) -> float:
    """Give the cut that was asked for: "crump" for the best one, or a number; 0 for none.

    Raises
    ------
    BadInput
        When it is neither.
    """
    if trim is None:
        return 0.0
    if isinstance(trim, str):
        one_of(trim, "trim", ("crump",))
        return best_cut(scores, weights)
    if not 0 <= trim < 0.5:
        raise BadInput(f"trim is {trim:g}", where="trim", allowed='"crump", or a number from 0 to below 0.5')
    return float(trim)
