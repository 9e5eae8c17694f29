"""How sure is a coefficient when there are few clusters, by the wild cluster bootstrap?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.linear import CLUSTERS, Fit, fit_rows
from liveloop.estimate.randomised.absorb import nested
from liveloop.estimate.randomised.matrix import Matrix, Wanted, matrix_of, names_of, within
from liveloop.estimate.randomised.signs import Sums, flipped, signs_of, sums_of
from liveloop.estimate.result import Convention, Diagnostic, Estimate
from liveloop.estimate.words import listed, short

FEW_TREATED = 3  # clusters: below it no bootstrap of this kind can be trusted
FEWEST = 4  # clusters
MOST = 1_000
KINDS = ("WCR", "WCU")
BOTH = "both"


def wild_bootstrap(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    clusters: str,
    outcome: str = "",
    treatment: str = "",
    covariates: Sequence[str] = (),
    absorb: str | Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    formula: str = "",
    coefficient: str = "",
    null: float = 0.0,
    kind: str = "WCR",
    variant: str = "11",
    distribution: str = "rademacher",
    draws: int = 9_999,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Test a coefficient and give its interval by the wild cluster bootstrap.

    Parameters
    ----------
    data
        A data frame of pandas or polars, an Arrow table, a DuckDB relation, a mapping of columns, or a file.
    clusters
        The column whose values were drawn or randomised.
    outcome, treatment, covariates
        As of `regression`; the treatment is of two arms, or a number.
    absorb
        Columns that lie within clusters and whose groups' means are taken out.
    weights
        Of precision.
    formula, coefficient
        In place of the columns: the model, and which coefficient of it is tested.
    null
        The value that is tested.
    kind
        "WCR": residuals are made under the null, which errs less with few clusters: from 16 on a true null is rejected
        as often as promised, with 8 to 14 in 5 to 6 of 100. "WCU": they are not. "both": the larger p-value and the
        wider interval of the two, which promise the level with 12 clusters too.
    variant
        "11", or "31", "13", "33" of MacKinnon, Nielsen and Webb: the first digit is 3 where residuals are freed of the
        leverage of their own cluster, the second where t is made with CR3 in place of CR1.
    distribution
        Of what residuals are multiplied by: "rademacher", 1 or -1, or "webb", six points. With 5 clusters or fewer
        signs alone can never reject at 5 %, and say so; six points can, but too often.
    draws
        How many; all there are, up to sign, where those are no more than 5,000 or than this.
    seed
        Of the draws.

    Raises
    ------
    BadInput
        When a column is not there, is missing in some rows, there are 3 clusters or fewer, columns are collinear.

    Examples
    --------
    Three of twelve states passed a law that did nothing; the usual clustered standard error is sure of an effect.

    >>> from liveloop.base.seeds import normals
    >>> state = np.repeat(np.arange(12), 10 + 10 * np.arange(12)); law = state % 4 == 3
    >>> y = normals(24, "state", state) + normals(24, "row", range(len(state)))
    >>> made = wild_bootstrap({"y": y, "law": law, "state": state}, outcome="y", treatment="law", clusters="state")
    >>> round(made.p_value, 3), [round(one.p_value, 3) for one in made.conventions if one.name in ("CR1", "CR2")]
    (0.063, [0.009, 0.067])

    Source: Cameron, Gelbach and Miller (2008), doi:10.1162/rest.90.3.414; Webb (2023), doi:10.1111/caje.12661; Roodman
    et al. (2019), doi:10.1177/1536867X19830877, for the algebra.
    """
    if kind not in (*KINDS, BOTH):
        raise BadInput(f"no kind {kind!r}", where="kind", allowed=", ".join((*KINDS, BOTH)))
    wanted = Wanted(
        formula, outcome, treatment, tuple(covariates), names_of(absorb), others=(clusters, *names_of(weights))
    )
    matrix = matrix_of(data, wanted, control=control)
    fit, name = _fitted(matrix, clusters, weights, coefficient or treatment)
    sums, scale = sums_of(fit, name, matrix.frame.groups(clusters, "cluster").codes)
    signs, whole = signs_of(sums.number, distribution, draws, seed)
    told = {}
    for one in KINDS:
        test = flipped(sums, signs, restricted=one == "WCR", variant=variant, whole=whole).scaled(scale)
        told[one] = (*test.interval(level), float(test.p_values(np.array([null]))[0]))
    lows, highs, p_values = zip(*told.values(), strict=True)
    told[BOTH] = (min(lows), max(highs), max(p_values))
    low, high, p_value = told[kind]
    value, error = float(fit.beta[fit.names.index(name)]), fit.error(fit.contrast(name), f"CR{variant[1]}")
    arms = _arms(matrix, name, clusters)
    many = f"all {len(signs):,} draws up to sign" if whole else f"{len(signs):,} draws"
    return Estimate(
        f"coefficient of {name} on {matrix.outcome_name}" + (f"; p-value of the null {null:g}" if null else ""),
        value, low, high, level, "wild cluster bootstrap", standard_error=error, p_value=p_value,
        correction=f"{kind}-{variant}, {distribution}, {many}",
        counts={"rows": fit.count, "parameters": fit.rank, clusters: sums.number},
        assumes=(f"each value of {clusters} is independent of the others",
                 "the clusters are enough, and alike enough, for t to be judged by flipping their residuals"),
        diagnostics=_diagnostics(sums, fit, name, arms),
        warnings=_warnings(low, high, arms, clusters),
        conventions=(
            *(Convention(one, error, None, *ends) for one, ends in told.items() if one not in (kind, BOTH)),
            *(one for one in fit.conventions(fit.contrast(name), level) if not matrix.effects or one.name in CLUSTERS),
        ),
    )  # fmt: skip


