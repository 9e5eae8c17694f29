"""What does a treatment do that everybody gets from a line on, told by those just below and just above it?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import norm

from liveloop.base.errors import BadInput
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import read_frame
from liveloop.estimate.result import Convention, Diagnostic, Estimate, convention, interval
from liveloop.estimate.threshold.bandwidth import RULES, Bandwidths, Setting, choose_bandwidths
from liveloop.estimate.threshold.density import choose_density_bandwidths, density_at
from liveloop.estimate.threshold.freedom import cluster_freedom
from liveloop.estimate.threshold.jump import Jump, find_jump, spread_by, stacked
from liveloop.estimate.threshold.kernels import known_kernel
from liveloop.estimate.threshold.local import CLUSTERS, CORRECTIONS, Side
from liveloop.estimate.threshold.ratio import anderson_rubin
from liveloop.estimate.threshold.sides import Columns, read_sides, repeated_share, taken_up

INFERENCE = ("robust", "conventional", "anderson-rubin")
_MASS = 0.2  # share of rows that repeat a value, from which it is said
_FEW = 20
_WEAK = 10.0  # first-stage F; below it a ratio is far from normal


@dataclass(frozen=True, eq=False)
class Study:
    """All that one analysis is made of: sides, bandwidths, fits, and the jump."""

    below: Side
    above: Side
    bandwidths: Bandwidths
    setting: Setting
    jump: Jump
    kind: str
    df: float | None
    plain_df: float | None


def discontinuity(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    running: str,
    cutoff: float = 0.0,
    treatment: str | None = None,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    order: int = 1,
    bias_order: int | None = None,
    derivative: int = 0,
    kernel: str = "triangular",
    bandwidth: str | float | tuple[float, float] = "mserd",
    bias_bandwidth: float | tuple[float, float] | None = None,
    donut: float = 0.0,
    correction: str = "",
    neighbours: int = 3,
    sharp_bandwidth: bool = False,
    mass_points: bool = True,
    regularise: float = 1.0,
    inference: str = "robust",
    level: float = 0.95,
) -> Estimate:
    """Estimate the effect at a cutoff by local polynomials.

    `value` is the estimate whose squared error is smallest, `standard_error` its own. The interval and the p-value are
    of the same estimate less its bias, and count that the bias is estimated too: so the interval is not centred at
    `value`. All figures that go with it stand in `conventions`.

    Parameters
    ----------
    data
        A data frame of pandas or polars, an Arrow table, a DuckDB relation, a mapping of columns, or a file.
    outcome, running, cutoff
        The outcome, and the column whose value decides the treatment, from `cutoff` on.
    treatment
        The treatment that was taken up, where it is not all from the cutoff on and none below it: the effect is then
        that on those whom crossing moves, the jump of the outcome over that of the treatment. Of two values or a dose.
    clusters
        The column whose values rows share.
    covariates
        Columns of numbers known before the treatment. They sharpen the estimate and do not change what it is of.
    weights
        A column of weights, which multiply the kernel's.
    order, bias_order
        Of the polynomial, and of the one that tells its bias; `order + 1` by default.
    derivative
        0 for the jump of the mean; 1 for the change of its slope, as in a kink design.
    kernel
        "triangular", "epanechnikov" or "uniform".
    bandwidth
        A rule (see `choose_bandwidths`), a number, or one below and one above the cutoff.
    bias_bandwidth
        Of the bias; by the rule, or equal to `bandwidth` where that is a number.
    donut
        Rows nearer to the cutoff than this are left out.
    correction
        "NN" by default, by the `neighbours` nearest neighbours; "CR2" with the df of Bell and McCaffrey where there are
        clusters, which may lie on both sides; also `HC0` to `HC3`, `CR0`, `CR1`, `CR3`.
    sharp_bandwidth
        Whether the bandwidth of a fuzzy design is that of the outcome's jump.
    mass_points
        Whether rows of one value count as one where the bandwidth is chosen.
    regularise
        How much the doubt about the bias counts in the bandwidth; 0 gives larger ones.
    inference
        "robust", "conventional" (no bias taken off) or "anderson-rubin" (fuzzy; covers however weak the first stage
        is).

    Raises
    ------
    BadInput
        When a column is not there, is missing in some rows, a side is empty, too few values lie within the bandwidth,
        or the treatment does not jump.

    Examples
    --------
    The mean bends and does not jump. A straight line over all rows sees a jump, the local one does not:

    >>> from liveloop.base.seeds import normals, uniforms
    >>> x = 2 * uniforms(1, "x", range(2000)) - 1
    >>> y = np.sin(3 * x) + 0.3 * normals(1, "y", range(2000))
    >>> local = discontinuity({"x": x, "y": y}, outcome="y", running="x")
    >>> straight = discontinuity({"x": x, "y": y}, outcome="y", running="x", bandwidth=1.0, kernel="uniform",
    ...                          inference="conventional")
    >>> local.excludes_zero, straight.excludes_zero, round(straight.value, 1)
    (False, True, 1.1)

    Source: Calonico, Cattaneo and Titiunik (2014), doi:10.3982/ECTA11757; Calonico, Cattaneo, Farrell and Titiunik
    (2019), doi:10.1162/rest_a_00760; Feir, Lemieux and Marmer (2016), doi:10.1080/07350015.2015.1024836.
    """
    columns = Columns(outcome, running, treatment, clusters, tuple(covariates), weights)
    frame = read_frame(data, columns.named)
    below, above = read_sides(frame, columns, cutoff, donut)
    setting = Setting(
        order, order + 1 if bias_order is None else bias_order, known_kernel(kernel), derivative,
        chosen_correction(correction, clustered=clusters is not None), neighbours, sharp_bandwidth=sharp_bandwidth,
        mass_points=mass_points, regularise=regularise,
    )  # fmt: skip
    study = study_of(below, above, setting, bandwidth, bias_bandwidth, fuzzy=treatment is not None)
    _known_inference(inference, study)
    said = _what(columns, cutoff, study, derivative)
    value = -study.jump.value if study.kind == "turned" else study.jump.value
    low, high, p_value = _interval(study, inference, level)
    return Estimate(
        said, value, low, high, level, _method(study, inference),
        standard_error=study.jump.error, p_value=p_value,
        df=study.plain_df if inference == "conventional" else study.df, correction=study.setting.correction,
        counts=_counts(columns, study, frame.rows), assumes=_assumes(columns, study),
        diagnostics=_diagnostics(study, level), warnings=_warnings(study, inference),
        conventions=_conventions(study, level),
    )  # fmt: skip


def chosen_correction(correction: str, *, clustered: bool) -> str:
    """Give the correction: that asked for, else CR2 or NN; refuse one by clusters where there are none.

    Examples
    --------
    >>> chosen_correction("", clustered=True), chosen_correction("HC1", clustered=False)
    ('CR2', 'HC1')
    """
    if not correction:
        return "CR2" if clustered else "NN"
    one_of(correction, "correction", CORRECTIONS)
    if (correction in CLUSTERS) != clustered:
        raise BadInput(f"{correction} {'takes rows for independent' if clustered else 'needs clusters'}",
                       where="correction" if clustered else "clusters",
                       allowed=", ".join(CLUSTERS) if clustered else "the column whose values rows share")  # fmt: skip
    return correction


def study_of(
    below: Side,
    above: Side,
    setting: Setting,
    bandwidth: str | float | tuple[float, float] = "mserd",
    bias_bandwidth: float | tuple[float, float] | None = None,
    *,
    fuzzy: bool = False,
) -> Study:
    """Choose bandwidths and find the jump; numbers only, for many replicates and for checks at other places."""
    _known_orders(setting)
    _refuse_one_cluster(below, above)
    kind = taken_up(below, above) if fuzzy else "sharp"
    if fuzzy and kind != "fuzzy":
        below, above = (replace(side, columns=np.delete(side.columns, 1, axis=1)) for side in (below, above))
    setting = replace(setting, fuzzy=kind == "fuzzy")
    if setting.fuzzy and any(np.ptp(side.columns[:, 1]) == 0 for side in (below, above)):
        setting = replace(setting, sharp_bandwidth=True)  # one-sided: the ratio of one side alone has no spread
    widths = _widths(below, above, setting, bandwidth, bias_bandwidth)
    jump = find_jump(below, above, widths, setting)
    df, plain_df = None, None
    if setting.correction in CLUSTERS:
        df, plain_df = _freedom(jump, setting, robust=True), _freedom(jump, setting, robust=False)
    return Study(below, above, widths, setting, jump, kind, df, plain_df)


def _known_orders(setting: Setting) -> None:
    if not 0 <= setting.derivative <= setting.order < setting.bias_order:
        raise BadInput(f"derivative {setting.derivative}, order {setting.order}, bias order {setting.bias_order}",
                       where="order", allowed="derivative <= order < bias order")  # fmt: skip


def _refuse_one_cluster(below: Side, above: Side) -> None:
    if below.clusters is None or above.clusters is None:
        return
    number = len(np.unique(np.concatenate([below.clusters, above.clusters])))
    if number < 2:
        raise BadInput(f"{number} cluster in all", where="clusters", allowed="two clusters or more")


def _widths(
    below: Side,
    above: Side,
    setting: Setting,
    bandwidth: str | float | tuple[float, float],
    bias_bandwidth: float | tuple[float, float] | None,
) -> Bandwidths:
    bias = None if bias_bandwidth is None else _two(bias_bandwidth, "bias_bandwidth")
    if isinstance(bandwidth, str):
        made = choose_bandwidths(below, above, setting, bandwidth)
        return made if bias is None else replace(made, bias_below=bias[0], bias_above=bias[1])
    own = _two(bandwidth, "bandwidth")
    return Bandwidths(*own, *(bias or own))


def _two(bandwidth: float | tuple[float, float], name: str) -> tuple[float, float]:
    below, above = bandwidth if isinstance(bandwidth, (tuple, list)) else (bandwidth, bandwidth)
    if not (0 < below < math.inf and 0 < above < math.inf):
        raise BadInput(f"a bandwidth of {below:g} below and {above:g} above", where=name,
                       allowed=f"numbers above 0, or a rule: {', '.join(RULES)}")  # fmt: skip
    return float(below), float(above)


def _freedom(jump: Jump, setting: Setting, *, robust: bool) -> float:
    """Give the df of a standard error: by Satterthwaite for CR2, else clusters within the bandwidth less 1."""
    parts = stacked(jump, setting, robust=robust)
    number = len(np.unique(parts.clusters))
    if number < 2:
        raise BadInput(f"{number} cluster within the bandwidth", where="clusters", allowed="two clusters or more")
    if setting.correction != "CR2":
        return float(number - 1)
    return cluster_freedom(parts.picks, parts.basis, parts.inverse, parts.weights, parts.clusters)


def _known_inference(inference: str, study: Study) -> None:
    one_of(inference, "inference", INFERENCE)
    if inference == "anderson-rubin" and study.kind != "fuzzy":
        raise BadInput("Anderson-Rubin is of a fuzzy design; here crossing the cutoff settles the treatment",
                       where="inference", allowed="robust, conventional")  # fmt: skip


def _interval(study: Study, inference: str, level: float) -> tuple[float, float, float]:
    jump = study.jump
    df = study.plain_df if inference == "conventional" else study.df
    if inference == "anderson-rubin":
        assert jump.reduced is not None
        return anderson_rubin(jump.reduced, df, level)
    middle, error = (jump.corrected, jump.robust_error) if inference == "robust" else (jump.value, jump.error)
    low, high, p_value = interval(middle, error, df, level)
    return (-high, -low, p_value) if study.kind == "turned" else (low, high, p_value)


def _what(columns: Columns, cutoff: float, study: Study, derivative: int) -> str:
    place = f"at {columns.running} = {cutoff:g}"
    moved = {0: "jump of the mean", 1: "change of the slope"}.get(derivative, f"change of derivative {derivative}")
    if study.kind == "fuzzy":
        return (f"effect of {columns.treatment} on {columns.outcome} {place}, on those whom crossing moves "
                f"({moved} over that of {columns.treatment})")  # fmt: skip
    side = "below minus above" if study.kind == "turned" else "above minus below"
    return f"{moved} of {columns.outcome} {place}, {side}"


def _method(study: Study, inference: str) -> str:
    order = {0: "constant", 1: "linear", 2: "quadratic"}.get(study.setting.order, f"order {study.setting.order}")
    said = {"robust": "robust bias-corrected interval", "conventional": "conventional interval",
            "anderson-rubin": "Anderson-Rubin interval"}[inference]  # fmt: skip
    fuzzy = "fuzzy, " if study.kind == "fuzzy" else ""
    return f"local {order}, {fuzzy}{study.setting.kernel} kernel, {said}"


def _counts(columns: Columns, study: Study, rows: int) -> dict[str, int]:
    made = {"rows": rows, "rows below": len(study.below.x), "rows above": len(study.above.x),
            "within the bandwidth below": study.jump.rows[0],
            "within the bandwidth above": study.jump.rows[1]}  # fmt: skip
    if columns.clusters:
        made[f"{columns.clusters} within the bandwidth"] = len(np.unique(stacked(study.jump, study.setting).clusters))
    return made


def _assumes(columns: Columns, study: Study) -> tuple[str, ...]:
    made = ["without the treatment the mean outcome would run smoothly through the cutoff",
            f"nobody could place themselves on a side of {columns.running} exactly"]  # fmt: skip
    if study.kind == "fuzzy":
        made += ["crossing moves the treatment of nobody the other way",
                 "crossing moves the outcome through the treatment alone"]  # fmt: skip
    if columns.covariates:
        made.append("the covariates were settled before the treatment, so that they do not jump")
    return tuple(made)


def _diagnostics(study: Study, level: float) -> tuple[Diagnostic, ...]:
    jump, widths = study.jump, study.bandwidths
    made = [
        Diagnostic("bandwidth below", widths.below, "in units of the running variable"),
        Diagnostic("bandwidth above", widths.above, "in units of the running variable"),
        Diagnostic("bias bandwidth below", widths.bias_below, "in units of the running variable"),
        Diagnostic("bias bandwidth above", widths.bias_above, "in units of the running variable"),
        Diagnostic("estimated bias", (jump.value - jump.corrected) * (-1 if study.kind == "turned" else 1),
                   "of the value, by the polynomial of higher order"),
        Diagnostic("rows that repeat a value", repeated_share((study.below, study.above)),
                   "share of rows on the worse side"),
    ]  # fmt: skip
    if jump.first_corrected is not None and jump.first is not None and jump.first_error:
        strength = (jump.first_corrected / jump.first_error) ** 2
        made += [Diagnostic("first stage", jump.first, "jump of the treatment"),
                 Diagnostic("first stage F", strength, "squared t of that jump less its bias; below 10 the interval of "
                            "Anderson and Rubin is the safer one", strength >= _WEAK)]  # fmt: skip
    return (*made, *_piled(study, level))


def _piled(study: Study, level: float) -> tuple[Diagnostic, ...]:
    """Test whether rows pile up on a side, where there are rows enough for it."""
    x = np.concatenate([study.below.x, study.above.x])
    try:
        made = density_at(x, choose_density_bandwidths(x, 2, study.setting.kernel), 3, study.setting.kernel)
    except BadInput:
        return ()
    if made.error <= 0:
        return ()
    p_value = float(2 * norm.sf(abs(made.above - made.below) / made.error))
    said = "p of the null that the density of the running variable does not jump; see density_jump"
    return (Diagnostic("density jumps, p", p_value, said, p_value >= 1 - level),)


def _warnings(study: Study, inference: str) -> tuple[str, ...]:
    said = []
    share = repeated_share((study.below, study.above))
    if share >= _MASS:
        points = min(len(study.below.points), len(study.above.points))
        said.append(f"{share:.0%} of rows on a side repeat a value of the running variable ({points} different "
                    "values): local polynomials need many values near the cutoff")  # fmt: skip
    if min(study.jump.rows) < _FEW:
        said.append(f"only {min(study.jump.rows)} rows within the bandwidth on one side")
    if study.df is not None and study.df < _FEW:
        said.append(f"few clusters matter near the cutoff: {study.df:.1f} degrees of freedom")
    first = study.jump
    if first.first_corrected is not None and first.first_error and inference != "anderson-rubin":
        strength = (first.first_corrected / first.first_error) ** 2
        if strength < _WEAK:
            said.append(f"weak first stage (F {strength:.1f}): the interval covers less than it says; "
                        "ask for inference='anderson-rubin'")  # fmt: skip
    return tuple(said)


def _conventions(study: Study, level: float) -> tuple[Convention, ...]:
    jump, sign = study.jump, -1 if study.kind == "turned" else 1
    value, less_bias = sign * jump.value, sign * jump.corrected
    made = [
        convention("robust bias-corrected", less_bias, jump.robust_error, study.df, level),
        convention("bias-corrected", less_bias, jump.error, study.df, level),
        convention("conventional", value, jump.error, study.plain_df, level),
    ]
    others = ("CR1",) if study.setting.correction in CLUSTERS else ("NN", "HC1", "HC3")
    for name in others:
        if name != study.setting.correction:
            error = spread_by(jump, replace(study.setting, correction=name))
            df = float(len(np.unique(stacked(jump, study.setting).clusters)) - 1) if name == "CR1" else None
            made.append(convention(f"robust, {name}", less_bias, error, df, level))
    if study.setting.correction in CLUSTERS:
        error = spread_by(jump, replace(study.setting, correction="CR1", apart=True))
        made.append(convention("robust, CR1, sides apart, normal", less_bias, error, None, level))
    return tuple(made)
