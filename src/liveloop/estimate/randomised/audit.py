"""Does an analysis cry wolf: how often does it find an effect in past data in which nothing was changed?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.stats import binomtest, chi2, kstest
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import as_names
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.randomised.cells import distinct
from liveloop.estimate.randomised.difference import asked_correction, difference
from liveloop.estimate.randomised.relabel import refuse_empty, relabelled, summed
from liveloop.estimate.randomised.split import crossed
from liveloop.estimate.regime import share_between
from liveloop.estimate.result import Diagnostic, Estimate

ARM = "arm"  # the column of labels that each draw makes
_ALARM = 0.001
Analysis = Callable[[Frame], Estimate]


def audit(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    unit: str | None = None,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    strata: str | Sequence[str] = (),
    share: float = 0.5,
    adjust: str = "lin",
    correction: str = "",
    analyse: Analysis | None = None,
    draws: int = 500,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Give past data treatment labels by chance, again and again, and count how often the analysis finds an effect.

    An A/A test without traffic. Labels go to units as the experiment would give them; the analysis is run as it is
    planned. If its standard errors are made below the level at which labels are given, it finds effects everywhere.

    Parameters
    ----------
    data
        Rows of a time without a treatment, or from one arm.
    unit
        The column whose values get the labels, as they would be randomised; each row where it is not given.
    clusters, covariates, weights, adjust, correction
        Of the analysis under audit, as for `difference`: its `clusters` may well be wrong.
    strata
        Columns within which units are randomised.
    share
        Of the units (of a stratum) that are treated.
    analyse
        Another analysis than `difference`: a function that takes a `Frame` with a column "arm" of 0 and 1 beside the
        columns of the data, and gives an `Estimate` with a p-value.
    draws
        How many times labels are given.

    Returns
    -------
    Estimate
        The share of draws with p below 1 - level; it should be 1 - level. Its p-value is of that null.

    Examples
    --------
    Ten sessions of each user. Taken for independent, they find what is not there half of the time:

    >>> from liveloop.base.seeds import normals
    >>> user = np.repeat(np.arange(60), 10)
    >>> data = {"y": 2 * normals(1, "user", user) + normals(1, "session", range(600)), "user": user}
    >>> wrong = audit(data, outcome="y", unit="user", draws=100)
    >>> right = audit(data, outcome="y", unit="user", clusters="user", draws=100)
    >>> bool(wrong.value > 0.4), bool(right.low < 0.05 < right.high)
    (True, True)

    Source: Kohavi, Tang and Xu (2020), "Trustworthy Online Controlled Experiments", chapter 19; Bertrand, Duflo and
    Mullainathan (2004), doi:10.1162/003355304772839588, for placebo labels on clustered data.
    """
    if draws < 20:
        raise BadInput(f"{draws} draws", where="draws", allowed="20 or more")
    if not 0 < share < 1:
        raise BadInput(f"share is {share}", where="share", allowed="a number between 0 and 1")
    named = [outcome, *(one for one in (unit, clusters, weights) if one), *covariates, *as_names(strata)]
    frame = read_frame(data, None if analyse else named)
    y = frame.numbers(outcome, "outcome")
    if frame.has(ARM) and (analyse or ARM in named):
        raise BadInput(f"the data have a column {ARM!r}", where=ARM, allowed="another name: the labels are called so")
    units = frame.groups(unit, "unit") if unit else None
    layers = crossed(frame, as_names(strata)) if strata else None
    unit_layer = _layer_of(units, layers, frame.rows)
    name = asked_correction(correction, clustered=clusters is not None) if analyse is None else ""
    if analyse is None and not name:  # what the analysis takes where nothing is asked: the labels hardly change it
        plain = _planned(outcome, clusters, tuple(covariates), weights, adjust, "")
        label = relabelled(unit_layer, share, seed, 0)
        refuse_empty(np.bincount(label, minlength=2))
        name = plain(_labelled(frame, units, label)).correction
    quick = None
    if analyse is None and not covariates and weights is None:
        quick = summed(y, units, frame.groups(clusters, "cluster") if clusters else None, name)
    run = analyse or _planned(outcome, clusters, tuple(covariates), weights, adjust, name)
    found = np.empty((draws, 3))
    for draw in range(draws):
        label = relabelled(unit_layer, share, seed, draw)
        found[draw] = quick.judged(label, name) if quick else _slow(run, frame, units, label)
    if quick:  # the third is a df so far
        found[:, 2] = 2 * student.sf(np.abs(found[:, 0]) / np.maximum(found[:, 1], 1e-300), found[:, 2])
    counts = {"draws": draws, "rows": frame.rows, **({str(unit): units.count} if units else {})}
    return _judged(found, level, counts, said=(unit or "row", name))


