"""Do rows pile up on one side of the cutoff, as they do when somebody chose the side?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import read_frame
from liveloop.estimate.result import Diagnostic, Estimate, convention, normal_estimate
from liveloop.estimate.threshold.kernels import POLYNOMIALS, kernel_weights, known_kernel
from liveloop.estimate.threshold.sides import both_sides

RULES = ("comb", "diff", "sum", "each")
_LEAST = 20


@dataclass(frozen=True)
class DensityJump:
    """The density on both sides of the cutoff, and the standard errors of each side and of the difference."""

    below: float
    above: float
    error_below: float
    error_above: float
    error: float
    rows: tuple[int, int]


def density_jump(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    running: str,
    cutoff: float = 0.0,
    order: int = 2,
    kernel: str = "triangular",
    bandwidth: str | float | tuple[float, float] = "comb",
    level: float = 0.95,
) -> Estimate:
    """Test whether the density of the running variable jumps at the cutoff.

    Parameters
    ----------
    data
        A data frame of pandas or polars, an Arrow table, a DuckDB relation, a mapping of columns, or a file.
    running, cutoff
        The column whose value decides the treatment, and from which value on.
    order
        Of the polynomial for which the bandwidth is best; the test uses one order more, so that bias does not reject.
    bandwidth
        A number, one for each side, or a rule: "diff" and "sum" are best for the difference and the sum of both
        densities, "each" for each alone, "comb" the median of the three.

    Raises
    ------
    BadInput
        When a side has no rows, or too few different values.

    Examples
    --------
    Half of those just below the line were lifted above it. The means say nothing of it, the density does:

    >>> from liveloop.base.seeds import flips, normals
    >>> x = normals(1, "score", range(3000))
    >>> lifted = np.where((-0.3 < x) & (x < 0) & flips(1, "lift", range(3000), 0.5), -x, x)
    >>> density_jump({"x": x}, running="x").p_value > 0.05, density_jump({"x": lifted}, running="x").p_value < 0.01
    (True, True)

    Source: Cattaneo, Jansson and Ma (2020), doi:10.1080/01621459.2019.1635480; McCrary (2008),
    doi:10.1016/j.jeconom.2007.05.005, for the idea.
    """
    known_kernel(kernel)
    if order < 1:
        raise BadInput(f"a polynomial of order {order}", where="order", allowed="1 or more")
    frame = read_frame(data, [running])
    x = np.sort(frame.numbers(running, "running variable")) - cutoff
    both_sides(x, running, cutoff, least=2)
    widths = _bandwidths(x, order, kernel, bandwidth)
    made = density_at(x, widths, order + 1, kernel)
    if made.error <= 0:
        raise BadInput("the density has no standard error here", where="bandwidth", allowed="a larger bandwidth")
    plain = density_at(x, widths, order, kernel)
    repeated = 1 - len(np.unique(x)) / len(x)
    value = made.above - made.below
    return normal_estimate(
        f"jump of the density of {running} at {cutoff:g}", value, made.error, level=level,
        method=f"local polynomial density of order {order + 1}, {kernel} kernel", correction="jackknife",
        counts={"rows": len(x), "rows below": int((x < 0).sum()), "rows above": int((x >= 0).sum()),
                "within the bandwidth below": made.rows[0], "within the bandwidth above": made.rows[1]},
        assumes=("without manipulation the density of the running variable is smooth at the cutoff",),
        diagnostics=(
            Diagnostic("density below", made.below, "at the cutoff, from below"),
            Diagnostic("density above", made.above, "at the cutoff, from above"),
            Diagnostic("bandwidth below", widths[0], "in units of the running variable"),
            Diagnostic("bandwidth above", widths[1], "in units of the running variable"),
        ),
        warnings=_warnings(repeated, made),
        conventions=(convention(f"order {order}, without bias correction", plain.above - plain.below, plain.error,
                                None, level),),
    )  # fmt: skip


def _warnings(repeated: float, made: DensityJump) -> tuple[str, ...]:
    said = []
    if repeated > 0:
        said.append(f"{repeated:.0%} of rows repeat a value of the running variable: rounding piles rows up too")
    if min(made.rows) < _LEAST:
        said.append(f"only {min(made.rows)} rows within the bandwidth on one side")
    return tuple(said)


def _bandwidths(
    x: Floats, order: int, kernel: str, bandwidth: str | float | tuple[float, float]
) -> tuple[float, float]:
    if isinstance(bandwidth, str):
        if bandwidth not in RULES:
            raise BadInput(f"no rule {bandwidth!r}", where="bandwidth", allowed=f"{', '.join(RULES)}, a number, or two")
        return choose_density_bandwidths(x, order, kernel, bandwidth)
    below, above = bandwidth if isinstance(bandwidth, (tuple, list)) else (bandwidth, bandwidth)
    if min(below, above) <= 0:
        raise BadInput(f"a bandwidth of {min(below, above):g}", where="bandwidth", allowed="numbers above 0")
    return float(below), float(above)


def _at(x: Floats, widths: tuple[float, float], order: int, kernel: str) -> tuple[Floats, Floats, tuple[int, int]]:
    """Fit a polynomial in x to the distribution function on each side.

    Coefficients [side, power], their covariance [side, power, side, power], and the rows of each side.
    """
    inside = (x >= -widths[0]) & (x <= widths[1])
    window, above = x[inside], x[inside] >= 0
    share = np.searchsorted(x, window, side="right") - 1.0
    share /= len(x) - 1
    width = np.where(above, widths[1], widths[0])
    weights = kernel_weights(window / width, 1.0, kernel) / width
    for name, side in (("below", ~above), ("above", above)):
        points = len(np.unique(window[side & (weights > 0)]))
        if points <= order:
            raise BadInput(f"only {points} different values {name} the cutoff within the bandwidth",
                           where="bandwidth", allowed=f"at least {order + 1}")  # fmt: skip
    powers = np.vander(window / width, order + 1, increasing=True)
    basis = np.hstack([powers * ~above[:, None], powers * above[:, None]])
    weighted = basis * weights[:, None]
    try:
        inverse = np.linalg.inv(weighted.T @ basis)
    except np.linalg.LinAlgError as error:
        raise BadInput(f"no polynomial of order {order} can be fitted to the distribution function", where="bandwidth",
                       allowed="a larger bandwidth, or a lower order") from error  # fmt: skip
    scale = np.concatenate([one ** -np.arange(order + 1.0) for one in widths])
    later = np.vstack([np.cumsum(weighted[::-1], axis=0)[::-1][1:], np.zeros(2 * order + 2)])
    first = np.searchsorted(window, window, side="left")
    # What a row adds to the distribution function it adds to all later rows; its own value counts among them.
    pulls = later[first] / (len(x) - 1)
    turned = inverse * scale[:, None]
    covariance = turned @ (pulls.T @ pulls) @ turned.T
    beta = scale * (inverse @ (weighted.T @ share))
    counts = int((~above).sum()), int(above.sum())
    return beta.reshape(2, -1), covariance.reshape(2, order + 1, 2, order + 1), counts


def density_at(x: Floats, widths: tuple[float, float], order: int, kernel: str) -> DensityJump:
    """Estimate the density at 0 from both sides: the slope of a polynomial fitted to the distribution function.

    Parameters
    ----------
    x
        Running variable minus cutoff, in ascending order.
    """
    beta, covariance, counts = _at(x, widths, order, kernel)
    own = covariance[0, 1, 0, 1], covariance[1, 1, 1, 1]
    spread = own[0] + own[1] - 2 * covariance[0, 1, 1, 1]
    errors = [math.sqrt(max(0.0, float(one))) for one in (*own, spread)]
    return DensityJump(float(beta[0, 1]), float(beta[1, 1]), errors[0], errors[1], errors[2], counts)


def choose_density_bandwidths(x: Floats, order: int, kernel: str, rule: str = "comb") -> tuple[float, float]:
    """Choose the bandwidth that makes the mean squared error of the density at 0 smallest, below and above.

    The variance is estimated at a first bandwidth, the bias by a derivative at another; both are those that would be
    best for a normal distribution of the same mean and spread.
    """
    p, rows = order, len(x)
    mean, spread = float(x.mean()), float(x.std(ddof=1))
    unique = np.unique(x)
    below, above = -unique[unique < 0][::-1], unique[unique >= 0]
    reach = float(np.abs(unique).max())
    rows_below, rows_above = -x[x < 0][::-1], x[x >= 0]

    def least(count: int) -> tuple[float, float]:
        return (
            max(_nth(below, count), _nth(rows_below, count)), max(_nth(above, count), _nth(rows_above, count)),
        )  # fmt: skip

    def first(fitted: int, derivative: int, many: float, rate: int) -> float:
        z = mean / spread
        height = _hermite(fitted, z) ** 2 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        return float((many * _normal_constant(fitted, derivative) / max(height, 1e-12) / rows) ** (1 / rate) * spread)

    for_bias = first(p + 2, p + 1, (2 * p + 1) / 4, 2 * p + 5)
    for_variance = first(p, 1, 1 / (2 * p), 2 * p + 1)
    for_bias = max(min(for_bias, reach), *least(20 + p + 3))
    for_variance = max(min(for_variance, reach), *least(20 + p + 1))
    curves = _at(x, (for_bias, for_bias), p + 2, kernel)[0][:, p + 1]
    covariance = _at(x, (for_variance, for_variance), p, kernel)[1][:, 1, :, 1]
    cross = 2 * covariance[0, 1]
    total = covariance[0, 0] + covariance[1, 1]
    variances = rows * for_variance * np.array([covariance[0, 0], covariance[1, 1], total - cross, total + cross])
    constant = _bias_constant(p, kernel)
    biases = np.array([curves[0] * (-1) ** p, curves[1]]) * constant
    all_biases = np.array([biases[0], biases[1], biases[1] - biases[0], biases[1] + biases[0]])
    made = (variances / np.maximum(all_biases**2, 1e-300) / (2 * p * rows)) ** (1 / (2 * p + 1))
    floor = least(20 + p + 1)
    tops = (float(below[-1]), float(above[-1]), reach, reach)
    floors = (floor[0], floor[1], max(floor), max(floor))
    made = np.maximum(np.minimum(made, tops), floors)
    return {
        "each": (made[0], made[1]), "diff": (made[2], made[2]), "sum": (made[3], made[3]),
        "comb": (float(np.median(made[[0, 2, 3]])), float(np.median(made[[1, 2, 3]]))),
    }[rule]  # fmt: skip


def _nth(sorted_values: Floats, count: int) -> float:
    return float(sorted_values[min(count, len(sorted_values)) - 1])


def _hermite(power: int, z: float) -> float:
    """Give the normal density's derivative of a power, over the density."""
    return float(np.polynomial.hermite_e.hermeval(z, [0.0] * power + [1.0]))


def _bias_constant(order: int, kernel: str) -> float:
    """Give what a power one above the order adds to the slope at an edge."""
    polynomial = POLYNOMIALS[kernel]
    inner = np.array([[_moment(polynomial, j + k) for k in range(order + 1)] for j in range(order + 1)])
    return float(np.linalg.solve(inner, [_moment(polynomial, j + order + 1) for j in range(order + 1)])[1])


def _moment(polynomial: tuple[float, ...], power: int) -> float:
    return sum(one / (power + at + 1) for at, one in enumerate(polynomial))


def _normal_constant(order: int, derivative: int) -> float:
    """Give variance over squared bias of a derivative of the distribution function at an edge, uniform kernel."""
    at = np.arange(order + 1)
    inverse = np.linalg.inv(1 / (at[:, None] + at + 1.0))
    least = (1 / (at[:, None] + 2) + 1 / (at + 2)) / (at[:, None] + at + 3)  # of min(u, v), by powers of both
    variance = (inverse @ least @ inverse)[derivative, derivative]
    bias = (inverse @ (1 / (at + order + 2.0)))[derivative] / math.factorial(order + 1)
    return float(variance / bias**2)
