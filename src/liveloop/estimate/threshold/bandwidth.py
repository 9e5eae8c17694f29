"""How near to the cutoff should rows be to be used?

The bandwidth that makes the mean squared error smallest weighs the variance, which falls with it, against the bias,
which grows: h = (V / B^2)^(1/(2p+3)). V and B are estimated by polynomials of their own, whose bandwidths come the same
way.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.threshold.kernels import PILOT
from liveloop.estimate.threshold.local import (
    CLUSTERS,
    Polynomial,
    Side,
    cluster_residuals,
    fit_side,
    power_of,
    row_residuals,
    summed_squares,
)

RULES = ("mserd", "msetwo", "msesum", "msecomb1", "msecomb2", "cerrd", "certwo", "cersum", "cercomb1", "cercomb2")
_MASS = 0.2  # share of rows that repeat a value, from which a bandwidth must hold some different values
_LEAST_POINTS = 10
_LEAST_ROWS = 20


@dataclass(frozen=True)
class Setting:
    """How the polynomials are fitted.

    Parameters
    ----------
    order, bias_order
        Of the polynomial, and of the one that tells its bias.
    derivative
        0 for a jump of the mean, 1 for a kink.
    fuzzy
        Whether the second column is a treatment whose jump divides that of the outcome.
    sharp_bandwidth
        Whether the bandwidth is chosen for the jump of the outcome even so.
    mass_points
        Whether rows of one value count as one where the first bandwidth is chosen.
    apart
        Whether a cluster that lies on both sides counts as two, as some programs have it.
    regularise
        Weight of the variance of the estimated bias; without it a bias near 0 gives an endless bandwidth.
    """

    order: int = 1
    bias_order: int = 2
    kernel: str = "triangular"
    derivative: int = 0
    correction: str = "NN"
    neighbours: int = 3
    fuzzy: bool = False
    sharp_bandwidth: bool = False
    mass_points: bool = True
    apart: bool = False
    regularise: float = 1.0


@dataclass(frozen=True)
class Bandwidths:
    """Of the estimate and of its bias, below and above the cutoff."""

    below: float
    above: float
    bias_below: float
    bias_above: float


@dataclass(frozen=True)
class _Parts:
    """Variance, bias, and the variance of the bias, each times the powers of the bandwidth that it comes with."""

    variance: float
    bias: float
    doubt: float


@dataclass(eq=False)
class _Chooser:
    """Both sides, and the fits at the first bandwidth, which every rule uses again."""

    sides: tuple[Side, Side]
    setting: Setting
    first: float
    least: tuple[float, float]
    known: dict[tuple[int, int, int], tuple[float, float, Floats]] = field(default_factory=dict)

    def parts(self, at: int, powers: tuple[int, int, int], bandwidth: float, regularise: float) -> _Parts:
        """Give the parts of the error of the derivative `nu` of order `o`, its bias by a polynomial of order `o_b`."""
        o, nu, o_b = powers
        side = self.sides[at]
        if (at, o, nu) not in self.known:
            self.known[at, o, nu] = self._variance(side, o, nu)
        variance, constant, mix = self.known[at, o, nu]
        fit = fit_side(side.within(bandwidth, self.setting.kernel), bandwidth, o_b, self.setting.kernel)
        curve = float(fit.coefficients(o + 1) @ mix)
        doubt = 0.0
        if regularise > 0:
            doubt = 3 * constant**2 * self._spread(fit, fit.picks(o + 1), mix)
        many = 2.0 * (o + 1 - nu)
        return _Parts(
            (2 * nu + 1) * self.first ** (2 * nu + 1) * variance, math.sqrt(many) * constant * curve,
            regularise * many * doubt,
        )  # fmt: skip

    def _variance(self, side: Side, o: int, nu: int) -> tuple[float, float, Floats]:
        fit = fit_side(side.within(self.first, self.setting.kernel), self.first, o, self.setting.kernel)
        mix = mix_of(fit, nu, fuzzy=self.setting.fuzzy)
        picks = fit.picks(nu)
        constant = self.first**nu * float(picks @ (fit.side.x / self.first) ** (o + 1))
        return self._spread(fit, picks, mix), constant, mix

    def _spread(self, fit: Polynomial, picks: Floats, mix: Floats) -> float:
        """Give the variance of a weighted sum."""
        clusters = fit.side.clusters
        if clusters is None or self.setting.correction not in CLUSTERS:
            residuals = row_residuals(fit, mix, self.setting.correction, self.setting.neighbours)
            return summed_squares(picks * residuals, None)
        correction = self.setting.correction
        own = np.unique(clusters, return_inverse=True)[1]
        residuals = row_residuals(fit, mix, correction, self.setting.neighbours)
        residuals = cluster_residuals(residuals, fit.pressed, fit.weights, own, power_of(correction))
        factor = cluster_factor(len(residuals), fit.order + 1, int(own.max()) + 1) if correction == "CR1" else 1.0
        return summed_squares(picks * residuals, own) * factor

    def chain(self, joined: Callable[[float, float], float]) -> tuple[float, float]:
        """Choose a bandwidth of both sides, by a way to join their biases: of the estimate, and of its bias."""
        p, q = self.setting.order, self.setting.bias_order
        most = max(side.reach for side in self.sides)
        bandwidth = [side.reach for side in self.sides]
        for step, powers in enumerate(((q + 1, q + 1, q + 2), (q, p + 1, q + 1), (p, self.setting.derivative, q))):
            scale = self.setting.regularise if step else 0.0
            below, above = (self.parts(at, powers, bandwidth[at], scale) for at in (0, 1))
            error = joined(below.bias, above.bias) ** 2 + below.doubt + above.doubt
            made = min(_root(below.variance + above.variance, error, powers[0]), most)
            made = max(made, *self.least) if step == 0 else made
            previous, bandwidth = bandwidth[0], [made, made]
        return made, previous

    def each(self, at: int) -> tuple[float, float]:
        """Choose the bandwidth of one side alone."""
        p, q = self.setting.order, self.setting.bias_order
        made = previous = self.sides[at].reach
        for step, powers in enumerate(((q + 1, q + 1, q + 2), (q, p + 1, q + 1), (p, self.setting.derivative, q))):
            parts = self.parts(at, powers, made, self.setting.regularise if step else 0.0)
            previous, made = made, min(_root(parts.variance, parts.bias**2 + parts.doubt, powers[0]),
                                       self.sides[at].reach)  # fmt: skip
            made = max(made, self.least[at]) if step == 0 else made
        return made, previous


def choose_bandwidths(below: Side, above: Side, setting: Setting, rule: str = "mserd") -> Bandwidths:
    """Choose bandwidths by a rule.

    Parameters
    ----------
    rule
        "mserd": one bandwidth, best for the difference; "msesum": best for the sum, so that biases do not cancel;
        "msetwo": one for each side; "msecomb1": the smaller of the first two; "msecomb2": the median of all three.
        The same with "cer": best for the coverage of the interval, and smaller.

    Raises
    ------
    BadInput
        When there are too few rows, or too few different values.

    Source: Calonico, Cattaneo and Titiunik (2014), doi:10.3982/ECTA11757; Calonico, Cattaneo and Farrell (2020),
    doi:10.1093/ectj/utz022, for coverage.
    """
    if rule not in RULES:
        raise BadInput(f"no rule {rule!r}", where="bandwidth", allowed=f"{', '.join(RULES)}, a number, or two")
    rows = len(below.x) + len(above.x)
    if rows < _LEAST_ROWS:
        raise BadInput(f"{rows} rows are too few to choose a bandwidth", where="bandwidth",
                       allowed=f"{_LEAST_ROWS} rows or more, or a bandwidth of your own")  # fmt: skip
    if setting.fuzzy and setting.sharp_bandwidth:
        below, above, setting = _sharp(below), _sharp(above), replace(setting, fuzzy=False)
    chooser = _Chooser((below, above), setting, *_first(below, above, setting))
    sides = _by_rule(chooser, rule.removeprefix("mse").removeprefix("cer"))
    p = setting.order
    shrink = rows ** (-p / ((3 + p) * (3 + 2 * p))) if rule.startswith("cer") else 1.0
    return Bandwidths(sides[0][0] * shrink, sides[1][0] * shrink, sides[0][1], sides[1][1])


def _sharp(side: Side) -> Side:
    """Leave the treatment out."""
    return replace(side, columns=np.delete(side.columns, 1, axis=1))


def _by_rule(chooser: _Chooser, rule: str) -> tuple[tuple[float, float], tuple[float, float]]:
    if rule == "two":
        return chooser.each(0), chooser.each(1)
    difference = chooser.chain(lambda below, above: above - below) if rule != "sum" else (0.0, 0.0)
    if rule == "rd":
        return difference, difference
    total = chooser.chain(lambda below, above: above + below)
    if rule == "sum":
        return total, total
    if rule == "comb1":
        least = min(difference[0], total[0]), min(difference[1], total[1])
        return least, least
    one, other = (
        tuple(float(np.median([difference[k], total[k], own[k]])) for k in (0, 1))
        for own in (chooser.each(0), chooser.each(1))
    )
    return (one[0], one[1]), (other[0], other[1])


def _first(below: Side, above: Side, setting: Setting) -> tuple[float, tuple[float, float]]:
    """Give the first bandwidth, by the spread of the running variable alone, and the least that each side needs."""
    x = np.concatenate([below.x, above.x])
    quarters = np.quantile(x, [0.25, 0.75], method="averaged_inverted_cdf")
    spread = min(float(x.std(ddof=1)), float(quarters[1] - quarters[0]) / 1.349)
    if spread <= 0:
        spread = float(x.std(ddof=1))
    points = [len(side.points) for side in (below, above)]
    rows = sum(points) if setting.mass_points else len(x)
    first = min(PILOT[setting.kernel] * spread * rows**-0.2, max(below.reach, above.reach))
    repeated = any(1 - many / len(side.x) >= _MASS for many, side in zip(points, (below, above), strict=True))
    if not (setting.mass_points and repeated):
        return first, (0.0, 0.0)
    least = [float(side.points[min(_LEAST_POINTS, len(side.points)) - 1]) + 1e-8 for side in (below, above)]
    return max(first, *least), (least[0], least[1])


def _root(variance: float, error: float, order: int) -> float:
    if variance <= 0:
        raise BadInput("the outcome does not vary near the cutoff, so no bandwidth can be chosen", where="bandwidth",
                       allowed="a bandwidth of your own, or an outcome that varies")  # fmt: skip
    return float((variance / error) ** (1 / (2 * order + 3))) if error > 0 else math.inf


def mix_of(fit: Polynomial, nu: int, *, fuzzy: bool) -> Floats:
    """Give the mix of columns whose coefficient moves as the effect does, judged on one side alone.

    The outcome less what covariates tell of it; where fuzzy, that of a ratio, linear near its value.
    """
    columns = fit.side.columns
    width = columns.shape[1]
    leads = 2 if fuzzy else 1
    slopes = partial_slopes(fit.products(), leads) if width > leads else np.empty((0, leads))
    if not fuzzy:
        return np.concatenate([[1.0], -slopes[:, 0]])
    level = math.factorial(nu) * fit.coefficients(nu)
    outcome, treatment = level[:2] - level[2:] @ slopes
    if treatment == 0:
        treatment = 1e-12  # no jump at all: the bandwidth is then that of the treatment
    over, ratio = 1 / treatment, outcome / treatment**2
    return np.concatenate([[over, -ratio], -over * slopes[:, 0] + ratio * slopes[:, 1]])


def partial_slopes(products: Floats, leads: int) -> Floats:
    """Give the slopes of the leading columns on the others, [covariate, lead], from sums of products."""
    inner = products[leads:, leads:]
    size = np.sqrt(np.maximum(np.diag(inner), 1e-300))
    solved = np.linalg.lstsq(inner / np.outer(size, size), products[leads:, :leads] / size[:, None], rcond=1e-10)[0]
    return np.asarray(solved / size[:, None])


def cluster_factor(rows: int, parameters: int, clusters: int) -> float:
    """Give the factor of CR1."""
    return clusters / max(1, clusters - 1) * (rows - 1) / max(1, rows - parameters)