def _layer_of(units: Groups | None, layers: Groups | None, rows: int) -> Ints:
    """Give the stratum of each unit; refuse a unit in several."""
    count = rows if units is None else units.count
    if count < 4:
        raise BadInput(f"{count} units", where="unit", allowed="four units or more")
    if layers is None:
        return np.zeros(count, np.int64)
    code = np.arange(rows) if units is None else units.codes
    pairs = distinct(code * layers.count + layers.codes)
    if len(pairs) > count:
        raise BadInput(f"{len(pairs) - count} units are in more than one stratum", where="strata",
                       allowed="strata of whole units")  # fmt: skip
    return np.asarray(pairs % layers.count)


def _planned(
    outcome: str, clusters: str | None, covariates: tuple[str, ...], weights: str | None, adjust: str, correction: str
) -> Analysis:
    def run(frame: Frame) -> Estimate:
        return difference(frame, outcome=outcome, treatment=ARM, clusters=clusters, covariates=covariates,
                          weights=weights, adjust=adjust, correction=correction)  # fmt: skip

    return run


def _slow(run: Analysis, frame: Frame, units: Groups | None, label: Ints) -> tuple[float, float, float]:
    made = run(_labelled(frame, units, label))
    if made.p_value is None:
        raise BadInput("the analysis gives no p-value", where="analyse", allowed="an Estimate with one")
    return made.value, made.standard_error or 0.0, made.p_value


def _labelled(frame: Frame, units: Groups | None, label: Ints) -> Frame:
    return Frame(frame.table.append_column(ARM, pa.array(label if units is None else label[units.codes])))


def _judged(found: Floats, level: float, counts: dict[str, int], *, said: tuple[str, str]) -> Estimate:
    values, errors, p_values = found.T
    draws, alpha = len(p_values), 1 - level
    alarms = int((p_values < alpha).sum())
    low, high = share_between(alarms, draws, 0.95)
    p_value = float(binomtest(alarms, draws, alpha).pvalue)
    unit, correction = said
    spread = float(values.std(ddof=1))
    promised = float(np.sqrt((errors**2).mean()))
    uniform, of_mean = float(kstest(p_values, "uniform").pvalue), spread / draws**0.5
    made = [
        Diagnostic("p-values are uniform", uniform, "p of Kolmogorov and Smirnov", uniform >= _ALARM),
        Diagnostic("mean of the estimates", float(values.mean()), f"its own standard error is {of_mean:.2g}",
                   bool(abs(values.mean()) <= 4 * of_mean)),
    ]  # fmt: skip
    warnings = []
    if promised > 0:
        ratio = spread / promised
        # The variance of so many draws is known as that of a chi-square.
        ends = [ratio * float(np.sqrt((draws - 1) / chi2.ppf(tail, draws - 1))) for tail in (0.9995, 0.0005)]
        made.append(Diagnostic("spread over standard error", ratio, "how many times standard errors are too small",
                               ends[0] <= 1 <= ends[1]))  # fmt: skip
        if ends[0] > 1:
            warnings.append(f"standard errors are too small by {ratio:.2g} times: labels go to whole values of {unit}; "
                            "is that the level at which standard errors are made?")  # fmt: skip
    if p_value < _ALARM and alarms > alpha * draws:
        warnings.append(f"of {draws} sets of labels that change nothing, {alarms / draws:.0%} are called an effect, "
                        f"not {alpha:.0%}")  # fmt: skip
    return Estimate(
        f"share of relabelled data in which the analysis finds an effect at {alpha:.2g}", alarms / draws, low, high,
        0.95, "audit by relabelling", p_value=p_value, correction=correction, counts=counts,
        assumes=("the data hold no effect of a treatment: a time without one, or one arm",
                 f"labels are given as the experiment would: to each {unit} by chance"),
        diagnostics=tuple(made), warnings=tuple(warnings),
    )  # fmt: skip
