"""Would another draw of the arms have shown as large a difference, if nothing had been done?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import norm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.randomised.assignments import Assigned, Units, assigned, number_of_assignments
from liveloop.estimate.randomised.difference import counts_of, split_clusters
from liveloop.estimate.result import Convention, Diagnostic, Estimate, convention
from liveloop.estimate.words import short

STATISTICS = ("studentised", "difference")


def permutation_test(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    clusters: str | None = None,
    strata: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    null: float = 0.0,
    statistic: str = "",
    draws: int = 9_999,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Test the effect by the assignments that the design could have made, and give the values that are not rejected.

    Parameters
    ----------
    data
        A data frame of pandas or polars, an Arrow table, a DuckDB relation, a mapping of columns, or a file.
    outcome, treatment
        Columns: numbers, and a column of two values. 1, True or the later label is treated.
    clusters
        The column whose values were randomised, if rows were not; each is in one arm.
    strata
        The column within whose values so many units were treated; the differences are averaged by the rows' numbers.
    covariates
        Columns of numbers that were known before; outcomes are first freed of what they explain (Rosenbaum 2002).
    weights
        A column of weights; the difference is then of weighted means.
    null
        The value that is tested.
    statistic
        "studentised" by the variance of Neyman: exact for an effect that is the same for all, and right in large
        samples for an average effect too. "difference": exact for the former alone. The first by default, where each
        arm has two units or more in each stratum.
    draws
        How many assignments; all there are, where those are no more than 10,000 or than this.
    seed
        Of the draws.

    Raises
    ------
    BadInput
        When a column is not there, is missing in some rows, a cluster lies in two arms or two strata, a stratum has one
        arm only.

    Examples
    --------
    The lady tasting tea names four of eight cups rightly: one assignment of 70, or of the other sign.

    >>> cups = {"milk first": [1, 1, 1, 1, 0, 0, 0, 0], "said so": [1, 1, 1, 1, 0, 0, 0, 0]}
    >>> made = permutation_test(cups, outcome="said so", treatment="milk first", statistic="difference")
    >>> round(70 * made.p_value), made.correction
    (2, 'difference, all 70 assignments')

    Source: Fisher (1935); Wu and Ding (2021), doi:10.1080/01621459.2020.1750415, for the studentised statistic.
    """
    rest = [name for name in (clusters, strata, weights) if name]
    frame = read_frame(data, (outcome, treatment, *rest, *covariates))
    arms = frame.two_arms(treatment, control=control)
    groups = frame.groups(clusters, "cluster") if clusters else None
    layers = frame.groups(strata, "stratum") if strata else Groups(np.zeros(frame.rows, np.int64), ("all",))
    scale = frame.weights(weights)
    y = frame.numbers(outcome, "outcome")
    units = _units(arms, groups, layers, scale, _residuals(frame, y, arms, layers, covariates, scale))
    possible = _statistic(statistic, units)
    chosen, other = assigned(units, studentised=possible[0] == STATISTICS[0], draws=draws, seed=seed)
    low, high = chosen.interval(level)
    error = chosen.error if STATISTICS[0] in possible else None
    many = f"{'all ' if chosen.whole else ''}{len(chosen.drawn.first):,} assignments"
    unit = clusters or "row"
    return Estimate(
        f"effect of {treatment} ({arms.labels[1]!r} for {arms.labels[0]!r}) on {outcome}, the same for every {unit}"
        + (f"; p-value of the null {null:g}" if null else ""),
        chosen.value, low, high, level, "randomisation inference", standard_error=error,
        p_value=float(chosen.p_values(np.array([null]))[0]), correction=f"{possible[0]}, {many}",
        counts=counts_of(arms, groups, clusters) | ({"strata": layers.count} if strata else {}),
        assumes=(
            f"as many values of {unit} as were treated could each have been, with one chance"
            + (f", within each {strata}" if strata else ""),
            f"no {unit} is touched by the arm of another (no interference)",
            f"for the interval: the effect is the same for every {unit}"
            + ("; with many of them, that on average" if possible[0] == STATISTICS[0] else ""),
        ),
        diagnostics=_diagnostics(units, chosen),
        warnings=_warnings(chosen, low, high, unit),
        conventions=_conventions(possible, chosen, other, level, null),
    )  # fmt: skip


