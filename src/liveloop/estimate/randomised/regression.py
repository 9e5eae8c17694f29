"""What does least squares say of each coefficient, under the correction that the clusters ask for?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import f as fisher

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import one_of
from liveloop.estimate.linear import CLUSTERS, CORRECTIONS, Fit, fit_rows, sums_by_cluster
from liveloop.estimate.randomised.absorb import nested, parameters
from liveloop.estimate.randomised.difference import FEW
from liveloop.estimate.randomised.matrix import INTERCEPT, Matrix, Wanted, matrix_of, names_of, within
from liveloop.estimate.randomised.multiway import FACTORS, MOST_NUMBERS, Multiway, by_scores, multiway
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates, convention, normal_estimate
from liveloop.estimate.words import listed

COUNTED = ("nested", "all")
WHOLE = ("HC2", "HC3", "CR2", "CR3")  # need the leverage of all parameters, the absorbed ones too
TESTED = ("iid", "HC0", "HC1", "HC3", "CR0", "CR1", "CR3")  # whose joint test has a df that is known


def regression(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    formula: str = "",
    outcome: str = "",
    treatment: str = "",
    covariates: Sequence[str] = (),
    clusters: str | Sequence[str] | None = None,
    absorb: str | Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    correction: str = "",
    factor: str = "each",
    counted: str = "nested",
    coefficients: Sequence[str] = (),
    level: float = 0.95,
) -> Estimates:
    """Regress an outcome by least squares and report each coefficient.

    Parameters
    ----------
    data
        A data frame of pandas or polars, an Arrow table, a DuckDB relation, a mapping of columns, or a file.
    formula
        "y ~ t * x + C(week) | firm + year", in the notation of `formulaic`; what stands behind the bar is absorbed.
        In place of the columns.
    outcome, treatment, covariates
        Columns. One of numbers is a regressor as it is; one of labels becomes a column for each label but the first
        (for the treatment: but `control`).
    clusters
        A column, or several for clustering in several ways (Cameron, Gelbach and Miller).
    absorb
        Columns whose groups' means are taken out: fixed effects. Several of many groups each need the extra "fe".
    weights
        Of precision: the working variance of a row is 1 / weight.
    correction
        "HC2", or with clusters "CR2", and "CR3" where these are worth fewer than 20 degrees of freedom for some slope,
        all with the df of Bell and McCaffrey; "HC1" or "CR1" where columns are absorbed across clusters, and "CR1" for
        several ways. Also `iid`, `HC0` to `HC3`, `CR0` to `CR3`.
    factor
        Of CR1 in several ways: "each", "smallest", "none"; see `multiway`.
    counted
        Which absorbed parameters count in the n - k of CR1: "nested", all but those of groups that lie within clusters,
        as fixest and reghdfe do; "all", as areg and dummy columns do.
    coefficients
        Which coefficients to report; all, if not said.

    Raises
    ------
    BadInput
        When a column is not there, is missing in some rows, columns are collinear, there is one cluster only, a
        correction does not go with what is asked.

    Examples
    --------
    Ten firms drew a price each; their 500 rows look like 500 draws:

    >>> from liveloop.base.seeds import normals
    >>> firm = np.repeat(np.arange(10), 50)
    >>> x = normals(1, "price", firm); y = normals(1, "firm", firm) + normals(1, "row", range(500))
    >>> rows = regression({"y": y, "x": x, "firm": firm}, outcome="y", covariates=["x"])["x"]
    >>> firms = regression({"y": y, "x": x, "firm": firm}, outcome="y", covariates=["x"], clusters="firm")["x"]
    >>> rows.excludes_zero, firms.excludes_zero, round(firms.df, 1)
    (True, False, 3.5)

    Source: Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004, also for CR2 with absorbed groups.
    """
    ways = names_of(clusters)
    wanted = Wanted(
        formula, outcome, treatment, tuple(covariates), names_of(absorb),
        others=(*ways, *((weights,) if weights else ())),
    )  # fmt: skip
    matrix = matrix_of(data, wanted, control=control)
    made = _fitted(matrix, ways, weights, _Habits(correction, factor, counted, level))
    names = _chosen(coefficients, made.fit.names)
    rows = {name: made.estimate(name) for name in names}
    at = [made.fit.names.index(name) for name in names]
    covariance = made.covariance()[np.ix_(at, at)]
    return Estimates(
        f"regression of {matrix.outcome_name}", rows, tuple(tuple(row) for row in covariance.tolist()),
        joint_p_value=made.joint(names), diagnostics=_of_the_whole(matrix, made), warnings=made.warnings(),
    )  # fmt: skip


@dataclass(frozen=True)
class _Habits:
    correction: str
    factor: str
    counted: str
    level: float


@dataclass(frozen=True, eq=False)
class _Made:
    """A fit with the one correction that was chosen."""

    fit: Fit  # all absorbed parameters counted
    ways: dict[str, Ints]
    nested_rank: int
    inner: bool  # whether all that is absorbed lies within clusters
    matrix: Matrix
    habits: _Habits
    many: Multiway | None
    total: float  # weighted sum of squares of the outcome about its mean

    @property
    def correction(self) -> str:
        return self.habits.correction

    @property
    def ranked(self) -> Fit:
        """Give the fit with the parameters counted as the correction counts them."""
        keep_all = self.habits.counted == "all" or self.correction not in CLUSTERS
        return self.fit if keep_all else replace(self.fit, rank=self.nested_rank)

    def covariance(self) -> Floats:
        return self.ranked.covariance(self.correction) if self.many is None else self.many.covariance

    def freedom(self, contrast: Floats) -> float:
        return self.ranked.freedom(contrast, self.correction) if self.many is None else self.many.df

    def named(self) -> str:
        """Name the correction, with its factor where there are several."""
        if self.many is None:
            return self.correction
        which = f", factor of {self.habits.factor}" if self.correction == "CR1" else ""
        return f"{self.correction} in {len(self.ways)} ways{which}"

    def estimate(self, name: str) -> Estimate:
        contrast = self.fit.contrast(name)
        value = float(self.fit.beta[self.fit.names.index(name)])
        variance = float(contrast @ self.covariance() @ contrast)
        return normal_estimate(
            f"coefficient of {name} on {self.matrix.outcome_name}", value, max(0.0, variance) ** 0.5,
            df=self.freedom(contrast), level=self.habits.level,
            method="least squares" + (f", {listed(list(self.matrix.effects))} absorbed" if self.matrix.effects else ""),
            correction=self.named(), counts=self.counts(), assumes=_assumptions(tuple(self.ways)),
            diagnostics=self.diagnostics(contrast, variance), warnings=self.warnings(),
            conventions=self.conventions(contrast, value),
        )  # fmt: skip

    def counts(self) -> dict[str, int]:
        made = {"rows": self.fit.count, "parameters": self.fit.rank}
        made |= {name: int(codes.max()) + 1 for name, codes in self.ways.items()}
        return made | {f"{name}, absorbed": one.count for name, one in self.matrix.effects.items()}

    def diagnostics(self, contrast: Floats, variance: float) -> tuple[Diagnostic, ...]:
        if not self.ways:
            return ()
        plain = float(contrast @ self.fit.covariance("iid") @ contrast)
        made = [Diagnostic("design effect", variance / max(plain, 1e-300),
                           "how many times the variance is that of independent rows of one variance")]  # fmt: skip
        if self.many is None and "CR2" in self.offered():
            made.append(Diagnostic("df of Bell and McCaffrey", self.fit.freedom(contrast, "CR2"),
                                   f"of {self.fit_clusters() - 1} that the number of clusters promises"))  # fmt: skip
        if self.many is not None:
            made.append(Diagnostic("smallest eigenvalue", self.many.smallest,
                                   "over the largest; below 0 the combination is no covariance",
                                   holds=not self.many.indefinite))  # fmt: skip
        return tuple(made)

    def fit_clusters(self) -> int:
        assert self.fit.clusters is not None
        return self.fit.clusters.number

    def offered(self) -> tuple[str, ...]:
        """List the corrections by one way that can be given here."""
        slim = self.fit.clusters is not None and not self.fit.clusters.crossed.size
        return tuple(
            name for name in self.fit.corrections
            if not (slim and name in ("CR2", "CR3")) and _whole(name, self.inner, self.matrix)
        )  # fmt: skip

    def conventions(self, contrast: Floats, value: float) -> tuple[Convention, ...]:
        slim = replace(self.fit, rank=self.nested_rank)
        asked = [(name, name, slim if name in CLUSTERS else self.fit) for name in self.offered()
                 if name not in ("HC0", "CR0", "" if self.many else self.correction)]  # fmt: skip
        if self.fit.clusters is not None and self.nested_rank != self.fit.rank:
            asked.append(("CR1, all absorbed counted", "CR1", self.fit))
        if self.correction == "CR1" and self.many is None and self.habits.counted == "all":
            asked[-1:] = [("CR1, nested absorbed not counted", "CR1", slim)]
        made = [
            convention(said, value, fit.error(contrast, name), fit.freedom(contrast, name), self.level)
            for said, name, fit in asked
        ]
        return tuple(made + (self._in_other_ways(contrast, value) if self.many is not None else []))

    @property
    def level(self) -> float:
        return self.habits.level

    def _in_other_ways(self, contrast: Floats, value: float) -> list[Convention]:
        made = []
        for name, codes in self.ways.items():
            one = multiway(self.fit, [codes], rank=self.ranked.rank)
            made.append(self._told(f"CR1 by {name}", one, contrast, value))
        for factor in FACTORS[:2]:
            if self.correction != "CR1" or factor != self.habits.factor:
                one = multiway(self.fit, list(self.ways.values()), factor=factor, rank=self.ranked.rank)
                made.append(self._told(f"CR1 in {len(self.ways)} ways, factor of {factor}", one, contrast, value))
        return made

    def _told(self, name: str, one: Multiway, contrast: Floats, value: float) -> Convention:
        error = max(0.0, float(contrast @ one.covariance @ contrast)) ** 0.5
        return convention(name, value, error, one.df, self.level)

    def warnings(self) -> tuple[str, ...]:
        then = "see the wild bootstrap beside it" if len(self.ways) == 1 else "such intervals are too short then"
        numbers = {name: int(codes.max()) + 1 for name, codes in self.ways.items()}
        made = [f"only {number} clusters of {name}: {then}" for name, number in numbers.items() if number < FEW]
        if self.ways and self.correction not in CLUSTERS:
            made.append(f"{self.correction} takes rows for independent, though clusters were given")
        if self.many is not None and self.many.repaired:
            made.append("a variance in several ways came out below 0; eigenvalues below 0 were set to 0")
        return tuple(made)

    def joint(self, names: Sequence[str]) -> float | None:
        """Give the p-value of the F test that all slopes are 0; None where its df is not known."""
        slopes = [self.fit.names.index(name) for name in names if name != INTERCEPT]
        if not slopes or self.correction not in TESTED or (self.many is not None and self.many.indefinite):
            return None
        part = self.covariance()[np.ix_(slopes, slopes)]
        df = self.freedom(self.fit.contrast(self.fit.names[slopes[0]]))
        scale = np.sqrt(np.maximum(np.diag(part), 1e-300))
        if len(slopes) > df or np.linalg.matrix_rank(part / np.outer(scale, scale), tol=1e-10) < len(slopes):
            return None
        beta = self.fit.beta[slopes]
        return float(fisher.sf(float(beta @ np.linalg.solve(part, beta)) / len(slopes), len(slopes), df))


def _fitted(matrix: Matrix, ways: tuple[str, ...], weights: str | None, habits: _Habits) -> _Made:
    frame = matrix.frame
    codes = {name: frame.groups(name, "cluster").codes for name in ways}
    _refuse_one_cluster(codes)
    inside = {name: any(nested(one.codes, way) for way in codes.values()) for name, one in matrix.effects.items()}
    # Of clusters in several ways, those by firm and year together hold no whole firm.
    inner = bool(matrix.effects) and all(inside.values()) and len(ways) == 1
    habits = replace(habits, correction=_correction(habits, len(ways), inner=inner, matrix=matrix))
    scale = matrix.frame.weights(weights)
    names, y, x = within(matrix, scale)
    absorbed = parameters(list(matrix.effects.values()))
    fit = fit_rows(y, x, names, weights=scale, absorbed=absorbed)
    outer = [one for name, one in matrix.effects.items() if not inside[name]]
    # An intercept is left of groups that lie within clusters: fixest counts it too.
    rank = len(names) + (parameters(outer) or (1 if matrix.effects else 0))
    many = None
    if len(ways) == 1:
        fit = _with_clusters(fit, next(iter(codes.values())), habits.correction)
    elif len(ways) > 1 and habits.correction in CLUSTERS:
        counted = fit.rank if habits.counted == "all" else rank
        many = multiway(fit, list(codes.values()), correction=habits.correction, factor=habits.factor, rank=counted)
    if not habits.correction:
        habits = replace(habits, correction=fit.settled("", *(fit.contrast(one) for one in names if one != INTERCEPT)))
    return _Made(fit, codes, rank, inner, matrix, habits, many, _about_the_mean(y, scale, names, matrix))


def _about_the_mean(y: Floats, weights: Floats | None, names: tuple[str, ...], matrix: Matrix) -> float:
    flat = np.ones(len(y)) if weights is None else weights
    centred = y - np.average(y, weights=flat) if INTERCEPT in names or matrix.effects else y
    return float(flat @ centred**2)


def _refuse_one_cluster(codes: dict[str, Ints]) -> None:
    for name, one in codes.items():
        if one.max() == 0:
            raise BadInput(f"all {len(one)} rows are in one cluster of {name!r}", where=name,
                           allowed="two clusters or more")  # fmt: skip


def _correction(habits: _Habits, ways: int, *, inner: bool, matrix: Matrix) -> str:
    for given, where, allowed in ((habits.counted, "counted", COUNTED), (habits.factor, "factor", FACTORS)):
        if given not in allowed:
            raise BadInput(f"{where} is {given!r}", where=where, allowed=", ".join(allowed))
    name = habits.correction
    if not name:
        across = bool(matrix.effects) and not inner
        return "CR1" if ways > 1 or (ways and across) else "" if ways else "HC1" if matrix.effects else "HC2"
    one_of(name, "correction", CORRECTIONS)
    if name in CLUSTERS and not ways:
        raise BadInput(f"{name} needs clusters", where="clusters", allowed="the column that was randomised")
    if not _whole(name, inner, matrix):
        raise BadInput(f"{name} needs the leverage of the absorbed {listed(list(matrix.effects))} too",
                       where="correction", allowed=f"{name[:2]}1; or them among the covariates, as labels")  # fmt: skip
    return name


def _whole(name: str, inner: bool, matrix: Matrix) -> bool:  # noqa: FBT001 - whether all absorbed lies in clusters
    """Say whether the leverages are known: means of groups within clusters leave CR2 and CR3 as they are."""
    return name not in WHOLE or not matrix.effects or (inner and name in CLUSTERS)


def _with_clusters(fit: Fit, codes: Ints, correction: str) -> Fit:
    assert fit.rows is not None
    if (int(codes.max()) + 1) * len(fit.names) ** 2 > MOST_NUMBERS and correction not in ("", "CR2", "CR3"):
        return replace(fit, clusters=by_scores(fit, codes))
    return replace(fit, clusters=sums_by_cluster(fit.rows.x, fit.rows.residual, codes))


def _chosen(coefficients: Sequence[str], names: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in coefficients if name not in names]
    if unknown:
        raise BadInput(f"no coefficient {listed(unknown)}", where="coefficients", allowed=listed(list(names)))
    return tuple(coefficients) or names


def _assumptions(ways: tuple[str, ...]) -> tuple[str, ...]:
    unit = " and ".join(ways)
    return (
        "beside the regressors nothing moves the outcome that moves with them; for a treatment: it was given by chance",
        f"rows that share no {unit} are independent" if ways else "rows are independent",
    )


def _of_the_whole(matrix: Matrix, made: _Made) -> tuple[Diagnostic, ...]:
    fit = made.fit
    within = "within the absorbed groups" if matrix.effects else "of the outcome's variance"
    return (
        Diagnostic("R squared", 1 - fit.squares / max(made.total, 1e-300), f"share explained {within}"),
        Diagnostic("residual standard deviation", (fit.squares / max(1, fit.count - fit.rank)) ** 0.5,
                   "root of the sum of squares over n - k"),
    )  # fmt: skip