def _fitted(matrix: Matrix, clusters: str, weights: str | None, asked: str) -> tuple[Fit, str]:
    groups = matrix.frame.groups(clusters, "cluster")
    if groups.count < FEWEST or groups.count > MOST:
        raise BadInput(f"{clusters!r} has {groups.count} clusters", where=clusters,
                       allowed=f"{FEWEST} to {MOST:,} clusters; with more, CR1 and CR2 serve")  # fmt: skip
    name = _coefficient(matrix, asked)
    across = [label for label, one in matrix.effects.items() if not nested(one.codes, groups.codes)]
    if across:
        raise BadInput(f"the absorbed {listed(across)} lie across {clusters!r}", where="absorb",
                       allowed="columns within clusters; others among the covariates, as labels")  # fmt: skip
    scale = matrix.frame.weights(weights)
    names, y, x = within(matrix, scale)
    return fit_rows(y, x, names, clusters=groups.codes, weights=scale, absorbed=1 if matrix.effects else 0), name


def _coefficient(matrix: Matrix, asked: str) -> str:
    """Give the name of the one column that is meant."""
    if asked in matrix.names:
        return asked
    made = [name for name in matrix.names if asked and name.startswith(f"{asked}[")]
    if len(made) == 1:
        return made[0]
    wrong = f"{asked!r} has {len(made) + 1} arms" if made else f"no coefficient {asked!r}"
    raise BadInput(wrong, where="coefficient" if not made else asked, allowed=f"one of {listed(list(matrix.names))}")


def _arms(matrix: Matrix, name: str, clusters: str) -> tuple[int, int] | None:
    """Count the clusters with treated rows, and with rows that are not; None for a treatment that is no arm."""
    column = matrix.design[:, matrix.names.index(name)]
    if not np.isin(column, (0.0, 1.0)).all():
        return None
    codes = matrix.frame.groups(clusters).codes
    return len(np.unique(codes[column == 1])), len(np.unique(codes[column == 0]))


def _diagnostics(sums: Sums, fit: Fit, name: str, arms: tuple[int, int] | None) -> tuple[Diagnostic, ...]:
    own = sums.crossed[:, sums.at, sums.at]  # the tested regressor comes as what the others leave of it
    made = [
        Diagnostic("largest partial leverage", float(own.max() / own.mean()),
                   "of a cluster, over the mean; far above 1 one cluster decides"),
        Diagnostic("df of Bell and McCaffrey", fit.freedom(fit.contrast(name), "CR2"),
                   f"of {sums.number - 1} that the number of clusters promises"),
    ]  # fmt: skip
    if arms is not None:
        made.append(Diagnostic("clusters in the smaller arm", float(min(arms)),
                               f"below {FEW_TREATED} the bootstrap is not to be trusted",
                               holds=min(arms) >= FEW_TREATED))  # fmt: skip
    return tuple(made)


def _warnings(low: float, high: float, arms: tuple[int, int] | None, clusters: str) -> tuple[str, ...]:
    made = []
    if arms is not None and min(arms) < FEW_TREATED:
        made.append(f"only {min(arms)} values of {clusters} in an arm: WCR then hardly ever rejects, WCU far too "
                    "often; see the permutation test beside it")  # fmt: skip
    if math.isinf(low) or math.isinf(high):
        made.append(f"the test rejects no value however far out, from {short(low)} to {short(high)}: too few clusters")
    return tuple(made)