def _residuals(
    frame: Frame, y: Floats, arms: Groups, layers: Groups, covariates: Sequence[str], weights: Floats | None
) -> tuple[Floats, Floats]:
    """Give outcome and treatment, freed of covariates and strata where there are covariates."""
    t = arms.codes.astype(np.float64)
    if not covariates:
        return y - np.average(y, weights=weights), t
    dummies = (layers.codes[:, None] == np.arange(layers.count)).astype(np.float64)
    design = np.column_stack([dummies, frame.matrix(covariates)])
    names = [*(f"stratum {label}" for label in layers.labels), *covariates]
    both = [fit_rows(one, design, names, weights=weights) for one in (y, t)]
    return y - design @ both[0].beta, t - design @ both[1].beta


def _units(
    arms: Groups, groups: Groups | None, layers: Groups, weights: Floats | None, columns: tuple[Floats, Floats]
) -> Units:
    flat = np.ones(len(arms.codes)) if weights is None else weights
    treated = arms.codes == 1
    if groups is None:
        made = Units(treated, layers.codes, flat, flat * columns[0], flat * columns[1])
    else:
        for told, codes, count in (("arm", arms.codes, arms.count), ("stratum", layers.codes, layers.count)):
            split = split_clusters(groups, codes, count)
            if split:
                raise BadInput(f"{split} of {groups.count} clusters have rows in more than one {told}",
                               where="clusters", allowed=f"one {told} for each value that was randomised")  # fmt: skip
        per_row = (flat, flat * columns[0], flat * columns[1])
        sums = [np.bincount(groups.codes, one, minlength=groups.count).astype(np.float64) for one in per_row]
        _, at = np.unique(groups.codes, return_index=True)
        made = Units(treated[at], layers.codes[at], *sums)
    both = [len(np.unique(made.stratum[made.treated == one])) for one in (True, False)]
    if min(both) < layers.count:
        raise BadInput(f"{layers.count - min(both)} of {layers.count} strata have one arm only", where="strata",
                       allowed="both arms in each stratum")  # fmt: skip
    return made


def _statistic(asked: str, units: Units) -> tuple[str, ...]:
    """Give the statistic to use, then the other one if it can be made."""
    if asked and asked not in STATISTICS:
        raise BadInput(f"no statistic {asked!r}", where="statistic", allowed=", ".join(STATISTICS))
    least = min(int(np.bincount(units.stratum[units.treated == one]).min()) for one in (True, False))
    if least >= 2:
        return (asked, *(one for one in STATISTICS if one != asked)) if asked else STATISTICS
    if asked == STATISTICS[0]:
        raise BadInput("an arm has one unit only in some stratum, so it has no variance", where="statistic",
                       allowed="difference")  # fmt: skip
    return (STATISTICS[1],)


def _conventions(
    possible: tuple[str, ...], chosen: Assigned, other: Assigned, level: float, null: float
) -> tuple[Convention, ...]:
    if len(possible) < 2 or not chosen.error:
        return ()
    low, high = other.interval(level)
    p_value = float(other.p_values(np.array([null]))[0])
    plain = convention("Neyman, normal", chosen.value, chosen.error, None, level)
    p_plain = float(2 * norm.sf(abs(chosen.value - null) / chosen.error))
    return (
        Convention(possible[1], chosen.error, None, low, high, p_value),
        Convention(plain.name, plain.standard_error, None, plain.low, plain.high, p_plain),
    )


def _diagnostics(units: Units, chosen: Assigned) -> tuple[Diagnostic, ...]:
    number = number_of_assignments(units)
    told = f"smallest p-value that is possible: {short(_smallest(chosen))}"
    made = [Diagnostic("possible assignments", float(min(number, 10**300)), told)]
    means = (units.summed - chosen.value * units.moved) / units.sizes
    spread = [float(np.std(means[units.treated == one])) for one in (True, False)]
    if min(spread) > 0 and min(units.treated.sum(), (~units.treated).sum()) > 2:
        made.append(Diagnostic("ratio of standard deviations, treated to control", spread[0] / spread[1],
                               "of the units' means; far from 1 the effect is not the same for all"))  # fmt: skip
    return tuple(made)


def _smallest(chosen: Assigned) -> float:
    return 1 / (len(chosen.drawn.first) + (0 if chosen.whole else 1))


def _warnings(chosen: Assigned, low: float, high: float, unit: str) -> tuple[str, ...]:
    if not (math.isinf(low) or math.isinf(high)):
        return ()
    many = len(chosen.drawn.first)
    return (f"the test rejects no value however far out, from {short(low)} to {short(high)}: {many} assignments of "
            f"{unit} are too few for this level",)  # fmt: skip
