"""Is there a jump where none can be: in what was settled before, or at cutoffs where nothing happens?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import chi2

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import read_frame
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, normal_estimate
from liveloop.estimate.threshold.bandwidth import Setting
from liveloop.estimate.threshold.discontinuity import Study, chosen_correction, discontinuity, study_of
from liveloop.estimate.threshold.jump import Jump
from liveloop.estimate.threshold.kernels import known_kernel
from liveloop.estimate.threshold.local import CLUSTERS, Side
from liveloop.estimate.threshold.sides import Columns, read_sides


def covariate_jumps(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    covariates: Sequence[str],
    running: str,
    cutoff: float = 0.0,
    clusters: str | None = None,
    weights: str | None = None,
    order: int = 1,
    kernel: str = "triangular",
    bandwidth: str | float | tuple[float, float] = "mserd",
    correction: str = "",
    level: float = 0.95,
) -> Estimates:
    """Test whether covariates jump at the cutoff, each and all of them together.

    Each has bandwidths of its own. The joint test knows that the covariates of one row, or cluster, go together.

    Raises
    ------
    BadInput
        As in `discontinuity`, or when no covariate is named.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> x, z = normals(1, "x", range(900)), normals(1, "z", range(900))
    >>> made = covariate_jumps({"x": x, "z": z, "w": z + (x >= 0)}, covariates=["z", "w"], running="x")
    >>> made["z"].excludes_zero, made["w"].excludes_zero, made.joint_p_value < 0.05
    (False, True, True)

    Source: Lee (2008), doi:10.1016/j.jeconom.2007.05.004.
    """
    if not covariates:
        raise BadInput("no covariate is named", where="covariates", allowed="one column or more")
    columns = Columns(covariates[0], running, None, clusters, tuple(covariates[1:]), weights)
    frame = read_frame(data, columns.named)
    below, above = read_sides(frame, columns, cutoff)
    setting = Setting(order, order + 1, known_kernel(kernel),
                      correction=chosen_correction(correction, clustered=clusters is not None))  # fmt: skip
    studies = [
        study_of(_only(below, at), _only(above, at), setting, bandwidth) for at in range(len(covariates))
    ]  # fmt: skip
    rows = {
        name: _estimate(f"jump of {name} at {running} = {cutoff:g}", study, level)
        for name, study in zip(covariates, studies, strict=True)
    }
    covariance = _covariance([one.jump for one in studies], (below, above), clustered=setting.correction in CLUSTERS)
    values = np.array([one.value for one in rows.values()])
    joint = float(values @ np.linalg.pinv(covariance, hermitian=True) @ values)
    rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
    p_value = float(chi2.sf(joint, max(rank, 1)))
    return Estimates(
        f"jumps of covariates at {running} = {cutoff:g}", rows, tuple(tuple(map(float, row)) for row in covariance),
        p_value, (Diagnostic("covariates jump together, p", p_value, "of the null that none jumps; chi squared",
                             p_value >= 1 - level),),
    )  # fmt: skip


def placebo_cutoffs(
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    running: str,
    cutoffs: Sequence[float],
    cutoff: float = 0.0,
    **changes: Any,  # noqa: ANN401 - further arguments of `discontinuity`
) -> Estimates:
    """Estimate jumps at cutoffs where nothing happens, from the rows on that side of the true one alone.

    Raises
    ------
    BadInput
        As in `discontinuity`, or when a placebo is the true cutoff.

    Examples
    --------
    >>> from liveloop.base.seeds import normals, uniforms
    >>> x = 2 * uniforms(1, "x", range(2000)) - 1
    >>> y = x + (x >= 0) + 0.3 * normals(1, "y", range(2000))
    >>> made = placebo_cutoffs({"x": x, "y": y}, outcome="y", running="x", cutoffs=[-0.5, 0.5])
    >>> [one.excludes_zero for one in made.rows.values()]
    [False, False]
    """
    if not cutoffs:
        raise BadInput("no cutoff is named", where="cutoffs", allowed="one number or more")
    frame = read_frame(data)
    x = frame.numbers(running, "running variable")
    rows: dict[str, Estimate] = {}
    for place in cutoffs:
        if place == cutoff:
            raise BadInput(f"{place:g} is the true cutoff", where="cutoffs", allowed="other values")
        kept = x < cutoff if place < cutoff else x >= cutoff
        rows[f"{place:g}"] = discontinuity(
            frame.taking(kept), outcome=outcome, running=running, cutoff=float(place), **changes
        )
    return Estimates(f"jumps of {outcome} where nothing happens", rows)


def by_bandwidth(
    data: Any,  # noqa: ANN401 - any table
    *,
    factors: Sequence[float] = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    **arguments: Any,  # noqa: ANN401 - arguments of `discontinuity`
) -> Estimates:
    """Estimate the jump with smaller and larger bandwidths than the chosen one, the bias's in proportion.

    Examples
    --------
    A bend that is taken for a jump grows with the bandwidth:

    >>> from liveloop.base.seeds import normals, uniforms
    >>> x = 2 * uniforms(1, "x", range(2000)) - 1
    >>> table = {"x": x, "y": np.sin(3 * x) + 0.3 * normals(1, "y", range(2000))}
    >>> made = by_bandwidth(table, outcome="y", running="x", factors=[1, 2, 4])
    >>> [round(one.value, 1) for one in made.rows.values()]
    [0.1, 0.2, 0.7]
    """
    chosen = discontinuity(data, **arguments)
    found = {one.name: one.value for one in chosen.diagnostics}
    rest = {name: value for name, value in arguments.items() if name not in ("bandwidth", "bias_bandwidth")}
    rows = {}
    for factor in factors:
        if factor <= 0:
            raise BadInput(f"a factor of {factor:g}", where="factors", allowed="numbers above 0")
        widths = found["bandwidth below"] * factor, found["bandwidth above"] * factor
        bias = found["bias bandwidth below"] * factor, found["bias bandwidth above"] * factor
        rows[f"{factor:g} times"] = discontinuity(data, bandwidth=widths, bias_bandwidth=bias, **rest)
    return Estimates(f"{chosen.what}, by bandwidth", rows)


def by_donut(
    data: Any,  # noqa: ANN401 - any table
    *,
    donuts: Sequence[float],
    **arguments: Any,  # noqa: ANN401 - arguments of `discontinuity`
) -> Estimates:
    """Estimate the jump without the rows nearest to the cutoff, which are those that somebody could have moved."""
    rest = {name: value for name, value in arguments.items() if name != "donut"}
    rows = {f"{donut:g}": discontinuity(data, donut=float(donut), **rest) for donut in (0.0, *donuts)}
    return Estimates(f"{rows['0'].what}, without rows nearer than", rows)


def _only(side: Side, at: int) -> Side:
    return replace(side, columns=side.columns[:, at : at + 1])


def _estimate(what: str, study: Study, level: float) -> Estimate:
    jump = study.jump
    return normal_estimate(
        what, jump.corrected, jump.robust_error, df=study.df, level=level, method="local polynomial less its bias",
        correction=study.setting.correction,
        counts={"within the bandwidth below": jump.rows[0], "within the bandwidth above": jump.rows[1]},
        assumes=("before the treatment the covariate runs smoothly through the cutoff",),
    )  # fmt: skip


def _covariance(jumps: Sequence[Jump], sides: tuple[Side, Side], *, clustered: bool) -> Floats:
    """Give the covariance of several jumps from what each row, or cluster, adds to each of them."""
    made = []
    for jump in jumps:
        parts = []
        for side, window, scores in zip(sides, jump.windows, jump.scores, strict=True):
            whole = np.zeros(len(side.x))
            whole[np.isin(side.x, window.fit.side.x)] = scores
            parts.append(whole)
        made.append(np.concatenate(parts))
    table = np.column_stack(made)
    if not clustered:
        return np.asarray(table.T @ table)
    codes = np.concatenate([one.clusters for one in sides if one.clusters is not None])
    sums = np.zeros((int(codes.max()) + 1, len(jumps)))
    np.add.at(sums, codes, table)
    return np.asarray(sums.T @ sums)
