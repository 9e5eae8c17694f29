"""What does flipping the residuals of whole clusters do to t?

All that a draw needs are sums over clusters. With s_g = X_g'u_g of the residuals under the null, M = (X'X)^-1 and m its
row of the coefficient, flipping cluster g by v_g gives the numerator sum_g v_g m's_g and the score of cluster g
v_g m's_g - m'X_g'X_g M sum_h v_h s_h: so a draw is a row of signs times a matrix of clusters by clusters. The residuals
are linear in the null, so the interval takes no further draws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints, stream
from liveloop.estimate.door import one_of
from liveloop.estimate.linear import Fit, sums_by_cluster
from liveloop.estimate.randomised.inversion import not_rejected

DISTRIBUTIONS = {
    "rademacher": (-1.0, 1.0),
    "webb": (-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5),
}
VARIANTS = ("11", "31", "13", "33")
ALL_DRAWS = 5_000  # as many are enumerated however few draws are asked for
MOST_DRAWS = 1_000_000
AT_ONCE = 2_000_000  # numbers
_TIE = 1e-9  # relative: two draws of one t differ by rounding


@dataclass(frozen=True, eq=False)
class Sums:
    """What the bootstrap needs of the data, each with leading axes for replicates where there are any.

    Parameters
    ----------
    crossed, moment
        Sums of x x' and of x y of each cluster: [..., cluster, parameter, parameter], [..., cluster, parameter].
    at
        Which parameter is tested.
    """

    crossed: Floats
    moment: Floats
    at: int

    @property
    def number(self) -> int:
        """How many clusters there are."""
        return int(self.moment.shape[-2])


def sums_of(fit: Fit, name: str, codes: Ints) -> tuple[Sums, float]:
    """Give the sums over clusters of a fit from rows, with regressors made orthogonal, and the coefficient's new unit.

    The one tested comes last, so that it is what the others leave of it: t and the model under the null stay the same,
    and no digits are lost to columns such as a year.
    """
    assert fit.rows is not None
    at = fit.names.index(name)
    order = [*(one for one in range(len(fit.names)) if one != at), at]
    y = fit.rows.x @ fit.beta + fit.rows.residual
    q, r = np.linalg.qr(fit.rows.x[:, order])
    made = sums_by_cluster(q * np.sign(r[-1, -1]), y, codes)
    return Sums(made.crossed, made.scores, len(order) - 1), float(abs(r[-1, -1]))


def signs_of(number: int, distribution: str, draws: int, seed: int) -> tuple[Floats, bool]:
    """Draw what the residuals of each cluster are multiplied by, [draw, cluster]; say whether these are all there are.

    Draws that differ in the sign of all clusters give the same |t|, so of each such pair one is made.

    Examples
    --------
    >>> signs, whole = signs_of(3, "rademacher", 999, 0)
    >>> signs.tolist(), whole
    ([[1.0, -1.0, -1.0], [1.0, -1.0, 1.0], [1.0, 1.0, -1.0], [1.0, 1.0, 1.0]], True)
    """
    one_of(distribution, "distribution", DISTRIBUTIONS)
    if not 99 <= draws <= MOST_DRAWS:
        raise BadInput(f"{draws} draws", where="draws", allowed=f"99 to {MOST_DRAWS:,}")
    points = DISTRIBUTIONS[distribution]
    if len(points) ** number / 2 <= max(draws, ALL_DRAWS):
        above = [one for one in points if one > 0]
        return np.array(list(product(above, *[points] * (number - 1)))), True
    picked = stream(seed, "wild").integers(0, len(points), (draws, number))
    return np.asarray(points)[picked], False


def wild_p_values(
    sums: Sums, signs: Floats, *, null: float = 0.0, restricted: bool = True, whole: bool = False
) -> Floats:
    """Give the p-value of one null for each replicate, from sums over clusters alone.

    Parameters
    ----------
    sums
        Of one data set, or of many with a leading axis.
    signs
        [draw, cluster], from `signs_of`.
    whole
        Whether the draws are all there are: then the p-value is a share of them, else the data count as one draw more.

    Examples
    --------
    >>> from liveloop.base.seeds import stream
    >>> y = stream(1, "doc").standard_normal((500, 12)); t = np.arange(12) % 2.0
    >>> x = np.column_stack([np.ones(12), t])[:, :, None]
    >>> crossed = np.broadcast_to(x @ x.transpose(0, 2, 1), (500, 12, 2, 2))
    >>> signs, whole = signs_of(12, "rademacher", 999, 0)
    >>> made = wild_p_values(Sums(crossed, y[..., None] * x[..., 0], 1), signs, whole=whole)
    >>> bool(0.02 < (made <= 0.05).mean() < 0.08)
    True
    """
    free, under = _scores(sums, at_null=None), _scores(sums, at_null=null)
    value = value_of(sums)
    squares = ((_pressed(sums, free)[1].sum(axis=-1)) ** 2).sum(axis=-1)
    numerator, matrix = _pressed(sums, under if restricted else free)
    flat_numerator, flat_matrix = numerator.reshape(-1, sums.number), matrix.reshape(-1, sums.number, sums.number)
    made = np.empty(len(flat_numerator))
    gap, spread = np.ravel((value - null) ** 2), np.ravel(squares)
    for at, (one, pressed) in enumerate(zip(flat_numerator, flat_matrix, strict=True)):
        drawn = signs @ pressed.T
        beyond = (signs @ one) ** 2 * spread[at] >= gap[at] * np.einsum("dg,dg->d", drawn, drawn) * (1 - _TIE)
        made[at] = max(_share(int(beyond.sum()), len(signs), whole=whole), 1 / len(signs))
    return made.reshape(np.shape(value))


def _share(count: Any, draws: int, *, whole: bool) -> Any:  # noqa: ANN401 - a number or an array of them
    return count / draws if whole else (1 + count) / (1 + draws)


def value_of(sums: Sums) -> Floats:
    """Give the coefficient."""
    beta = np.linalg.solve(sums.crossed.sum(axis=-3), sums.moment.sum(axis=-2)[..., None])
    return np.asarray(beta[..., sums.at, 0])


def _scores(sums: Sums, *, at_null: float | None, of_regressor: bool = False) -> Floats:
    """Give X_g'u_g, u the residuals of the whole model, or of that without the coefficient, at a null.

    With `of_regressor`, the residuals of the regressor itself on the others: what the scores lose per unit of the null.
    """
    width = sums.moment.shape[-1]
    kept = [at for at in range(width) if at_null is None or at != sums.at]
    moment = sums.crossed[..., sums.at] if of_regressor else sums.moment
    if at_null and not of_regressor:
        moment = moment - at_null * sums.crossed[..., sums.at]
    if not kept:
        return moment
    total = sums.crossed[..., kept].sum(axis=-3)[..., kept, :]
    beta = np.linalg.solve(total, moment.sum(axis=-2)[..., kept, None])[..., 0]
    return np.asarray(moment - np.einsum("...gij,...j->...gi", sums.crossed[..., kept], beta))


def _loosened(sums: Sums, scores: Floats, *, restricted: bool) -> Floats:
    """Give X_g'(I - H_g)^-1 u_g, H of the model that made the residuals: (I - XNX')^-1 = I + X (N^-1 - X'X)^-1 X'."""
    kept = [at for at in range(scores.shape[-1]) if not restricted or at != sums.at]
    if not kept:
        return scores
    inner = np.einsum("...gij,...gj->...gi", _rest(sums.crossed[..., kept][..., kept, :]), scores[..., kept])
    return np.asarray(scores + np.einsum("...gij,...gj->...gi", sums.crossed[..., kept], inner))


def _pressed(sums: Sums, scores: Floats, *, jackknife: bool = False) -> tuple[Floats, Floats]:
    """Give what a row of signs is multiplied by for the numerator, [cluster], and for the scores.

    With `jackknife` the scores are those of CR3: m'X_g'(I - H_g)^-1 e_g = m'(I + X_g'X_g (N^-1 - X_g'X_g)^-1) X_g'e_g.
    """
    bread = np.linalg.inv(sums.crossed.sum(axis=-3))
    row = bread[..., sums.at, :]
    numerator = np.einsum("...gi,...i->...g", scores, row)
    rows = np.broadcast_to(row[..., None, :], scores.shape)
    if jackknife:
        rows = rows + np.einsum("...gi,...gij,...gjk->...gk", rows, sums.crossed, _rest(sums.crossed))
    left = np.einsum("...gij,...gi->...gj", sums.crossed, rows) @ bread
    made = -(left @ np.swapaxes(scores, -1, -2))
    along = np.arange(sums.number)
    made[..., along, along] += np.einsum("...gi,...gi->...g", scores, rows)
    return numerator, made


def _rest(crossed: Floats) -> Floats:
    """Invert the sums of all clusters but one, for each."""
    rest = crossed.sum(axis=-3, keepdims=True) - crossed
    return np.asarray(np.linalg.pinv(rest, hermitian=True, rcond=1e-10))


@dataclass(frozen=True, eq=False)
class Flipped:
    """All draws of t, as functions of the null: numerator and sum of squares are polynomials in it.

    Parameters
    ----------
    value, unit
        A null is value + unit u; the unit is the standard error, without its factor.
    first, second
        The numerator of each draw is first - u second.
    squares
        a, b and c of its sum of squares a - 2 u b + u^2 c.
    moves
        Whether the draws depend on the null.
    whole
        Whether they are all there are.
    """

    value: float
    unit: float
    first: Floats
    second: Floats
    squares: tuple[Floats, Floats, Floats]
    moves: bool
    whole: bool

    def p_values(self, nulls: Floats) -> Floats:
        """Give the p-value of each value as the null."""
        u = ((nulls - self.value) / self.unit)[:, None]
        a, b, c = self.squares
        if self.moves:
            beyond = (self.first - u * self.second) ** 2 >= u**2 * (a - 2 * u * b + u**2 * c) * (1 - _TIE)
        else:
            beyond = self.first**2 >= u**2 * a * (1 - _TIE)
        made = _share(beyond.sum(axis=1), len(self.first), whole=self.whole)
        return np.asarray(
            np.maximum(made, 1 / len(self.first))
        )  # no draw of WCU is the data themselves: it could say 0

    def scaled(self, scale: float) -> Flipped:
        """Give the same with the coefficient in other units: divided by `scale`."""
        return replace(self, value=self.value / scale, unit=self.unit / scale)

    def interval(self, level: float) -> tuple[float, float]:
        """Give the ends of the values that are not rejected."""
        if self.moves:
            return not_rejected(self.p_values, self.value, self.unit, level)
        drawn = -np.sort(-(self.first**2) / np.maximum(self.squares[0], 1e-300))
        counts = np.arange(1, len(drawn) + 1)
        kept = _share(counts, len(drawn), whole=self.whole) > 1 - level + 1e-12
        # p is a share of draws as far out: the last value kept lies where the first count that is enough does.
        far = math.inf if 1 / len(drawn) > 1 - level else float(drawn[np.argmax(kept)]) ** 0.5
        return self.value - far * self.unit, self.value + far * self.unit


def flipped(sums: Sums, signs: Floats, *, restricted: bool = True, variant: str = "11", whole: bool = False) -> Flipped:
    """Apply all draws to one data set, for every null at once.

    Parameters
    ----------
    variant
        How residuals are made, plain 1 or by the jackknife 3, and then how t is: by CR1, 1, or by CR3, 3.

    Source: MacKinnon, Nielsen and Webb (2023), doi:10.1002/jae.2969, for the variants.
    """
    one_of(variant, "variant", VARIANTS)
    loosened, by_jackknife = variant[0] == "3", variant[1] == "3"
    value = float(value_of(sums))
    free = _scores(sums, at_null=None)
    unit = float(np.linalg.norm(_pressed(sums, free, jackknife=by_jackknife)[1].sum(axis=-1)))
    if unit <= 1e-12 * max(abs(value), 1e-300):
        raise BadInput("the scores of each cluster add up to 0: nothing is left to flip", where="clusters",
                       allowed="more clusters than parameters, and an outcome with noise")  # fmt: skip
    parts = (
        [_scores(sums, at_null=value), unit * _scores(sums, at_null=0.0, of_regressor=True)] if restricted else [free]
    )
    if loosened:
        parts = [_loosened(sums, one, restricted=restricted) for one in parts]
    pressed = [_pressed(sums, one, jackknife=by_jackknife) for one in parts]
    numerators = [signs @ one for one, _ in pressed]
    squares = np.zeros((3, len(signs)))
    step = max(1, AT_ONCE // sums.number)
    for begin in range(0, len(signs), step):
        some = slice(begin, begin + step)
        drawn = [signs[some] @ one.T for _, one in pressed]
        drawn = drawn if restricted else [drawn[0], np.zeros((1, sums.number))]
        for at, (left, right) in enumerate(((0, 0), (0, 1), (1, 1))):
            squares[at, some] = (drawn[left] * drawn[right]).sum(axis=1)
    # In units of `unit` all round, so that nothing overflows or vanishes.
    first, second = numerators[0] / unit, (numerators[1] / unit if restricted else np.zeros(1))
    a, b, c = squares / unit**2
    return Flipped(value, unit, first, second, (a, b, c), restricted, whole)
